"""Votes, and hearing of an idea or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as Answer

from renown.api import NotSigned, PluginContext, Prepared, needs, opened, public, viewer
from renown_ideation import gate, totals
from renown_ideation.answers import followers
from renown_ideation.campaigns import balloted
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas import voters, writing
from renown_ideation.models import Board, Idea, Vote
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA
from renown_ideation.states import CLOSED, STATES


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/vote")
    @needs("ideation.write")
    def vote(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            refused = _cast(inner, idea, me)
            if refused is not None:
                flash(refused, "bad")
            return common.done(board, idea, anchor="vote")

    @pages.post(f"{IDEA}/_vote")
    @needs("ideation.write")
    def vote_here(slug: str, number: int) -> str:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            _cast(inner, idea, me)
            where, vote = request.args.get("in"), box(inner, board, idea)
            template = "ideation/_vote_line.html" if where in ("list", "draft") else "ideation/_vote.html"
            return render_template(
                template,
                idea=idea,
                board=board,
                vote=vote,
                writing=where == "draft",
                voted_here=where == "draft" and vote["voted"] and not vote["may_cast"],
                path=writing.path(board, idea),
                draft=common.whole(request.form.get("draft")),
            )

    @pages.post(f"{IDEA}/follow")
    @needs("ideation.write")
    def follow(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            if request.form.get("follow") == "off":
                followers.stop(inner, idea.id, me)
                return common.done(board, idea, "You hear no more of it.")
            followers.follow(inner, idea.id, me)
            return common.done(board, idea, "You hear what becomes of it.")

    @pages.get("/ideas/stop/<token>")
    @public
    def ask_stop(token: str) -> str:
        with ctx.reading() as inner:
            return _stop_page(inner, token, done=False)

    @pages.post("/ideas/stop/<token>")
    @opened(csrf=False)
    def stop(token: str) -> str:
        """The signed link is the proof."""
        with ctx.writing() as inner:
            followers.stop(inner, *_read(inner, token))
            return _stop_page(inner, token, done=True)


def box(ctx: PluginContext, board: Board, idea: Idea) -> dict[str, Any]:
    """What the box with the vote shows: how many, whether the viewer is among them, or why they cannot be."""
    me = viewer().person_id
    mine = _MINE.row(ctx, idea=idea.id, person=me) if me is not None else None
    counted = totals.shown(ctx, board, [idea.id])
    hidden = counted if isinstance(counted, totals.Hidden) else None
    on = balloted.of(ctx, [idea.id], me).get(idea.id)
    return {
        "campaign": on.campaign if on is not None else None,
        "may_cast": on is not None and on.may_cast,
        "voters": None if isinstance(counted, totals.Hidden) else counted[idea.id],
        "hidden": hidden,
        "earlier": idea.earlier_votes,
        "voted": mine is not None and mine.given,
        "by": mine.by_id if mine is not None and mine.given else None,
        "why": _why_not(board, idea),
        "sign_in": me is None and _why_not(board, idea) is None,
    }


_MINE = Prepared(
    select(Vote.given, Vote.by_id).where(Vote.idea_id == bindparam("idea"), Vote.person_id == bindparam("person"))
)


def _why_not(board: Board, idea: Idea) -> str | None:
    """In a sentence, why nobody votes for it now."""
    if board.closed_at is not None:
        return "This board is closed."
    if idea.standing != "shown":
        return "A moderator looks at it first."
    if idea.state == "merged":
        return "It goes on in another idea: vote there."
    if idea.state in CLOSED:
        return f"Nobody votes for it any more: it is {STATES[idea.state].title.lower()}."
    return None


def _cast(ctx: PluginContext, idea: Idea, me: int) -> str | None:
    """Why it could not be, where it could not."""
    given = request.form.get("vote")
    if given not in ("on", "off"):
        abort(422, "vote: neither on nor off")
    try:
        balloted.require_none(ctx, idea, me)
        voters.vote(ctx, idea.id, me, given == "on")
    except (NotNow, voters.NotOpen) as error:
        return str(error)
    except LookupError:
        return "A moderator looks at it first."
    ctx.session.expire_all()
    return None


def _read(ctx: PluginContext, token: str) -> tuple[int, int]:
    try:
        return followers.leaving(ctx, token)
    except (NotSigned, TypeError, ValueError):
        gate.absent()


def _stop_page(ctx: PluginContext, token: str, *, done: bool) -> str:
    idea = ctx.session.get(Idea, _read(ctx, token)[0]) or gate.absent()
    return render_template("ideation/stop.html", idea=idea, done=done, path=writing.address(ctx, idea))
