"""Connected networks, for administrators."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import abort
from sqlalchemy import Row

from renown import clock
from renown.access.routes import needs
from renown.sources import registry
from renown.web.api import shapes
from renown.web.house import reading

api = APIBlueprint("api_sources", __name__, url_prefix="/api/v1/sources", tag="Sources")


@api.get("")
@needs("sources:read")
@api.output(shapes.Source(many=True))
@api.doc(summary="All sources", security="token")
def index() -> list[dict[str, Any]]:
    return [_data(row) for row in registry.listed(reading())]


@api.get("/<slug>")
@needs("sources:read")
@api.output(shapes.Source)
@api.doc(summary="One source", security="token")
def show(slug: str) -> dict[str, Any]:
    row = registry.by_slug(reading(), slug)
    if row is None:
        abort(404)
    return _data(row)


def _data(row: Row[Any]) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "network": row.network,
        "title": row.title,
        "state": row.state,
        "affiliation": row.affiliation,
        "path": registry.path(row),
        "last_event_at": clock.to_datetime(row.last_event_at) if row.last_event_at else None,
    }
