"""The HTTP API: the same views through the same gates as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint

from renown.api import PluginContext, needs, viewer
from renown_influence import (
    circle,
    compared,
    gate,
    pair,
    profile,
    runs,
    scopes,
    shapes,
    suggested,
    survey,
    survey_shapes,
    survey_shown,
    ties,
    topics,
)
from renown_influence.models import Run, Survey


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("influence_api", __name__, url_prefix="/api/v1/influence", tag="Influence")
    _people(api, ctx)
    _topics(api, ctx)
    _network(api, ctx)
    _comparison(api, ctx)
    _surveys(api, ctx)
    _runs(api, ctx)
    return api


def _people(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/people/<handle>")
    @needs("influence.read")
    @api.output(shapes.Profile)
    @api.doc(summary="A person's influence, and why", security="token")
    def person(handle: str) -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            return profile.data(profile.of(inner, viewer(), gate.person(inner, viewer(), handle)))

    @api.get("/people/<handle>/from/<rater>")
    @needs("influence.read")
    @api.output(shapes.Pair)
    @api.doc(summary="What one colleague relied on, and how it becomes what they bring", security="token")
    def relied_on(handle: str, rater: str) -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            told = profile.of(inner, viewer(), gate.person(inner, viewer(), handle)).told or gate.absent()
            return pair.data(pair.of(inner, viewer(), told, rater) or gate.absent())


def _topics(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/topics")
    @needs("influence.read")
    @api.output(shapes.Topic(many=True))
    @api.doc(summary="Topics that somebody can be asked about", security="token")
    def all_topics() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            return [scopes.data(one) for one in topics.all_of(inner)]

    @api.get("/topics/<int(signed=True):topic>")
    @needs("influence.read")
    @api.output(shapes.Suggested)
    @api.doc(summary="Who to ask about a topic", security="token")
    def topic(topic: int) -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            found = scopes.public(inner, [topic]).get(topic) or gate.absent()
            return suggested.data(suggested.of(inner, viewer(), found))


def _network(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/network")
    @needs("influence.read")
    @api.input(shapes.OfTeam, location="query")
    @api.output(shapes.Network)
    @api.doc(summary="Which team relies on which", security="token")
    def network(query_data: dict[str, Any]) -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            if not inner.standings.shows(viewer(), "teams"):
                gate.absent()
            return ties.data(ties.of(inner, query_data["team"]) or gate.absent())

    @api.get("/network/me")
    @needs("influence.read")
    @api.output(shapes.Circle)
    @api.doc(summary="Who relies on the caller, and on whom the caller relies", security="token")
    def own_circle() -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            gate.myself(inner, viewer())
            return circle.data(circle.of(inner, viewer()))


def _comparison(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/compare")
    @needs("influence.read")
    @api.output(shapes.Comparison)
    @api.doc(summary="Who is heard though quiet, and who is busy and not yet heard", security="token")
    def compare() -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            try:
                return compared.told(inner, viewer())
            except LookupError:
                gate.absent()


def _surveys(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/surveys")
    @needs("influence.read")
    @api.input(shapes.Page, location="query")
    @api.output(survey_shapes.Ended)
    @api.doc(summary="Surveys that have ended, the newest first", security="token")
    def ended(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = survey.listed(inner, query_data["limit"] + 1, query_data["after"])
            shown = found[: query_data["limit"]]
            return {"surveys": [survey_shown.line(one) for one in shown], "next": _next(found, shown)}

    @api.get("/surveys/<int(max=2147483647):number>")
    @needs("influence.read")
    @api.output(survey_shapes.Survey)
    @api.doc(summary="The report of a survey that has ended", security="token")
    def report(number: int) -> dict[str, Any]:
        gate.boards(viewer())
        with ctx.reading() as inner:
            return survey_shown.whole(inner, viewer(), survey.one_ended(inner, number) or gate.absent())


def _runs(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/runs")
    @needs("influence.reckon")
    @api.input(shapes.Page, location="query")
    @api.output(shapes.Runs)
    @api.doc(summary="Runs, the newest first", security="token")
    def all_runs(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = runs.listed(inner, query_data["limit"] + 1, query_data["after"])
            shown = found[: query_data["limit"]]
            told = [runs.data(one) for one in shown]
            return {"runs": told, "next": _next([one.run for one in found], [one.run for one in shown])}


def _next(found: Sequence[Run | Survey], shown: Sequence[Run | Survey]) -> int | None:
    """What the page after this one is asked for with, where there is one."""
    return shown[-1].id if len(found) > len(shown) else None
