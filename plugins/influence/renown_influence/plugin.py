"""Whose work do others rely on? A score from who endorses whom, each of them explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from renown.api import (
    Entry,
    Explanation,
    Health,
    Job,
    MeasureSpec,
    Metric,
    Permission,
    Plugin,
    PluginContext,
    Rules,
    RuleSpec,
    ScoredEvent,
    hookimpl,
)
from renown_influence import forgetting, operation, run, why
from renown_influence import score as scoring
from renown_influence.schemas import Settings, Weight, say

_MINUTE = 60 * 1_000_000

plugin = Plugin(
    name="influence",
    title="Influence",
    summary="Whose work do others rely on? A score from who endorses whom, unmoved by noise, rings and holidays.",
    settings=Settings,
    permissions=(
        Permission("influence.read", "Read influence"),
        Permission("influence.reckon", "Reckon influence, open surveys", "administrator"),
        Permission("influence.rings", "Look into groups that praise one another", "moderator"),
    ),
    measures=(
        MeasureSpec(run.MEASURE, "Influence", kind="level"),
        MeasureSpec(scoring.EVIDENCE, "Endorsements", unit="endorsements", listed=False),
    ),
    rules=tuple(
        RuleSpec(one.name, one.title, Weight, {"weight": one.weight, "private": False}, one.about, say)
        for one in scoring.DEFAULTS
    ),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [Job("reckon", "Reckon influence", _MINUTE, run.work)]


@hookimpl
def explain(person: int, measure: str, period: str, ctx: PluginContext) -> Explanation | None:
    return why.in_words(ctx, person) if measure == run.MEASURE else None


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    forgetting.forget(ctx, person_id)


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    return operation.health(ctx)


@hookimpl
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    return operation.metrics(ctx)
