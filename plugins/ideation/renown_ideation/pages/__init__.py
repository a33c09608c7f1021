"""The pages, one module a subject: each adds its views to the one blueprint."""

from __future__ import annotations

from flask import Blueprint

from renown.api import PluginContext
from renown_ideation.pages import (
    amended,
    attached,
    boards,
    idea,
    intake,
    mine,
    moving,
    news,
    portal,
    staff,
    talk,
    voting,
    write,
)


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint(
        "ideation",
        "renown_ideation",
        template_folder="templates",
        static_folder="static",
        static_url_path="/ideas/static",
    )
    for subject in (boards, write, idea, voting, talk, attached, amended, staff, mine, news, portal, moving, intake):
        subject.add(pages, ctx)
    return pages
