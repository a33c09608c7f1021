"""Whose work do others rely on? A score from who endorses whom, each of them explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from flask import Blueprint

from renown.api import (
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
from renown_influence import (
    api,
    erased_box,
    forgetting,
    held,
    operation,
    pages,
    panels,
    quality,
    received,
    redo,
    ring_book,
    ring_search,
    rings_api,
    rings_pages,
    run,
    survey,
    survey_end,
    survey_pages,
    why,
)
from renown_influence import commands as cli
from renown_influence import score as scoring
from renown_influence.schemas import Settings, Weight, say

_MINUTE = 60 * 1_000_000

plugin = Plugin(
    name="influence",
    title="Influence",
    summary="Whose work do others rely on? A score from who endorses whom, unmoved by noise, rings and holidays.",
    settings=Settings,
    permissions=(
        Permission("influence.read", "Read influence, whom to ask, the network and reports of surveys"),
        Permission("influence.reckon", "Read and start runs of influence, open surveys", "administrator"),
        Permission("influence.rings", "Look into groups that praise one another", "moderator"),
    ),
    measures=(
        MeasureSpec(run.MEASURE, "Influence", kind="level", unit="influence", page="/influence/people/{person}"),
        MeasureSpec(quality.MEASURE, "Quality", kind="level", unit="%", listed=False),
        MeasureSpec(scoring.EVIDENCE, "Endorsements", unit="endorsements", listed=False),
    ),
    rules=tuple(
        RuleSpec(one.name, one.title, Weight, {"weight": one.weight, "private": False}, one.about, say)
        for one in scoring.DEFAULTS
    ),
    notices=(
        NoticeKind(survey_end.OPEN, "A survey is open", "at once", role="member"),
        NoticeKind(survey_end.REPORT, "The report of a survey is there", "weekly", role="member"),
    ),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [
        Job("reckon", "Count influence", _MINUTE, run.work),
        Job("rings", "Look for rings", _MINUTE, ring_search.work),
        Job("redo", "Do runs again and compare", _MINUTE, redo.work),
        Job("survey", "End surveys and tell of them", _MINUTE, survey_end.work),
    ]


@hookimpl
def explain(person: int, measure: str, period: str, ctx: PluginContext) -> Explanation | None:
    if measure == quality.MEASURE:
        return received.in_words(ctx, person)
    return why.in_words(ctx, person) if measure == run.MEASURE else None


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [
        pages.blueprint(ctx),
        api.blueprint(ctx),
        survey_pages.blueprint(ctx),
        rings_pages.blueprint(ctx),
        rings_api.blueprint(ctx),
    ]


@hookimpl
def commands(ctx: PluginContext) -> Iterable[click.Command]:
    return cli.commands(ctx)


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    if place == "top" and viewer.employee:
        return [NavItem("Influence", "/influence", 50)]
    if place == "admin" and viewer.at_least("administrator"):
        return [NavItem("Influence", "/influence/runs", 75), NavItem("Surveys", "/admin/surveys", 76)]
    if place == "me" and viewer.employee:
        rings = [NavItem("Rings", "/desk/rings", 80)] if viewer.at_least("moderator") else []
        return [NavItem("Surveys", "/surveys", 70), *rings]
    return []


@hookimpl(specname="panels")
def boxes(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    yield from panels.boxes(ctx, viewer, place, subject)
    if place == "admin":
        yield from erased_box.boxes(ctx, viewer)
    if place == "home":
        yield from survey_pages.panels(ctx, viewer)


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    run.stop(ctx, "Two people became one meanwhile.")
    survey.merged(ctx, kept, gone)
    ring_book.merged(ctx, kept, gone)


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    run.stop(ctx, "One person became two again meanwhile.")


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    forgetting.forget(ctx, person_id)


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any]:
    return held.of(ctx, viewer, person_id)


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    return operation.health(ctx)


@hookimpl
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    return operation.metrics(ctx)
