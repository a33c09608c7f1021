"""What is done with an idea: votes, comments."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, abort

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate, showing, totals
from renown_ideation.answers import followers
from renown_ideation.api import shapes
from renown_ideation.api.common import NUMBER, writing_to
from renown_ideation.campaigns import balloted
from renown_ideation.ideas import comments, voters
from renown_ideation.ideas.texts import Refused

_NOT_NOW = {409: "Nobody votes for it now, or the caller does so by a ballot"}


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.put(f"/ideas/{NUMBER}/vote")
    @needs("ideation.write")
    @api.output(shapes.Voted)
    @api.doc(summary="Vote for an idea", security="token", responses=_NOT_NOW)
    def vote(number: int) -> dict[str, Any]:
        return _vote(ctx, number, given=True)

    @api.delete(f"/ideas/{NUMBER}/vote")
    @needs("ideation.write")
    @api.output(shapes.Voted)
    @api.doc(summary="Take the vote back", security="token", responses=_NOT_NOW)
    def unvote(number: int) -> dict[str, Any]:
        return _vote(ctx, number, given=False)

    @api.put(f"/ideas/{NUMBER}/follow")
    @needs("ideation.write")
    @api.output(shapes.Follows)
    @api.doc(summary="Hear of what happens to an idea", security="token")
    def follow(number: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            followers.follow(inner, idea.id, me)
            return {"follows": True}

    @api.delete(f"/ideas/{NUMBER}/follow")
    @needs("ideation.write")
    @api.output(shapes.Follows)
    @api.doc(summary="Hear no more of an idea, whatever one takes part as", security="token")
    def unfollow(number: int) -> dict[str, Any]:
        with writing_to(ctx, number) as (inner, idea, _, me):
            followers.stop(inner, idea.id, me)
            return {"follows": False}

    @api.post(f"/ideas/{NUMBER}/comments")
    @needs("ideation.write")
    @api.input(shapes.NewComment, location="json")
    @api.output(shapes.Commented, status_code=201)
    @api.doc(summary="Say something about an idea", security="token")
    def say(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            try:
                made = comments.add(inner, viewer(), board, idea, json_data)
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            return {"id": made.id, "text": made.body, "standing": made.standing, "at": showing.iso(made.at)}


def _vote(ctx: PluginContext, number: int, *, given: bool) -> dict[str, Any]:
    with writing_to(ctx, number) as (inner, idea, board, me):
        balloted.require_none(inner, idea, me)
        try:
            voters.vote(inner, idea.id, me, given)
        except voters.NotOpen as error:
            abort(409, str(error))
        except LookupError:
            abort(409, "A moderator looks at it first.")
        counted = totals.shown(inner, board, [idea.id])
        known = None if isinstance(counted, totals.Hidden) else counted[idea.id]
        return {"voted": given, "voters": known, "hidden": known is None}
