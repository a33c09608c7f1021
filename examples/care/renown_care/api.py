"""The HTTP API: the same views through the same gates as the pages."""

from __future__ import annotations

from typing import Any, NoReturn

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_care import aside, enough, figures, following, waiting

_FOLLOW = "/questions/<int(max=2147483647):case>/follow"
_ASIDE = "/questions/<int(max=2147483647):case>/aside"


class Page(Schema):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "`next` of the page before"},
    )
    limit = fields.Integer(load_default=waiting.PAGE, validate=validate.Range(1, 200))


class Question(Schema):
    id = fields.Integer()
    place = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    asked_at = fields.String(metadata={"description": "ISO 8601"})
    working_hours = fields.Float(metadata={"description": "Since it was asked"})
    followers = fields.List(fields.String(), metadata={"description": "Handles of those whom the caller may see"})
    others = fields.Integer(metadata={"description": "How many more follow it"})


class Questions(Schema):
    questions = fields.List(fields.Nested(Question))
    next = fields.Integer(allow_none=True)


class Follows(Schema):
    follows = fields.Boolean()


class Aside(Schema):
    aside = fields.Boolean()


class Window(Schema):
    days = fields.Integer(load_default=enough.WINDOWS[1], validate=validate.OneOf(enough.WINDOWS))


class Line(Schema):
    team = fields.String(allow_none=True, metadata={"description": "A slug; null for several together"})
    name = fields.String()
    answered = fields.Integer()
    working_hours = fields.Float(metadata={"description": "Median to the first answer"})
    settled = fields.Integer(allow_none=True, metadata={"description": "Closed or resolved, or opened again since"})
    reopened_percent = fields.Integer(allow_none=True)
    effort = fields.Integer(
        allow_none=True, metadata={"description": "Percent who answered 6 or 7 less percent who answered 1 to 4"}
    )
    effort_answers = fields.Integer(allow_none=True)


class Step(Schema):
    start = fields.String(data_key="from", attribute="from", metadata={"description": "A day"})
    answered = fields.Integer()
    working_hours = fields.Float(allow_none=True)


class Figures(Schema):
    days = fields.Integer()
    whole = fields.Nested(Line, allow_none=True)
    teams = fields.List(fields.Nested(Line))
    steps = fields.List(fields.Nested(Step))


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("care_api", __name__, url_prefix="/api/v1/care", tag="Care")

    @api.get("/questions")
    @needs("care.read")
    @api.input(Page, location="query")
    @api.output(Questions)
    @api.doc(summary="Customers' questions that nobody answered yet, the oldest first", security="token")
    def questions(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = waiting.listed(inner, viewer(), query_data["after"], query_data["limit"])
            return {"questions": [waiting.data(one) for one in found.lines], "next": found.after}

    @api.put(_FOLLOW)
    @needs("care.follow")
    @api.output(Follows)
    @api.doc(summary="Follow a question that waits", security="token")
    def follow(case: int) -> dict[str, Any]:
        me = viewer().person_id or _absent()
        with ctx.writing() as inner:
            if not waiting.is_open(inner, case) or not following.follow(inner, case, me):
                _absent()
        return {"follows": True}

    @api.delete(_FOLLOW)
    @needs("care.follow")
    @api.output(Follows)
    @api.doc(summary="Follow a question no more", security="token")
    def unfollow(case: int) -> dict[str, Any]:
        with ctx.writing() as inner:
            following.stop(inner, case, viewer().person_id or _absent())
        return {"follows": False}

    @api.put(_ASIDE)
    @needs("care.follow")
    @api.output(Aside)
    @api.doc(summary="Say that a question needs no answer", security="token")
    def put_aside(case: int) -> dict[str, Any]:
        with ctx.writing() as inner:
            if not aside.put(inner, case, viewer().person_id or _absent()):
                _absent()
        return {"aside": True}

    @api.delete(_ASIDE)
    @needs("care.follow")
    @api.output(Aside)
    @api.doc(summary="Say that a question waits after all", security="token")
    def bring_back(case: int) -> dict[str, Any]:
        with ctx.writing() as inner:
            if not aside.back(inner, case, viewer().person_id or _absent()):
                _absent()
        return {"aside": False}

    @api.get("/teams")
    @needs("care.read")
    @api.input(Window, location="query")
    @api.output(Figures)
    @api.doc(summary="How soon teams answer, how often questions are opened again, how easy it was", security="token")
    def teams(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            if not inner.standings.shows(viewer(), "teams"):
                _absent()
            return figures.data(figures.of(inner, query_data["days"]))

    return api


def _absent() -> NoReturn:
    abort(404)
