"""The roadmap, and the changelog."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api import shapes
from renown_ideation.api.common import changing
from renown_ideation.delivery import news, roadmap
from renown_ideation.ideas.texts import BODY, TITLE
from renown_ideation.numbers import MOST, SMALL


class RoadmapQuery(Schema):
    board = fields.String(load_default="", metadata={"description": "Empty: all that the caller may read"})


class OnRoadmap(shapes.IdeaLine):
    goal = fields.String()
    due = fields.String(allow_none=True, metadata={"description": "null: no date was given"})


class Roadmap(Schema):
    now = fields.List(fields.Nested(OnRoadmap))
    next = fields.List(fields.Nested(OnRoadmap))
    later = fields.List(fields.Nested(OnRoadmap))


class AfterNews(Schema):
    after = fields.Integer(
        load_default=None, validate=validate.Range(1, SMALL), metadata={"description": "`after` of the page before"}
    )


class NewNews(Schema):
    board = fields.String(required=True)
    title = fields.String(required=True, validate=validate.Length(1, TITLE))
    body = fields.String(load_default="", validate=validate.Length(max=BODY))
    ideas = fields.List(
        fields.Integer(validate=validate.Range(1, MOST)), load_default=list, validate=validate.Length(max=20)
    )


class NewsEntry(Schema):
    id = fields.Integer()
    board = fields.String()
    title = fields.String()
    body = fields.String()
    at = fields.String()
    voters = fields.Integer(allow_none=True, metadata={"description": "Whom it thanks; null while numbers are hidden"})
    ideas = fields.List(fields.Nested(shapes.IdeaLine))


class PublishedNews(NewsEntry):
    pass


class Changelog(Schema):
    entries = fields.List(fields.Nested(NewsEntry))
    after = fields.Integer(allow_none=True)


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/roadmap")
    @needs("ideation.read")
    @api.input(RoadmapQuery, location="query")
    @api.output(Roadmap)
    @api.doc(summary="What is being done, what comes next, and what later", security="token")
    def the_roadmap(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), query_data["board"]) if query_data["board"] else None
            return roadmap.data(inner, roadmap.of(inner, viewer(), board))

    @api.get("/changelog")
    @needs("ideation.read")
    @api.input(AfterNews, location="query")
    @api.output(Changelog)
    @api.doc(summary="What is new, the newest first", security="token")
    def changelog(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = news.listed(inner, viewer(), query_data["after"])
            return {"entries": [_data(inner, one) for one in found.entries], "after": found.after}

    @api.post("/changelog")
    @needs("ideation.desk")
    @api.input(NewNews, location="json")
    @api.output(PublishedNews, status_code=201)
    @api.doc(summary="Publish what is new; whoever follows one of its ideas is told", security="token")
    def publish_news(json_data: dict[str, Any]) -> dict[str, Any]:
        with changing(ctx) as inner:
            board = gate.board(inner, viewer(), json_data["board"])
            given = {**json_data, "ideas": " ".join(map(str, json_data["ideas"]))}
            made = news.write(inner, board, viewer().person_id or gate.absent(), given)
            return _data(inner, next(one for one in news.listed(inner, viewer()).entries if one.id == made.id))


def _data(ctx: PluginContext, one: news.Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "board": one.board.slug,
        "title": one.title,
        "body": one.body,
        "at": showing.iso(one.at),
        "voters": one.voters,
        "ideas": [showing.data(ctx, line) for line in one.ideas],
    }
