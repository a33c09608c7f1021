"""Things elsewhere that belong to an idea and its plan: read by whoever reads it, changed by staff."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api.common import NUMBER, reading, require_staff, writing_to
from renown_ideation.delivery import links
from renown_ideation.models import Idea, Link


class LinkedThing(Schema):
    id = fields.Integer()
    url = fields.String()
    title = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"description": "As its source told last; empty where it is not followed"})
    private = fields.Boolean(metadata={"description": "In a private place: customers do not see it"})


class NewLink(Schema):
    url = fields.String(required=True, validate=validate.Length(1, 2048))
    title = fields.String(load_default="", validate=validate.Length(max=200))
    kind = fields.String(load_default="page", validate=validate.OneOf(list(links.KINDS)))


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"/ideas/{NUMBER}/links")
    @needs("ideation.read")
    @api.output(LinkedThing(many=True))
    @api.doc(summary="Issues, releases, conversations and pages that belong to an idea", security="token")
    def links_of(number: int) -> list[dict[str, Any]]:
        with reading(ctx, number) as (inner, idea, _):
            return listed(inner, idea)

    @api.post(f"/ideas/{NUMBER}/links")
    @needs("ideation.write")
    @api.input(NewLink, location="json")
    @api.output(LinkedThing, status_code=201)
    @api.doc(summary="Link something elsewhere to an idea, for staff and its owner", security="token")
    def link(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            require_staff(idea)
            return _data(links.add(inner, idea, me, json_data))

    @api.delete(f"/ideas/{NUMBER}/links/<int(max=2147483647):link>")
    @needs("ideation.write")
    @api.output({}, status_code=204)
    @api.doc(summary="Take a link away, for staff and its owner", security="token")
    def unlink(number: int, link: int) -> str:
        with writing_to(ctx, number) as (inner, idea, _, _me):
            require_staff(idea)
            return "" if links.remove(inner, idea, link) else gate.absent()


def listed(ctx: PluginContext, idea: Idea) -> list[dict[str, Any]]:
    """Those that the caller may see."""
    return [_data(one) for one in links.of(ctx, viewer(), idea.id)]


def _data(one: Link) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "title": one.title,
        "kind": one.kind,
        "state": one.state,
        "private": one.private,
    }
