"""The ideas of a board, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from renown.api import PluginContext, Viewer
from renown_ideation.models import Board, Idea, Tagged

PAGE = 25
SORTS = {"new": "Newest", "top": "Most voters", "changed": "Last changed"}


@dataclass(frozen=True)
class Page:
    ideas: Sequence[Any]
    #: For the address of the next page; None on the last.
    after: str | None


def of(
    ctx: PluginContext,
    viewer: Viewer,
    board: Board,
    *,
    sort: str = "new",
    state: str = "",
    tag: str = "",
    after: str = "",
) -> Page:
    """`after` is what the page before gave. Raises ValueError where it is something else."""
    key = {"new": Idea.submitted_at, "top": Idea.voters, "changed": Idea.changed_at}[sort]
    wanted: list[ColumnElement[bool]] = [Idea.board_id == board.id, Idea.standing == "shown", Idea.state != "draft"]
    if state:
        wanted.append(Idea.state == state)
    else:
        wanted.append(Idea.state.not_in(("merged", "withdrawn")))
    if tag:
        wanted.append(Idea.id.in_(select(Tagged.idea_id).where(Tagged.tag == tag)))
    if after:
        value, _, number = after.partition(".")
        if not (value.isdigit() and number.isdigit()):
            raise ValueError(after)
        wanted.append(or_(key < int(value), and_(key == int(value), Idea.id < int(number))))
    columns = select(
        Idea.id, Idea.title, Idea.state, Idea.voters, Idea.earlier_votes, Idea.comments, Idea.owner_id, Idea.due_at,
        Idea.submitted_at, Idea.changed_at,
    )  # fmt: skip
    rows = ctx.session.execute(columns.where(*wanted).order_by(key.desc(), Idea.id.desc()).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = None if last is None else f"{getattr(last, key.key)}.{last.id}"
    return Page(rows[:PAGE], following)
