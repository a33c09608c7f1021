"""The HTTP API: the same views through the same gates as the pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from renown.api import PluginContext, needs, viewer
from renown_influence import gate, profile, runs, shapes, suggested, topics


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("influence_api", __name__, url_prefix="/api/v1/influence", tag="Influence")

    @api.get("/people/<handle>")
    @needs("people:read")
    @api.output(shapes.Profile)
    @api.doc(summary="A person's influence, and why", security="token")
    def person(handle: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            return profile.data(profile.of(inner, viewer(), gate.person(inner, viewer(), handle)))

    @api.get("/topics")
    @needs("people:read")
    @api.output(shapes.Topic(many=True))
    @api.doc(summary="Topics that somebody can be asked about", security="token")
    def all_topics() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            return [
                {"topic": one.id, "name": one.name, "source": one.source, "url": one.url}
                for one in topics.all_of(inner)
            ]

    @api.get("/topics/<int:topic>")
    @needs("people:read")
    @api.output(shapes.Suggested)
    @api.doc(summary="Who to ask about a topic", security="token")
    def topic(topic: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = inner.spaces.public([topic]).get(topic) or gate.absent()
            return suggested.data(suggested.of(inner, viewer(), found))

    @api.get("/runs")
    @needs("admin:read")
    @api.output(shapes.Runs)
    @api.doc(summary="Runs, the newest first", security="token")
    def all_runs() -> dict[str, Any]:
        with ctx.reading() as inner:
            return {"runs": [runs.data(one) for one in runs.listed(inner)]}

    return api
