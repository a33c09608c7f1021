"""Ideas page by page: of a board in some order, or those that are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext, Prepared, Viewer, among
from renown_ideation import gate, totals
from renown_ideation.ideas import matching, words
from renown_ideation.models import Board, Idea, Tagged
from renown_ideation.numbers import whole
from renown_ideation.states import OPEN

PAGE = 25
#: What is said of each order on the page. While numbers of votes are hidden there is the newest first, and no other.
SORTS = {"voices": "Needs voices", "new": "Newest", "top": "Most voters"}
RULES = {
    "voices": "New ideas first; each time its voters double, an idea stands as if it were five days newer.",
    "new": "The newest first.",
    "top": "Those with most voters first.",
}
_KEYS: dict[str, InstrumentedAttribute[Any]] = {
    "voices": Idea.heat,
    "new": Idea.submitted_at,
    "top": Idea.voters,
}
_COUNTED = frozenset({"voices", "top"})
#: What is left out unless it is asked for.
_GONE = ("draft", "merged", "withdrawn")
#: Words that are looked for at once.
_WORDS = 8
COLUMNS = (
    Idea.id, Idea.board_id, Idea.title, Idea.state, Idea.standing, Idea.earlier_votes, Idea.comments, Idea.author_id,
    Idea.owner_id, Idea.due_at, Idea.submitted_at, Idea.changed_at, Idea.voters, Idea.heat,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    ideas: Sequence[Any]
    #: For the address of the next page; None on the last.
    after: str | None
    #: The order that they are in.
    sort: str = "new"


def of(
    ctx: PluginContext, board: Board, *, sort: str = "voices", state: str = "", tag: str = "", after: str = ""
) -> Page:
    """`state`: one of them, "open", or "" for all. `after` is what the page before gave, ValueError where it is not."""
    if sort in _COUNTED and totals.hidden(ctx, board) is not None:
        sort = "new"
    values: dict[str, Any] = {"board": board.id, "tag": tag}
    if after:
        values["value"], values["number"] = _ended(sort, after)
    rows = _page(sort, state, bool(tag), bool(after)).rows(ctx, **values)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], None if last is None else f"{sort}.{getattr(last, _KEYS[sort].key)}.{last.id}", sort)


@cache
def _page(sort: str, state: str, tagged: bool, goes_on: bool) -> Prepared:
    key = _KEYS[sort]
    wanted: list[ColumnElement[bool]] = [Idea.board_id == bindparam("board"), Idea.standing == "shown", _in(state)]
    if tagged:
        wanted.append(Idea.id.in_(select(Tagged.idea_id).where(Tagged.tag == bindparam("tag"))))
    if goes_on:
        value = bindparam("value", type_=BigInteger)
        wanted.append(or_(key < value, and_(key == value, Idea.id < bindparam("number"))))
    found = select(*COLUMNS).where(*wanted).order_by(key.desc(), Idea.id.desc()).limit(PAGE + 1)
    return Prepared(found, replan=tagged or bool(state))


def search(ctx: PluginContext, viewer: Viewer, asked: str, boards: Sequence[Board], after: str = "") -> Page:
    """Ideas that have all the words, the last one as it begins, newest first. Raises ValueError as `of` does."""
    given = words.of(asked)[:_WORDS]
    if not given or not boards:
        return Page([], None)
    values: dict[str, Any] = {
        "words": matching.all_of(ctx, given, begun=not asked[-1:].isspace()),
        "boards": [one.id for one in boards],
    }
    if after:
        values["before"] = _number(after)
    rows = _with_words(matching.lite(ctx), bool(after)).rows(ctx, **values)
    return Page(rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None)


@cache
def _with_words(on_sqlite: bool, goes_on: bool) -> Prepared:
    here = among(matching.beside(on_sqlite, Idea.board_id), "boards")
    found = select(*COLUMNS).where(matching.found(on_sqlite), here, gate.open_to_all(), Idea.state != "withdrawn")
    found = found.where(Idea.id < bindparam("before")) if goes_on else found
    return Prepared(found.order_by(Idea.id.desc()).limit(PAGE + 1), replan=True)


def _in(state: str) -> ColumnElement[bool]:
    if state == "open":
        return Idea.state.in_(sorted(OPEN))
    return Idea.state == state if state else and_(*(Idea.state != one for one in _GONE))


def _ended(sort: str, after: str) -> tuple[int, int]:
    """With what the page before ended. One that was made in another order, as before numbers were hidden, does not go
    on in this one.
    """
    said, _, rest = after.partition(".")
    value, _, number = rest.partition(".")
    if said != sort:
        raise ValueError(after)
    return _number(value), _number(number)


def _number(text: str) -> int:
    found = whole(text)
    if found is None:
        raise ValueError(text)
    return found
