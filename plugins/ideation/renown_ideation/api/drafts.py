"""Drafts: kept, sent, thrown away; and ideas that are taken back, and up again."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import boards, gate, showing
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, changing, form, without, writing_to
from renown_ideation.campaigns import entering
from renown_ideation.ideas import drafts, shown, writing
from renown_ideation.ideas.texts import BODY, TAG, TAGS, TITLE
from renown_ideation.models import Board, Idea

_DRAFT = f"/drafts/{NUMBER}"


class DraftText(Schema):
    title = fields.String(load_default="", validate=validate.Length(max=TITLE))
    body = fields.String(load_default="", validate=validate.Length(max=BODY))
    tags = fields.List(
        fields.String(validate=validate.Length(1, TAG)), load_default=list, validate=validate.Length(max=TAGS)
    )
    without = shapes.DRAFT_WITHOUT


class SentDraft(Schema):
    without = shapes.DRAFT_WITHOUT


class IdeaDraft(Schema):
    id = fields.Integer()
    board = fields.String()
    title = fields.String()
    body = fields.String()
    tags = fields.List(fields.String())
    without = fields.List(fields.String(), metadata={"description": "Campaigns that it does not take part in"})
    changed_at = fields.String()


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/drafts")
    @needs("ideation.write")
    @api.output(IdeaDraft(many=True))
    @api.doc(summary="The caller's drafts, last written first", security="token")
    def all_drafts() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            by_id = {one.id: one for one in boards.listed(inner, viewer())}
            found = [one for one in drafts.listed(inner, viewer()) if one.board_id in by_id]
            return [_data(inner, by_id[one.board_id], one) for one in found]

    @api.post("/boards/<slug>/drafts")
    @needs("ideation.write")
    @api.input(DraftText, location="json")
    @api.output(IdeaDraft, status_code=201)
    @api.doc(summary="Keep a draft, which only its authors see", security="token")
    def keep_draft(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with changing(ctx) as inner:
            board = gate.board(inner, viewer(), slug)
            given = form(json_data) | without(inner, board, json_data["without"])
            return _data(inner, board, drafts.save(inner, viewer(), board, given, None))

    @api.put(_DRAFT)
    @needs("ideation.write")
    @api.input(DraftText, location="json")
    @api.output(IdeaDraft)
    @api.doc(summary="Keep what a draft says now", security="token")
    def save_draft(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, _):
            draft = _mine(inner, board, idea)
            given = form(json_data) | without(inner, board, json_data["without"])
            return _data(inner, board, drafts.save(inner, viewer(), board, given, draft.id))

    @api.post(f"{_DRAFT}/submit")
    @needs("ideation.write")
    @api.input(SentDraft, location="json")
    @api.output(shapes.Idea)
    @api.doc(summary="Send a draft as it is: it is an idea then", security="token")
    def submit_draft(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, _):
            draft = _mine(inner, board, idea)
            given = {**drafts.written(inner, draft), **without(inner, board, json_data["without"])}
            return shown.data(inner, viewer(), board, writing.submit(inner, viewer(), board, given, draft))

    @api.delete(_DRAFT)
    @needs("ideation.write")
    @api.output({}, status_code=204)
    @api.doc(summary="Throw a draft of one's own away", security="token")
    def discard_draft(number: int) -> str:
        with writing_to(ctx, number) as (inner, idea, _, me):
            if idea.state != "draft" or idea.author_id != me:
                gate.absent()
            drafts.throw_away(inner, idea)
            return ""

    _add_withdrawing(api, ctx)


def _add_withdrawing(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post(f"/ideas/{NUMBER}/withdraw")
    @needs("ideation.write")
    @api.output(shapes.Idea)
    @api.doc(summary="Take one's idea back", security="token", responses={422: "It cannot be withdrawn"})
    def withdraw(number: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            _require_author(inner, idea)
            drafts.withdraw(inner, idea, me)
            return shown.data(inner, viewer(), board, idea)

    @api.post(f"/ideas/{NUMBER}/take-up")
    @needs("ideation.write")
    @api.output(IdeaDraft)
    @api.doc(
        summary="Make a draft again of what one withdrew", security="token", responses={422: "It is not withdrawn"}
    )
    def take_up(number: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, board, me):
            _require_author(inner, idea)
            drafts.take_up(inner, idea, me)
            return _data(inner, board, idea)


def _mine(ctx: PluginContext, board: Board, idea: Idea) -> Idea:
    return drafts.mine(ctx, viewer(), board, idea.id) or gate.absent()


def _require_author(ctx: PluginContext, idea: Idea) -> None:
    if not gate.is_author(ctx, viewer(), idea.id):
        gate.absent()


def _data(ctx: PluginContext, board: Board, idea: Idea) -> dict[str, Any]:
    return {
        "id": idea.id,
        "board": board.slug,
        "title": idea.title,
        "body": idea.body,
        "tags": list(showing.tags(ctx, [idea]).get(idea.id, ())),
        "without": list(entering.kept_out(ctx, idea)),
        "changed_at": showing.iso(idea.changed_at),
    }
