"""Who may see and do what: of boards, of ideas. What is hidden and what is absent get one answer, 404."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn, cast

from flask import abort
from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, true
from sqlalchemy.orm.attributes import set_committed_value

from renown.api import PluginContext, Prepared, Viewer
from renown_ideation import totals
from renown_ideation.models import Board, Campaign, Idea, Invited, Participant

#: Roles of those who write an idea.
WRITERS = ("author", "coauthor")


def visible(ctx: PluginContext, viewer: Viewer) -> ColumnElement[bool]:
    """Of Board, which the viewer may read."""
    if viewer.at_least("moderator"):
        return true()
    allowed = [Board.audience == "public"]
    if viewer.employee:
        allowed.append(Board.audience == "employees")
    if viewer.person_id is not None:
        mine = select(Invited.board_id).where(Invited.person_id == viewer.person_id)
        allowed.append(and_(Board.audience == "invited", Board.id.in_(mine)))
    if viewer.employee and viewer.person_id is not None:
        allowed.append(and_(Board.audience == "team", Board.team_id.in_(_teams(ctx, viewer.person_id))))
    return or_(*allowed)


def _teams(ctx: PluginContext, person: int) -> list[int]:
    today = ctx.clock.today()
    return [one.team for one in ctx.teams.of(person) if _holds(one.from_day, one.to_day, today)]


def _holds(first: int | None, end: int | None, day: int) -> bool:
    return (first is None or first <= day) and (end is None or day < end)


def shown(viewer: Viewer) -> ColumnElement[bool]:
    """Of Idea, which of a visible board the viewer may read: drafts and what waits, their authors and moderators."""
    mine = _mine(viewer)
    if viewer.at_least("moderator"):
        return or_(Idea.state != "draft", mine)
    return or_(open_to_all(), mine)


def open_to_all() -> ColumnElement[bool]:
    """Of Idea, which everybody may read who reads the board: what lists and searches have."""
    return and_(Idea.standing == "shown", Idea.state != "draft")


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.person_id is None:
        return false()
    written = select(Participant.idea_id).where(
        Participant.person_id == viewer.person_id, Participant.role.in_(WRITERS)
    )
    return Idea.id.in_(written)


def board(ctx: PluginContext, viewer: Viewer, slug: str) -> Board:
    rows = _BOARD.rows(ctx, slug=slug)
    if not rows or not reads(ctx, viewer, rows[0].Board):
        absent()
    totals.note(ctx, rows[0].Board, rows)
    return cast(Board, rows[0].Board)


def idea(ctx: PluginContext, viewer: Viewer, number: int) -> tuple[Idea, Board]:
    rows = _IDEA.rows(ctx, idea=number)
    if not rows or not reads(ctx, viewer, rows[0].Board) or not _sees(ctx, viewer, rows[0].Idea):
        absent()
    found, board = rows[0].Idea, rows[0].Board
    totals.note(ctx, board, rows)
    set_committed_value(found, "board", board)
    return found, board


# With a board comes what may hide its numbers, which every page of it asks for.
_BOARD = Prepared(
    select(Board, *totals.MAY_HIDE).outerjoin(Campaign, totals.MAY).where(Board.slug == bindparam("slug"))
)
_IDEA = Prepared(
    select(Idea, Board, *totals.MAY_HIDE)
    .join(Board, Board.id == Idea.board_id)
    .outerjoin(Campaign, totals.MAY)
    .where(Idea.id == bindparam("idea"))
)
_INVITED = Prepared(
    select(Invited.board_id).where(Invited.board_id == bindparam("board"), Invited.person_id == bindparam("person"))
)
_WRITTEN = Prepared(
    select(Participant.idea_id)
    .where(
        Participant.idea_id == bindparam("idea"),
        Participant.person_id == bindparam("person"),
        Participant.role.in_(WRITERS),
    )
    .limit(1)
)


def reads(ctx: PluginContext, viewer: Viewer, board: Board) -> bool:
    """As `visible`, of one board."""
    if viewer.at_least("moderator") or board.audience == "public":
        return True
    if board.audience == "employees":
        return viewer.employee
    me = viewer.person_id
    if me is None:
        return False
    if board.audience == "invited":
        return _INVITED.scalar(ctx, board=board.id, person=me) is not None
    return board.audience == "team" and viewer.employee and board.team_id in _teams(ctx, me)


def _sees(ctx: PluginContext, viewer: Viewer, idea: Idea) -> bool:
    """As `shown`, of one idea."""
    if idea.state != "draft" and (idea.standing == "shown" or viewer.at_least("moderator")):
        return True
    return is_author(ctx, viewer, idea.id)


def is_author(ctx: PluginContext, viewer: Viewer, idea: int) -> bool:
    """Whether the viewer writes it, alone or with others."""
    me = viewer.person_id
    return me is not None and _WRITTEN.scalar(ctx, idea=idea, person=me) is not None


def readers(ctx: PluginContext, board: Board, people: Collection[int], idea: Idea | None = None) -> frozenset[int]:
    """Who of these root people may read a board now, and an idea of it: as `visible` and `shown`, of many at once."""
    asked = frozenset(people)
    if not asked:
        return asked
    staff = asked.intersection(ctx.people.with_role("moderator"))
    found = asked if board.audience == "public" else staff | _audience(ctx, board, asked)
    if idea is None or (idea.standing == "shown" and idea.state != "draft"):
        return found
    written = select(Participant.person_id).where(Participant.idea_id == idea.id, Participant.role.in_(WRITERS))
    return found & (frozenset(ctx.session.scalars(written)) | (staff if idea.state != "draft" else frozenset()))


def _audience(ctx: PluginContext, board: Board, asked: frozenset[int]) -> frozenset[int]:
    if board.audience == "invited":
        invited = select(Invited.person_id).where(Invited.board_id == board.id, Invited.person_id.in_(asked))
        return frozenset(ctx.session.scalars(invited))
    work_here = frozenset(ctx.people.employees(asked))
    if board.audience == "team" and board.team_id is not None:
        return work_here.intersection(one.person for one in ctx.teams.on(board.team_id, ctx.clock.today()))
    return work_here if board.audience == "employees" else frozenset()


def answers(viewer: Viewer, idea: Idea) -> bool:
    """Whether the viewer speaks for the organisation here: a moderator, or who works here and owes the answer: the
    idea's owner, else the steward of its board.
    """
    if viewer.scopes is not None and "ideation.desk" not in viewer.scopes:
        return False
    if viewer.at_least("moderator"):
        return True
    owes = idea.owner_id if idea.owner_id is not None else idea.board.steward_id
    return viewer.employee and viewer.person_id is not None and owes == viewer.person_id


def absent() -> NoReturn:
    abort(404)
