"""Every text that an idea had."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import showing
from renown_ideation.api.common import NUMBER, reading, writing_to
from renown_ideation.ideas import amending
from renown_ideation.models import Revision
from renown_ideation.naming import Names
from renown_ideation.numbers import SMALL

_TEXT = f"/ideas/{NUMBER}/texts/<int(max=2147483647):text>"


class BeforeText(Schema):
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(1, SMALL),
        metadata={"description": "`before` of the page before"},
    )


class IdeaRevision(Schema):
    revision = fields.Integer()
    title = fields.String(allow_none=True, metadata={"description": "null: only moderators read this text"})
    body = fields.String(allow_none=True)
    by = fields.String()
    at = fields.String()
    note = fields.String(metadata={"description": "Why it was changed"})
    proposal = fields.Integer(allow_none=True, metadata={"description": "The one that was taken over with it"})
    hidden = fields.Boolean()


class IdeaRevisions(Schema):
    texts = fields.List(fields.Nested(IdeaRevision))
    before = fields.Integer(allow_none=True)


class HiddenText(Schema):
    hidden = fields.Boolean(required=True)


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/texts")
    @needs("ideation.read")
    @api.input(BeforeText, location="query")
    @api.output(IdeaRevisions)
    @api.doc(summary="Every text that an idea had, the newest first", security="token")
    def texts(number: int, query_data: dict[str, Any]) -> dict[str, Any]:
        with reading(ctx, number) as (inner, idea, _):
            found = amending.revisions(inner, idea.id, query_data["before"])
            shown = found[: amending.PAGE]
            names = Names(inner, viewer(), [one.by_id for one in shown])
            further = shown[-1].number if len(found) > amending.PAGE else None
            return {"texts": [_data(one, names) for one in shown], "before": further}

    @api.put(_TEXT)
    @needs("ideation.desk")
    @api.input(HiddenText, location="json")
    @api.output({}, status_code=204)
    @api.doc(summary="Have moderators alone read an earlier text, or everybody again", security="token")
    def hide_text(number: int, text: int, json_data: dict[str, Any]) -> str:
        with writing_to(ctx, number) as (inner, idea, _, me):
            amending.hide(inner, idea, text, me, hidden=json_data["hidden"])
            return ""


def _data(one: Revision, names: Names) -> dict[str, Any]:
    read = amending.readable(viewer(), one)
    return {
        "revision": one.number,
        "title": one.title if read else None,
        "body": one.body if read else None,
        "by": names[one.by_id].name,
        "at": showing.iso(one.at),
        "note": one.note if read else "",
        "proposal": one.proposal_id,
        "hidden": one.hidden,
    }
