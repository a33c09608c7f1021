"""Files beside an idea."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema, abort
from apiflask.fields import File
from apiflask.schemas import FileSchema
from flask import Response
from marshmallow import fields

from renown.api import PluginContext, needs, viewer
from renown_ideation import showing
from renown_ideation.api.common import NUMBER, reading, writing_to
from renown_ideation.ideas import attaching
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Attachment

_FILE = f"/ideas/{NUMBER}/files/<int(max=2147483647):file>"


class SentFile(Schema):
    # What the library says of its fields has no types.
    file = File(required=True)  # type: ignore[no-untyped-call]


class IdeaFile(Schema):
    id = fields.Integer()
    name = fields.String()
    media_type = fields.String(metadata={"description": "As its bytes say"})
    size = fields.Integer(metadata={"description": "Bytes"})
    sha256 = fields.String()
    comment = fields.Integer(allow_none=True, metadata={"description": "The one it is beside; null: the idea itself"})
    at = fields.String()


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/files")
    @needs("ideation.read")
    @api.output(IdeaFile(many=True))
    @api.doc(summary="Files beside an idea and its comments", security="token")
    def files_of(number: int) -> list[dict[str, Any]]:
        with reading(ctx, number) as (inner, idea, _):
            return [_data(one) for one in attaching.listed(inner, viewer(), idea)]

    @api.post(f"/ideas/{NUMBER}/files")
    @needs("ideation.write", body=attaching.BODY)
    @api.input(SentFile, location="files")
    @api.output(IdeaFile, status_code=201)
    @api.doc(
        summary="Put a file beside an idea, by its authors and staff",
        security="token",
        responses={413: "The body is too large"},
    )
    def attach(number: int, files_data: dict[str, Any]) -> dict[str, Any]:
        sent = files_data["file"]
        with reading(ctx, number) as (inner, idea, _):
            attaching.require(inner, viewer(), idea)
        try:
            looked = attaching.look(ctx, sent.filename or "", sent.stream)
        except Refused as error:
            abort(422, detail={"json": dict(error.errors)})
        with writing_to(ctx, number) as (inner, idea, board, _):
            return _data(attaching.attach(inner, viewer(), board, idea, looked))

    @api.get(_FILE)
    @needs("ideation.read")
    @api.output(FileSchema(type="string", format="binary"), content_type="*/*")
    @api.doc(summary="A file's bytes, with the type that they have", security="token")
    def one_file(number: int, file: int) -> Response:
        with reading(ctx, number) as (inner, idea, _):
            return attaching.sent(inner, attaching.read(inner, viewer(), idea, file))

    @api.delete(_FILE)
    @needs("ideation.write")
    @api.output({}, status_code=204)
    @api.doc(summary="Remove a file, by whoever added it, or a moderator", security="token")
    def remove_file(number: int, file: int) -> str:
        with writing_to(ctx, number) as (inner, idea, _, _me):
            attaching.remove(inner, viewer(), idea, file)
            return ""


def _data(one: Attachment) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "comment": one.comment_id,
        "at": showing.iso(one.at),
    }
