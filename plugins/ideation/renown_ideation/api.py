"""The HTTP API: the same ideas through the same gates as the pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, abort

from renown.api import PluginContext, needs, viewer
from renown_ideation import boards, gate, listing, shapes, showing, totals
from renown_ideation.answers import record
from renown_ideation.ideas import amending, authors, comments, similar, voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board
from renown_ideation.pages import idea as ideas

_NUMBER = "<int(max=9223372036854775807):number>"


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("ideation_api", __name__, url_prefix="/api/v1/ideation", tag="Ideas")
    _boards(api, ctx)
    _ideas(api, ctx)
    _acts(api, ctx)
    return api


def _boards(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/boards")
    @needs("ideation.read")
    @api.output(shapes.IdeaBoard(many=True))
    @api.doc(summary="Boards that the caller may read", security="token")
    def all_boards() -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            return [_board(inner, one) for one in boards.listed(inner, viewer())]

    @api.get("/boards/<slug>/ideas")
    @needs("ideation.read")
    @api.input(shapes.ListQuery, location="query")
    @api.output(shapes.Ideas)
    @api.doc(summary="Ideas of a board, in some order", security="token")
    def ideas_of(slug: str, query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            board = gate.board(inner, viewer(), slug)
            try:
                page = listing.of(inner, board, **query_data)
            except ValueError:
                abort(422, "after: is not what a page gave")
            return _page(inner, [board], page)

    @api.get("/boards/<slug>/similar")
    @needs("ideation.read")
    @api.input(shapes.SimilarQuery, location="query")
    @api.output(shapes.Likely(many=True))
    @api.doc(summary="Ideas that say about the same as a title", security="token")
    def likely(slug: str, query_data: dict[str, Any]) -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            found = similar.find(inner, viewer(), gate.board(inner, viewer(), slug), query_data["title"])
            return [{"id": one.id, "title": one.title, "likeness": round(one.likeness, 3)} for one in found]

    @api.get("/search")
    @needs("ideation.read")
    @api.input(shapes.SearchQuery, location="query")
    @api.output(shapes.Ideas)
    @api.doc(summary="Ideas that have all the words, on all boards that the caller may read", security="token")
    def search(query_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            readable = boards.listed(inner, viewer())
            try:
                page = listing.search(inner, viewer(), query_data["q"], readable, query_data["after"])
            except ValueError:
                abort(422, "after: is not what a page gave")
            return _page(inner, readable, page)


def _ideas(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post("/boards/<slug>/ideas")
    @needs("ideation.write")
    @api.input(shapes.NewIdea, location="json")
    @api.output(shapes.Idea, status_code=201)
    @api.doc(summary="Bring an idea", security="token")
    def bring(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            board = gate.board(inner, viewer(), slug)
            try:
                idea = writing.submit(inner, viewer(), board, _form(json_data))
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            return ideas.data(inner, board, idea)

    @api.get(f"/ideas/{_NUMBER}")
    @needs("ideation.read")
    @api.output(shapes.Idea)
    @api.doc(summary="One idea, with what was answered and said", security="token")
    def one_idea(number: int) -> dict[str, Any]:
        with ctx.reading() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            return ideas.data(inner, board, idea)

    @api.put(f"/ideas/{_NUMBER}")
    @needs("ideation.write")
    @api.input(shapes.IdeaText, location="json")
    @api.output(shapes.Idea)
    @api.doc(summary="A new text, by one of its authors", security="token", responses={409: "Changed meanwhile"})
    def rewrite(number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            idea, board = gate.idea(inner, viewer(), number)
            if not authors.writes(inner, viewer(), idea) or idea.state == "draft":
                gate.absent()
            try:
                amending.revise(inner, idea, viewer().person_id or 0, _form(json_data), json_data["revision"])
            except Refused as error:
                abort(422, detail={"json": dict(error.errors)})
            except amending.Changed as error:
                abort(409, f"revision: the text is at {error} by now")
            return ideas.data(inner, board, idea)


def _acts(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.put(f"/ideas/{_NUMBER}/vote")
    @needs("ideation.write")
    @api.output(shapes.Voted)
    @api.doc(summary="Vote for an idea", security="token", responses={409: "Nobody votes for it now"})
    def vote(number: int) -> dict[str, Any]:
        return _vote(ctx, number, given=True)

    @api.delete(f"/ideas/{_NUMBER}/vote")
    @needs("ideation.write")
    @api.output(shapes.Voted)
    @api.doc(summary="Take the vote back", security="token", responses={409: "Nobody votes for it now"})
    def unvote(number: int) -> dict[str, Any]:
        return _vote(ctx, number, given=False)

    @api.post(f"/ideas/{_NUMBER}/comments")
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
    with ctx.writing() as inner:
        idea, board = gate.idea(inner, viewer(), number)
        try:
            voters.vote(inner, idea.id, viewer().person_id or gate.absent(), given)
        except voters.NotOpen as error:
            abort(409, str(error))
        except LookupError:
            abort(409, "A moderator looks at it first.")
        counted = totals.shown(inner, board, [idea.id])
        known = None if isinstance(counted, totals.Hidden) else counted[idea.id]
        return {"voted": given, "voters": known, "hidden": known is None}


def _board(ctx: PluginContext, board: Board) -> dict[str, Any]:
    kept = record.kept(ctx, board)
    return {
        "board": board.slug,
        "title": board.title,
        "about": board.about,
        "audience": board.audience,
        "closed": board.closed_at is not None,
        "acknowledge_days": board.acknowledge_days,
        "answer_days": board.answer_days,
        "ideas": kept.ideas,
        "in_time": kept.share_in_time,
        "overdue": kept.overdue,
    }


def _page(ctx: PluginContext, readable: Any, page: listing.Page) -> dict[str, Any]:
    lines = showing.lines(ctx, viewer(), readable, page.ideas)
    return {"sort": page.sort, "ideas": [showing.data(ctx, one) for one in lines], "after": page.after}


def _form(given: dict[str, Any]) -> dict[str, str]:
    """As a form would send it."""
    return {**given, "tags": ",".join(given.get("tags", ()))}
