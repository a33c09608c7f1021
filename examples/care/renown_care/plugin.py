"""Customer care on top of any network: who asked, who answered, and whether it helped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint

from renown.api import (
    DAY,
    DemoDay,
    Entry,
    Explanation,
    Health,
    Job,
    MeasureSpec,
    Metric,
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
from renown_care import api, operation, pages, people, recording, reminding, scoring, survey
from renown_care import demo as demonstration
from renown_care import panels as drawn
from renown_care.schemas import Helped, Settings, say

_TEN_MINUTES = DAY // 144

plugin = Plugin(
    name="care",
    title="Care",
    summary="Customers' questions on any network: who answers, how soon, and whether it helped in the asker's word.",
    settings=Settings,
    permissions=(
        Permission("care.read", "Read which customers wait, and how teams answer"),
        Permission("care.follow", "Follow customers' questions, and set aside those that need no answer"),
    ),
    measures=(MeasureSpec(scoring.MEASURE, "Customers helped", unit="questions"),),
    rules=(
        RuleSpec(
            scoring.RULE,
            "Answer accepted by the customer",
            Helped,
            {"questions": 1, "most": 20},
            "A customer accepted this answer to their own question, in a public place.",
            say,
        ),
    ),
    notices=(
        NoticeKind(reminding.NOTICE, "A customer's question waits", "daily", role="member"),
        NoticeKind(survey.NOTICE, "How easy it was to get an answer", "at once"),
    ),
)


@hookimpl
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    recording.record(events, ctx)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def explain(person: int, measure: str, ctx: PluginContext) -> Explanation | None:
    return people.explained(ctx, person) if measure == scoring.MEASURE else None


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx), api.blueprint(ctx)]


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    return [NavItem("Care", "/care", 55)] if place == "top" and viewer.employee else []


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    return drawn.boxes(ctx, viewer, place, subject)


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [
        Job("remind", "Remind of customers' questions that wait", _TEN_MINUTES, reminding.work),
        Job("survey", "Ask customers how easy it was", _TEN_MINUTES, survey.work),
        Job("sweep", "Forget acts whose question never came", DAY, recording.sweep),
    ]


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    people.merged(ctx, kept, gone)


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    people.split(ctx, kept, gone)


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    people.erased(ctx, person_id)


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any]:
    return people.held(ctx, viewer, person_id)


@hookimpl
def demo(day: DemoDay, ctx: PluginContext) -> None:
    demonstration.live(ctx, day)


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    return operation.health(ctx)


@hookimpl
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    return operation.metrics(ctx)
