"""Thanks by the HTTP API: the same through the same gates as the page."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate
from renown.api import PluginContext, Shown, needs, to_date, to_datetime, viewer

from renown_kudos import allowance, giving, reading
from renown_kudos.giving import NotNow, Refused

_MOST = 2_147_483_647


class Query(Schema):
    show = fields.String(
        load_default="everyone",
        validate=validate.OneOf(reading.SHOWS),
        metadata={"description": "Public ones; those to the caller; those from the caller"},
    )
    before = fields.Integer(
        load_default=None, validate=validate.Range(1, _MOST), metadata={"description": "`before` of the page before"}
    )


class Giving(Schema):
    to = fields.String(required=True, metadata={"description": "A handle, an e-mail, or a name that is one's alone"})
    reason = fields.String(required=True, metadata={"description": "What for"})
    private = fields.Boolean(load_default=False, metadata={"description": "For the two of them alone"})
    once = fields.String(
        load_default="",
        validate=validate.Length(max=128),
        metadata={"description": "Sent again with the same, it is the same thank-you; 409 where the rest is another"},
    )


class Person(Schema):
    handle = fields.String(metadata={"description": "Empty where their page is not the caller's to see"})
    name = fields.String()


class ThankYou(Schema):
    key = fields.String()
    giver = fields.Nested(Person)
    receiver = fields.Nested(Person)
    reason = fields.String(metadata={"description": "Empty where one of the two was erased"})
    private = fields.Boolean()
    at = fields.String(metadata={"format": "date-time"})
    until = fields.String(
        allow_none=True, metadata={"format": "date-time", "description": "Until when the caller can take it back"}
    )


class ThankYous(Schema):
    thanks = fields.List(fields.Nested(ThankYou))
    before = fields.Integer(allow_none=True)


class Given(Schema):
    key = fields.String()


class Left(Schema):
    most = fields.Integer(metadata={"description": "Of a month"})
    left = fields.Integer()
    renews = fields.String(metadata={"format": "date"})


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("kudos_api", __name__, url_prefix="/api/v1/kudos", tag="Kudos")
    _reading(api, ctx)
    _giving(api, ctx)
    return api


def _reading(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("")
    @needs("kudos.read")
    @api.input(Query, location="query")
    @api.output(ThankYous)
    @api.doc(summary="Thanks that the caller may read, the newest first", security="token")
    def thanks(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            page = reading.page(inner, viewer(), query_data["show"], query_data["before"])
        return {"thanks": [_data(one) for one in page.lines], "before": page.before}

    @api.get("/allowance")
    @needs("kudos.read")
    @api.output(Left)
    @api.doc(summary="How often the caller may still thank others this month", security="token")
    def left() -> dict[str, Any]:
        with ctx.reading() as inner:
            found = allowance.of(inner, viewer().person_id or abort(404))
        return {"most": found.most, "left": found.left, "renews": to_date(found.renews).isoformat()}


def _giving(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post("")
    @needs("kudos.give")
    @api.input(Giving)
    @api.output(Given, status_code=201)
    @api.doc(
        summary="Thank a colleague whom the caller may see (`boards:read`)",
        responses=[200, 409, 422],
        security="token",
    )
    def give(json_data: dict[str, Any]) -> tuple[dict[str, Any], int]:
        to, reason, rest = json_data["to"], json_data["reason"], {one: json_data[one] for one in ("private", "once")}
        try:
            with ctx.writing() as inner:
                made, new = giving.give(inner, viewer(), to, reason, **rest)
                return {"key": made.key}, 201 if new else 200
        except Refused as error:
            abort(422, detail={"json": dict(error.errors)})
        except NotNow as error:
            abort(409, str(error))

    @api.delete("/<key>")
    @needs("kudos.give")
    @api.output({}, status_code=204)
    @api.doc(
        summary="Take back what the caller gave; take down what they got, or (`kudos.moderate`) any in public",
        responses=[404, 409],
        security="token",
    )
    def take_away(key: str) -> str:
        try:
            with ctx.writing() as inner:
                if not giving.take_back(inner, viewer(), key) and not giving.take_down(inner, viewer(), key):
                    abort(404)
        except Refused:
            abort(404)
        except NotNow as error:
            abort(409, str(error))
        return ""


def _data(one: reading.Line) -> dict[str, Any]:
    return {
        "key": one.key,
        "giver": _named(one.giver),
        "receiver": _named(one.receiver),
        "reason": one.reason,
        "private": one.private,
        "at": to_datetime(one.at).isoformat(),
        "until": None if one.until is None else to_datetime(one.until).isoformat(),
    }


def _named(person: Shown) -> dict[str, str]:
    return {"handle": person.handle, "name": person.name}
