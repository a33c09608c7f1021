"""Thank a colleague, and they get a point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint
from markupsafe import Markup

from renown.api import (
    Entry,
    EventType,
    MeasureSpec,
    NavItem,
    Panel,
    Permission,
    Plugin,
    PluginContext,
    Rules,
    RuleSpec,
    ScoredEvent,
    Viewer,
    hookimpl,
)
from renown_thanks import pages, service
from renown_thanks.schemas import Given, Settings

plugin = Plugin(
    name="thanks",
    title="Thanks",
    summary="Thank a colleague, and they get a point.",
    settings=Settings,
    permissions=(Permission("thanks.give", "Give thanks"),),
    measures=(MeasureSpec(service.MEASURE, "Thanks received", unit="thanks"),),
    event_types=(EventType(service.GIVEN, external=True),),
    object_kinds=("thanks:card",),
    rules=(RuleSpec(service.RULE, "Thanks received", Given, {"points": 1, "most": 5}),),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx)]


@hookimpl
def navigation(viewer: Viewer, place: str) -> Iterable[NavItem]:
    return [NavItem("Thanks", "/thanks", 60)] if place == "me" and viewer.employee else []


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return service.score(events, rules)


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    if place != "person" or subject is None or subject != viewer.person_id:
        return []
    return [Panel("Thanks", Markup("<p>You gave {} today.</p>").format(service.given(ctx, subject)))]


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    service.move(ctx, gone, kept)
