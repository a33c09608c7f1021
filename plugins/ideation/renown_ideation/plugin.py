"""Ideas that get an answer, votes that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint

from renown.api import (
    EventType,
    Job,
    NavItem,
    NoticeKind,
    Permission,
    Place,
    Plugin,
    PluginContext,
    Viewer,
    hookimpl,
)
from renown_ideation import pages
from renown_ideation.answers import answering, followers, reminding
from renown_ideation.campaigns import clockwork
from renown_ideation.ideas import voters, writing
from renown_ideation.portal import tokens
from renown_ideation.schemas import Settings

_SECOND = 1_000_000

plugin = Plugin(
    name="ideation",
    title="Ideation",
    summary="Ideas from customers and employees that get an answer, and votes by rules that are sealed first.",
    settings=Settings,
    permissions=(
        Permission("ideation.read", "Read public boards, and those one is part of", "nobody"),
        Permission("ideation.write", "Bring ideas, vote, comment", "customer"),
        Permission("ideation.desk", "Moderate, acknowledge, answer, merge", "moderator"),
        Permission("ideation.manage", "Make boards", "administrator"),
    ),
    event_types=(EventType(writing.SUBMITTED), EventType(answering.DELIVERED)),
    object_kinds=(writing.KIND,),
    notices=(
        NoticeKind(writing.RECEIPT, "Your idea arrived", "at once"),
        NoticeKind(answering.ANSWERED, "An idea that you follow was answered", "at once"),
        NoticeKind(reminding.DUE, "An answer that you owe is due", "at once"),
    ),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx)]


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [
        Job("fold", "Count voters", _SECOND, voters.fold),
        Job("phases", "Open and close campaigns", 5 * _SECOND, clockwork.turn),
        Job("tell", "Tell those who follow an idea", 10 * _SECOND, followers.work),
        Job("due", "Remind of answers that are due", 600 * _SECOND, reminding.work),
        Job("tokens", "Forget used tokens", 3600 * _SECOND, tokens.forget),
    ]


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    if place == "admin" and viewer.at_least("administrator"):
        return [NavItem("Product keys", "/admin/portal/keys", 77)]
    return [NavItem("Ideas", "/ideas", 30)] if place == "top" else []
