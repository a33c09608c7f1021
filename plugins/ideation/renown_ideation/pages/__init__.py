"""The pages, one module a subject: each adds its views to the one blueprint."""

from __future__ import annotations

from flask import Blueprint

from renown.api import PluginContext
from renown_ideation.pages import (
    administered,
    amended,
    attached,
    boards,
    desk,
    embed,
    facts,
    idea,
    mine,
    news,
    portal,
    proxy,
    reporting,
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
    for subject in (boards, write, idea, voting, talk, attached, amended, staff, mine, news, portal):
        subject.add(pages, ctx)
    for subject in (desk, reporting, proxy, embed, facts, administered):
        subject.add(pages, ctx)
    return pages
