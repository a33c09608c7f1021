"""The moderators' desk, and readers' reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint, Schema, abort
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing
from renown_ideation.api.common import NUMBER
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Comment, Idea, Proposal
from renown_ideation.moderation import deciding, queue, reports
from renown_ideation.naming import Names
from renown_ideation.numbers import MOST


class Waiting(Schema):
    key = fields.String(metadata={"description": "What is decided, like `idea:12`"})
    seen = fields.String(metadata={"description": "Which text this is; send it along"})
    kind = fields.String()
    board = fields.String()
    url = fields.String()
    title = fields.String()
    text = fields.String()
    by = fields.String()
    shown = fields.Boolean(metadata={"description": "Whether it is shown while it waits"})
    reasons = fields.List(fields.String())
    links = fields.Integer()
    due_at = fields.String()


class Decide(Schema):
    key = fields.String(required=True)
    seen = fields.String(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(("shown", "taken down")))
    word = fields.String(
        load_default="",
        validate=validate.Length(max=deciding.WORD),
        metadata={"description": "Needed to take down; the author reads it"},
    )


class Report(Schema):
    comment = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST),
        metadata={"description": "null: the idea itself"},
    )
    proposal = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST),
        metadata={"description": "A proposed change of the idea, instead of a comment"},
    )
    reason = fields.String(required=True, validate=validate.OneOf(list(reports.REASONS)))
    word = fields.String(load_default="", validate=validate.Length(max=reports.WORD))


class Reported(Schema):
    new = fields.Boolean(metadata={"description": "false: the caller reported it before, and it waits"})


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/desk")
    @needs("ideation.desk")
    @api.output(Waiting(many=True))
    @api.doc(summary="What waits for a moderator, what is due first before the rest", security="token")
    def waiting() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            items = queue.waiting(inner)
            names = Names(inner, viewer(), [one.by_id for one in items])
            return [_item(one, names) for one in items]

    @api.post("/desk")
    @needs("ideation.desk")
    @api.input(Decide, location="json")
    @api.output({}, status_code=204)
    @api.doc(summary="Let through or take down", security="token", responses={409: "Decided, or changed, meanwhile"})
    def moderate(json_data: dict[str, Any]) -> str:
        with ctx.writing() as inner:
            key, shown = json_data["key"], json_data["decision"] == deciding.SHOWN
            me, chosen = viewer().person_id or gate.absent(), {key: json_data["seen"]}
            try:
                failed = deciding.several(inner, me, chosen, shown=shown, word=json_data["word"])
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            if failed:
                abort(409, " ".join(failed[key]))
            return ""

    @api.post(f"/ideas/{NUMBER}/reports")
    @needs("ideation.write")
    @api.input(Report, location="json")
    @api.output(Reported, status_code=201)
    @api.doc(summary="Report an idea, a comment or a proposal to the moderators", security="token")
    def report(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            about = _about(inner, idea, json_data)
            try:
                return {"new": reports.report(inner, viewer(), board, idea, about, json_data)}
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})


def _about(ctx: PluginContext, idea: Idea, given: Mapping[str, Any]) -> Comment | Proposal | None:
    """What of an idea is reported. 404 for what not everybody reads."""
    if idea.standing != "shown":
        gate.absent()
    if given["proposal"] is not None:
        made = ctx.session.get(Proposal, given["proposal"])
        return made if made is not None and reports.proposal_reportable(ctx, idea, made) else gate.absent()
    if given["comment"] is None:
        return None
    comment = ctx.session.get(Comment, given["comment"])
    return comment if comment is not None and reports.reportable(idea, comment) else gate.absent()


def _item(one: queue.Item, names: Names) -> dict[str, Any]:
    return {
        "key": one.key,
        "seen": one.seen,
        "kind": one.kind,
        "board": one.board.slug,
        "url": one.path,
        "title": one.title,
        "text": one.body,
        "by": names[one.by_id].name,
        "shown": one.shown,
        "reasons": [act.reason for act in one.acts],
        "links": one.links,
        "due_at": showing.iso(one.due_at),
    }
