"""Other texts that are proposed for an idea."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, reading, writing_to
from renown_ideation.ideas import amending, authors, shown
from renown_ideation.ideas.texts import BODY, TITLE
from renown_ideation.models import Idea, Proposal
from renown_ideation.naming import Names
from renown_ideation.numbers import SMALL

_PROPOSAL = f"/ideas/{NUMBER}/proposals/<int(max=2147483647):proposal>"
_STATES = ("", "open", "accepting", "accepted", "declined", "withdrawn", "held", "waiting", "gone", "taken down")


class ProposalsQuery(Schema):
    state = fields.String(load_default="", validate=validate.OneOf(_STATES), metadata={"description": "Empty: all"})


class NewProposal(Schema):
    title = fields.String(required=True, validate=validate.Length(1, TITLE))
    body = fields.String(load_default="", validate=validate.Length(max=BODY))
    note = fields.String(required=True, validate=validate.Length(1, 200), metadata={"description": "Why"})
    revision = fields.Integer(
        required=True, validate=validate.Range(1, SMALL), metadata={"description": "The text it was written from"}
    )


class ProposedText(Schema):
    id = fields.Integer()
    title = fields.String()
    body = fields.String()
    note = fields.String()
    revision = fields.Integer()
    by = fields.String()
    at = fields.String()
    state = fields.String(metadata={"description": "`held`: a moderator looks at it first"})
    answer = fields.String()
    answered_at = fields.String(allow_none=True)


class AcceptedProposal(Schema):
    revision = fields.Integer(
        required=True, validate=validate.Range(1, SMALL), metadata={"description": "The text that was read before"}
    )
    answer = fields.String(load_default="", validate=validate.Length(max=400))
    title = fields.String(
        load_default="",
        validate=validate.Length(max=TITLE),
        metadata={"description": "With `body`: what is made of both, where the text went on meanwhile"},
    )
    body = fields.String(load_default="", validate=validate.Length(max=BODY))


class DeclinedProposal(Schema):
    answer = fields.String(required=True, validate=validate.Length(1, 400), metadata={"description": "Why"})


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/proposals")
    @needs("ideation.read")
    @api.input(ProposalsQuery, location="query")
    @api.output(ProposedText(many=True))
    @api.doc(summary="Other texts that were proposed for an idea, oldest first", security="token")
    def proposals(number: int, query_data: dict[str, Any]) -> list[dict[str, Any]]:
        with reading(ctx, number) as (inner, idea, _):
            found = amending.listed(inner, idea.id, *([query_data["state"]] if query_data["state"] else []))
            return _data(inner, [one for one in found if amending.seen(inner, viewer(), one)])

    @api.post(f"/ideas/{NUMBER}/proposals")
    @needs("ideation.write")
    @api.input(NewProposal, location="json")
    @api.output(ProposedText, status_code=201)
    @api.doc(summary="Propose another text; its authors are told", security="token")
    def propose(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, _):
            return _data(inner, [amending.propose(inner, viewer(), board, idea, json_data, json_data["revision"])])[0]

    _add_answers(api, ctx)


def _add_answers(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post(f"{_PROPOSAL}/accept")
    @needs("ideation.write")
    @api.input(AcceptedProposal, location="json")
    @api.output(shapes.Idea)
    @api.doc(
        summary="Take a proposal over, by one of the authors",
        security="token",
        responses={202: "A moderator looks first", 409: "Changed meanwhile"},
    )
    def accept(number: int, proposal: int, json_data: dict[str, Any]) -> tuple[dict[str, Any], int]:
        with writing_to(ctx, number) as (inner, idea, board, _):
            found = _of_writer(inner, idea, proposal)
            held = amending.accept(inner, viewer(), board, idea, found, json_data, json_data["revision"])
            return shown.data(inner, viewer(), board, idea), 200 if held is None else 202

    @api.post(f"{_PROPOSAL}/decline")
    @needs("ideation.write")
    @api.input(DeclinedProposal, location="json")
    @api.output(ProposedText)
    @api.doc(summary="Decline a proposal, by one of the authors, with a reason", security="token")
    def decline(number: int, proposal: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            found = _of_writer(inner, idea, proposal)
            amending.decline(inner, idea, found, me, json_data)
            return _data(inner, [found])[0]

    @api.post(f"{_PROPOSAL}/withdraw")
    @needs("ideation.write")
    @api.output(ProposedText)
    @api.doc(summary="Take one's own proposal back", security="token", responses={422: "It was answered already"})
    def take_back(number: int, proposal: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            found = amending.one(inner, viewer(), idea, proposal)
            amending.take_back(inner, found, me)
            return _data(inner, [found])[0]


def _of_writer(ctx: PluginContext, idea: Idea, number: int) -> Proposal:
    """404 for whoever does not write the idea."""
    found = amending.one(ctx, viewer(), idea, number)
    return found if authors.writes(ctx, viewer(), idea) else gate.absent()


def _data(ctx: PluginContext, found: Sequence[Proposal]) -> list[dict[str, Any]]:
    names = Names(ctx, viewer(), [one.by_id for one in found])
    return [
        {
            "id": one.id,
            "title": one.title,
            "body": one.body,
            "note": one.note,
            "revision": one.base,
            "by": names[one.by_id].name,
            "at": showing.iso(one.at),
            "state": one.state,
            "answer": one.answer,
            "answered_at": showing.iso(one.answered_at),
        }
        for one in found
    ]
