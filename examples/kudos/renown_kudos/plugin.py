"""Thank a colleague for something they did: a monthly allowance, a reason, public or private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint
from renown.api import (
    DemoDay,
    Entry,
    Explanation,
    MeasureSpec,
    NavItem,
    NoticeKind,
    Panel,
    Permission,
    Place,
    Plugin,
    PluginContext,
    Rules,
    RuleSpec,
    ScoredEvent,
    Viewer,
    hookimpl,
)

from renown_kudos import api, giving, pages, people
from renown_kudos import demo as story
from renown_kudos import explain as why
from renown_kudos import panels as boxes
from renown_kudos import score as scoring
from renown_kudos.schemas import Received, Settings, say

plugin = Plugin(
    name="kudos",
    title="Kudos",
    summary="Thank a colleague for something they did: a monthly allowance, a reason, public or private.",
    settings=Settings,
    permissions=(
        Permission("kudos.read", "Read public thanks, and one's own"),
        Permission("kudos.give", "Thank colleagues"),
        Permission("kudos.moderate", "Take down public thanks", "moderator"),
    ),
    measures=(MeasureSpec(scoring.MEASURE, "Thanks received", unit="thanks"),),
    object_kinds=(scoring.KIND,),
    rules=(
        RuleSpec(
            scoring.RULE,
            "Thanks received",
            Received,
            {"points": 1, "most": 10, "private": True},
            "A colleague thanked you, out of an allowance that everybody has.",
            say,
        ),
    ),
    notices=(
        NoticeKind(giving.GOT, "Somebody thanked you", "daily", role="member"),
        NoticeKind(giving.DOWN, "A moderator took down thanks", "daily", role="member"),
    ),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx), api.blueprint(ctx)]


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    return [NavItem("Kudos", "/kudos", 60)] if place == "me" and viewer.employee else []


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    return boxes.boxes(ctx, viewer, place, subject)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def explain(person: int, measure: str, period: str, ctx: PluginContext) -> Explanation | None:
    return why.received(ctx, person, period) if measure == scoring.MEASURE else None


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    people.merged(ctx, kept, gone)


@hookimpl
def person_split(ctx: PluginContext) -> None:
    people.split(ctx)


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    people.erased(ctx, person_id)


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any]:
    return people.export(ctx, person_id, viewer)


@hookimpl
def demo(day: DemoDay, ctx: PluginContext) -> None:
    story.live(ctx, day)
