"""Boards, and what is found on them."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, abort

from renown.api import SECOND, PluginContext, needs, viewer
from renown_ideation import boards, facts, gate, listing
from renown_ideation.answers import record
from renown_ideation.api import shapes
from renown_ideation.api.common import page
from renown_ideation.ideas import similar
from renown_ideation.models import Board


def add(api: APIBlueprint, ctx: PluginContext) -> None:
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
                found = listing.of(inner, board, **query_data)
            except ValueError:
                abort(422, "after: is not what a page gave")
            return page(inner, [board], found)

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
                found = listing.search(inner, viewer(), query_data["q"], readable, query_data["after"])
            except ValueError:
                abort(422, "after: is not what a page gave")
            return page(inner, readable, found)


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
        "answered": kept.share_answered,
        "delivered": kept.share_delivered,
        "first_answer_seconds": None if kept.median is None else kept.median // SECOND,
        "in_time": kept.share_in_time,
        "overdue": kept.overdue,
        "known": [
            {"kind": kind, "text": one.text, "outcome": one.outcome}
            for kind, found in facts.of(ctx, board).items()
            for one in found
        ],
    }
