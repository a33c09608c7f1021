"""Rings by the HTTP API: the same views through the same gates as the pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields

from renown.api import PluginContext, needs, viewer
from renown_influence import rings_pages, rings_told

_FEW = "None where those who are not shown are too few to be told of"


class Ring(Schema):
    ring = fields.String()
    people = fields.List(fields.String())
    not_shown = fields.Integer(allow_none=True, metadata={"description": _FEW})
    times = fields.Float(allow_none=True, metadata={"description": "At least so many times what is ordinary"})
    chance = fields.Float(allow_none=True, metadata={"description": "To be expected in so many organisations"})
    share = fields.Float(allow_none=True, metadata={"description": "Of their scores from inside, 0 to 1"})
    notes = fields.Integer()
    looked_into = fields.String(allow_none=True, metadata={"format": "date-time"})


class Rings(Schema):
    day = fields.String(
        allow_none=True, metadata={"format": "date", "description": "Of the run that was looked through"}
    )
    looking = fields.Boolean(metadata={"description": "A newer run is being looked through"})
    rings = fields.List(fields.Nested(Ring))
    not_shown = fields.Integer()


class Member(Schema):
    person = fields.String()
    score = fields.Float(metadata={"description": "In voices: 1 is one's own"})
    alone = fields.Float(metadata={"description": "Had they not endorsed one another"})
    influence = fields.Float(metadata={"description": "The score as profiles show it"})
    influence_alone = fields.Float()


class Pair(Schema):
    rater = fields.String()
    endorsed = fields.String()
    evidence = fields.Float()
    days = fields.Integer()
    last_day = fields.String(allow_none=True, metadata={"format": "date"})


class Whole(Ring):
    links = fields.Integer(allow_none=True, metadata={"description": "Told where every pair is listed"})
    possible = fields.Integer(allow_none=True)
    members = fields.List(fields.Nested(Member))
    pairs = fields.List(fields.Nested(Pair))
    more_pairs = fields.Integer(allow_none=True)
    more_evidence = fields.Float(allow_none=True)


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("influence_rings_api", __name__, url_prefix="/api/v1/influence/rings", tag="Influence")

    @api.get("")
    @needs("influence.rings")
    @api.output(Rings)
    @api.doc(summary="Groups who endorse one another far more than is ordinary", security="token")
    def index() -> dict[str, Any]:
        with ctx.reading() as inner:
            return rings_told.data(rings_told.all_of(inner, viewer()))

    @api.get("/<ring>")
    @needs("influence.rings")
    @api.output(Whole)
    @api.doc(summary="One of them, and what speaks for it", security="token")
    def whole(ring: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = rings_pages.one(inner, ring)
            return rings_told.whole_data(found, rings_told.evidence(inner, viewer(), found))

    return api
