"""The portal's first page, each board's list, and what is found on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, Prepared, among, as_csv, as_json, needs, viewer
from renown_ideation import boards, facts, feeds, gate, listing, promises, showing, totals
from renown_ideation.answers import record
from renown_ideation.campaigns import balloted, finding, placed, view
from renown_ideation.ideas import similar, words
from renown_ideation.models import Board, Campaign, Idea, Vote
from renown_ideation.states import STATES

#: Letters from which on somebody has begun to say something.
_BEGUN = 3
PROMPTS = (
    "What do you do by hand, again and again, that could be done for you?",
    "What did you look for lately and not find?",
    "What do you explain to everybody who is new?",
)


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas")
    @needs("ideation.read")
    def index() -> str | Answer:
        with ctx.reading() as inner:
            found, asked = boards.listed(inner, viewer()), request.args.get("q", "")
            if len(found) == 1 and not asked:
                return redirect(f"/ideas/{found[0].slug}")
            page = _searched(inner, asked, found)
            return render_template(
                "ideation/index.html",
                boards=found,
                voting=finding.voting(inner, viewer()),
                records={one.id: record.kept(inner, one) for one in found},
                asked=asked,
                lines=showing.lines(inner, viewer(), found, page.ideas),
                further=_further(page.after),
                title=inner.settings["title"],
                day=partial(promises.day, inner),
            )

    @pages.get("/ideas/<slug>")
    @needs("ideation.read")
    def board(slug: str) -> str:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            page, asked = _page(inner, found), request.args.get("q", "")
            lines = showing.lines(inner, viewer(), [found], page.ideas)
            return render_template(
                "ideation/board.html",
                board=found,
                page=page,
                lines=lines,
                voted=voted(inner, [one.id for one in lines]),
                placed=placed.of(inner, [one.id for one in lines]),
                asked=asked,
                likely=None if lines else _likely(inner, found, asked),
                further=_further(page.after),
                states=STATES,
                sorts=listing.SORTS,
                rules=listing.RULES,
                tag_options=[(tag, tag) for tag in sorted(_tags(lines))],
                record=record.kept(inner, found),
                hidden=totals.hidden(inner, found),
                campaigns=_campaigns(inner, found),
                may_begin=finding.staff(inner, viewer()) and found.closed_at is None,
                prompts=PROMPTS,
                facts=facts.of(inner, found),
                kinds=facts.KINDS,
                staff=viewer().at_least("moderator"),
                day=partial(promises.day, inner),
            )

    @pages.get("/ideas/<slug>/_similar")
    @needs("ideation.read")
    def likely(slug: str) -> str:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            asked = request.args.get("title", request.args.get("q", ""))
            return render_template(
                "ideation/_similar.html", board=found, writing="title" in request.args, **alike(inner, found, asked)
            )

    _add_data(pages, ctx)


def _add_data(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ideas/<slug>.json")
    @needs("ideation.read")
    def board_data(slug: str) -> Response:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            page = _page(inner, found)
            lines = showing.lines(inner, viewer(), [found], page.ideas)
            ideas = [showing.data(inner, one) for one in lines]
            return as_json({"board": found.slug, "sort": page.sort, "ideas": ideas, "after": page.after})

    @pages.get("/ideas/<slug>.csv")
    @needs("ideation.read")
    def board_table(slug: str) -> Response:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            lines = showing.lines(inner, viewer(), [found], _page(inner, found).ideas)
            return as_csv(f"ideas-{found.slug}", _COLUMNS, [_cells(showing.data(inner, one)) for one in lines])

    @pages.get("/ideas/<slug>.atom")
    @needs("ideation.read")
    def board_feed(slug: str) -> Response:
        with ctx.reading() as inner:
            found = gate.board(inner, viewer(), slug)
            newest = listing.of(inner, found, sort="new", **_filters())
            lines = showing.lines(inner, viewer(), [found], newest.ideas)
            return feeds.of_lines(inner, f"{found.title}: ideas", lines)


_COLUMNS = (
    "id", "url", "title", "state", "voters", "earlier_votes", "comments", "owner", "next_answer_by", "overdue",
    "submitted_at", "tags",
)  # fmt: skip


def _cells(line: dict[str, Any]) -> Sequence[Any]:
    return [" ".join(line[one]) if one == "tags" else line[one] for one in _COLUMNS]


def alike(ctx: PluginContext, board: Board, title: str) -> dict[str, Any]:
    """What the list of similar ideas needs; nothing before somebody has begun to say something."""
    found = similar.find(ctx, viewer(), board, title) if len(title.strip()) >= _BEGUN else []
    ideas = _SIMILAR.rows(ctx, ideas=[one.id for one in found])
    by_id = {one.id: one for one in showing.lines(ctx, viewer(), [board], ideas)}
    return {
        "similar": [by_id[one.id] for one in found if one.id in by_id],
        "voted": voted(ctx, list(by_id)),
        "ballots": _ballots(ctx, list(by_id)),
        "may_vote": viewer().person_id is not None and board.closed_at is None,
    }


_SIMILAR = Prepared(select(*listing.COLUMNS).where(among(Idea.id, "ideas")))


def voted(ctx: PluginContext, ideas: Sequence[int]) -> frozenset[int]:
    """For which of these the viewer is."""
    if viewer().person_id is None:
        return frozenset()
    return frozenset(_VOTED.scalars(ctx, ideas=[*ideas], person=viewer().person_id))


_VOTED = Prepared(
    select(Vote.idea_id).where(among(Vote.idea_id, "ideas"), Vote.person_id == bindparam("person"), Vote.given)
)


def _ballots(ctx: PluginContext, ideas: Sequence[int]) -> Mapping[int, Campaign]:
    """On whose ballots the viewer votes for which of these now."""
    found = balloted.of(ctx, ideas, viewer().person_id)
    return {idea: one.campaign for idea, one in found.items() if one.may_cast}


def _campaigns(ctx: PluginContext, board: Board) -> Sequence[view.Summary]:
    """Those that run here, or wait for their decision; the others stand on their own page."""
    return view.summaries(ctx, finding.binding(ctx, viewer(), board))


def _likely(ctx: PluginContext, board: Board, asked: str) -> dict[str, Any] | None:
    """Those that are like what is looked for, where not all its words are found."""
    return alike(ctx, board, asked) if words.of(asked) else None


def _page(ctx: PluginContext, board: Board) -> listing.Page:
    asked = request.args.get("q", "")
    if asked:
        return _searched(ctx, asked, [board])
    sort = request.args.get("sort", "voices")
    if sort not in listing.SORTS:
        abort(404)
    try:
        return listing.of(ctx, board, sort=sort, after=request.args.get("after", ""), **_filters())
    except ValueError:
        abort(404)


def _searched(ctx: PluginContext, asked: str, found: Sequence[Board]) -> listing.Page:
    try:
        return listing.search(ctx, viewer(), asked, found, request.args.get("after", ""))
    except ValueError:
        abort(404)


def _filters() -> dict[str, str]:
    state = request.args.get("state", "")
    if state and state != "open" and state not in STATES:
        abort(404)
    return {"state": state, "tag": request.args.get("tag", "")}


def _further(after: str | None) -> str | None:
    if after is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return f"{request.path}?{urlencode({**kept, 'after': after})}"


def _tags(lines: Sequence[showing.Line]) -> set[str]:
    """To choose from: those of the ideas that are shown, and the one that is chosen."""
    return {tag for one in lines for tag in one.tags} | {request.args.get("tag", "")} - {""}
