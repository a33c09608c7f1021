"""The pages, one module a subject: each adds its views to the one blueprint."""

from __future__ import annotations

from flask import Blueprint

from renown.api import PluginContext
from renown_ideation.pages import (
    administered,
    amended,
    attached,
    ballot,
    boards,
    campaigns,
    charter,
    decided,
    deciding,
    desk,
    embed,
    entering,
    experts,
    facts,
    idea,
    intake,
    led,
    mine,
    moving,
    news,
    options,
    owed,
    plan,
    portal,
    proxy,
    reporting,
    staff,
    tabs,
    talk,
    voting,
    write,
)

_IDEAS = (boards, write, idea, voting, talk, attached, amended, staff, mine, news, portal, experts, plan, intake)
_CAMPAIGNS = (campaigns, entering, charter, ballot, options, decided, deciding)
_STAFF = (desk, owed, reporting, proxy, embed, facts, administered, moving, led)


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint(
        "ideation",
        "renown_ideation",
        template_folder="templates",
        static_folder="static",
        static_url_path="/ideas/static",
    )
    for subject in (tabs, *_IDEAS, *_CAMPAIGNS, *_STAFF):
        subject.add(pages, ctx)
    return pages
