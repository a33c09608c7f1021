"""The HTTP API: the same views through the same gates as the pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from renown.api import PluginContext, needs, viewer
from renown_influence import circle, gate, pair, profile, runs, scopes, shapes, suggested, ties, topics


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("influence_api", __name__, url_prefix="/api/v1/influence", tag="Influence")
    _people(api, ctx)
    _topics(api, ctx)
    _network(api, ctx)
    _runs(api, ctx)
    return api


def _people(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/people/<handle>")
    @needs("people:read")
    @api.output(shapes.Profile)
    @api.doc(summary="A person's influence, and why", security="token")
    def person(handle: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            return profile.data(profile.of(inner, viewer(), gate.person(inner, viewer(), handle)))

    @api.get("/people/<handle>/from/<rater>")
    @needs("people:read")
    @api.output(shapes.Pair)
    @api.doc(summary="What one colleague relied on, and how it becomes what they bring", security="token")
    def relied_on(handle: str, rater: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            told = profile.of(inner, viewer(), gate.person(inner, viewer(), handle)).told or gate.absent()
            return pair.data(pair.of(inner, viewer(), told, rater) or gate.absent())


def _topics(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/topics")
    @needs("people:read")
    @api.output(shapes.Topic(many=True))
    @api.doc(summary="Topics that somebody can be asked about", security="token")
    def all_topics() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            return [
                {"topic": one.id, "scope": one.scope, "name": one.name, "source": one.source, "url": one.url}
                for one in topics.all_of(inner)
            ]

    @api.get("/topics/<int(signed=True):topic>")
    @needs("people:read")
    @api.output(shapes.Suggested)
    @api.doc(summary="Who to ask about a topic", security="token")
    def topic(topic: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = scopes.public(inner, [topic]).get(topic) or gate.absent()
            return suggested.data(suggested.of(inner, viewer(), found))


def _network(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/network")
    @needs("people:read")
    @api.input(shapes.OfTeam, location="query")
    @api.output(shapes.Network)
    @api.doc(summary="Which team relies on which", security="token")
    def network(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            if not inner.standings.shows(viewer(), "teams"):
                gate.absent()
            return ties.data(ties.of(inner, query_data["team"]) or gate.absent())

    @api.get("/network/me")
    @needs("people:read")
    @api.output(shapes.Circle)
    @api.doc(summary="Who relies on the caller, and on whom the caller relies", security="token")
    def own_circle() -> dict[str, Any]:
        with ctx.reading() as inner:
            gate.myself(inner, viewer())
            return circle.data(circle.of(inner, viewer()))


def _runs(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/runs")
    @needs("admin:read")
    @api.output(shapes.Runs)
    @api.doc(summary="Runs, the newest first", security="token")
    def all_runs() -> dict[str, Any]:
        with ctx.reading() as inner:
            return {"runs": [runs.data(one) for one in runs.listed(inner)]}
