"""A board as the four tables of Renown, which can be imported again: what people wrote, and who they are by e-mail.

While numbers of votes are hidden, votes are left out: nobody counts them by an export either.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext
from renown_ideation import totals
from renown_ideation.models import Board, Comment, Idea, Merge, Participant, Status, Tagged, Vote
from renown_ideation.moving import cells, neutral
from renown_ideation.moving.values import iso
from renown_ideation.totals import Hidden

_BATCH = 500
Cells = Sequence[Any]


@dataclass(frozen=True)
class Exported:
    """Rows by file; why votes are left out, where they are."""

    rows: Mapping[str, int]
    hidden: Hidden | None


def to(ctx: PluginContext, board: Board, target: Path) -> Exported:
    """Into a folder, which is made, or a zip archive, by the name's ending. Raises OSError."""
    if target.suffix.lower() != ".zip":
        target.mkdir(parents=True, exist_ok=True)
        return _write(ctx, board, lambda name: (target / name).open("w", encoding="utf-8", newline=""))
    half = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            made = _write(ctx, board, lambda name: io.TextIOWrapper(archive.open(name, "w"), "utf-8", newline=""))
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return made


def _write(ctx: PluginContext, board: Board, opened: Callable[[str], IO[str]]) -> Exported:
    hidden, people = totals.hidden(ctx, board), _People(ctx)
    tables: dict[str, tuple[Sequence[str], Iterator[Cells]]] = {
        "posts.csv": (neutral.POSTS, _posts(ctx, board, people, hidden)),
        "comments.csv": (neutral.COMMENTS, _comments(ctx, board, people)),
        "notes.csv": (neutral.NOTES, _notes(ctx, board, people)),
    }
    if hidden is None:
        tables["votes.csv"] = (neutral.VOTES, _votes(ctx, board, people))
    rows = {}
    for name, (columns, lines) in tables.items():
        with opened(name) as out:
            rows[name] = cells.write(out, columns, lines)
    return Exported(rows, hidden)


class _People:
    """E-mail and name of people, kept over batches, and whether they work here."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx
        self._known: dict[int, tuple[str, str, str]] = {}

    def load(self, people: Iterator[int | None]) -> None:
        new = {one for one in people if one is not None} - self._known.keys()
        staff = set(self._ctx.people.employees(list(new))) if new else set()
        for one in sorted(new):
            found = self._ctx.people.get(one)
            mail, name = (found.email or "", found.name) if found else ("", "")
            self._known[one] = (mail, name, "yes" if one in staff else "no")

    def mail(self, person: int | None) -> str:
        return self._known[person][0] if person is not None else ""

    def cells(self, person: int | None, name: str | None = None) -> tuple[str, str, str]:
        return self._known[person] if person is not None else ("", name or "", "no")


def _rows(ctx: PluginContext, found: Select[Any], key: InstrumentedAttribute[int]) -> Iterator[Sequence[Any]]:
    """Entities by their key, some at a time."""
    after = 0
    while rows := ctx.session.scalars(found.where(key > after).order_by(key).limit(_BATCH)).all():
        after = rows[-1].id
        yield rows
        ctx.session.expunge_all()


def _of(board: Board) -> Select[int]:
    return select(Idea.id).where(Idea.board_id == board.id, Idea.state != "draft")


def _posts(ctx: PluginContext, board: Board, people: _People, hidden: Hidden | None) -> Iterator[Cells]:
    found = select(Idea).where(Idea.board_id == board.id, Idea.state != "draft")
    for ideas in _rows(ctx, found, Idea.id):
        ids = [one.id for one in ideas]
        merges = {
            one.idea_id: one
            for one in ctx.session.scalars(select(Merge).where(Merge.idea_id.in_(ids), Merge.undone_at.is_(None)))
        }
        tags, silent = _tags(ctx, ids), _silent(ctx, ids)
        more = Counter[int]() if hidden else _nameless(ctx, ids)
        people.load(iter([one for idea in ideas for one in (idea.author_id, idea.owner_id)]))
        for one in ideas:
            merge = merges.get(one.id)
            yield (
                one.id, one.title, one.body, *people.cells(one.author_id, one.author_name),
                merge.before if merge else one.state, iso(one.submitted_at), ",".join(tags.get(one.id, ())),
                one.standing, people.mail(one.owner_id), iso(one.due_at),
                merge.into_id if merge else "", iso(merge.at) if merge else "", merge.reason if merge else "",
                one.earlier_votes + more[one.id], "no" if one.id in silent else "yes",
            )  # fmt: skip


def _tags(ctx: PluginContext, ids: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in ctx.session.execute(
        select(Tagged.idea_id, Tagged.tag).where(Tagged.idea_id.in_(ids)).order_by(Tagged.tag)
    ):
        found.setdefault(row.idea_id, []).append(row.tag)
    return found


def _silent(ctx: PluginContext, ids: Sequence[int]) -> set[int]:
    """Ideas whose authors hear no more of them."""
    found = select(Participant.idea_id).where(
        Participant.idea_id.in_(ids), Participant.role == "author", Participant.follows.is_(False)
    )
    return set(ctx.session.scalars(found))


def _nameless(ctx: PluginContext, ids: Sequence[int]) -> Counter[int]:
    """Votes of people of whom no e-mail is known: nobody would know them elsewhere, so they are earlier votes there."""
    found = select(Vote.idea_id, Vote.person_id).where(Vote.idea_id.in_(ids), Vote.given)
    rows = ctx.session.execute(found).all()
    people = _People(ctx)
    people.load(iter([row.person_id for row in rows]))
    return Counter(row.idea_id for row in rows if not people.mail(row.person_id))


def _comments(ctx: PluginContext, board: Board, people: _People) -> Iterator[Cells]:
    wanted = Comment.idea_id.in_(_of(board)), Comment.staff.is_(False), Comment.standing != "deleted"
    for part in _rows(ctx, select(Comment).where(*wanted), Comment.id):
        people.load(one.by_id for one in part)
        for one in part:
            who = people.cells(one.by_id, one.by_name)
            yield one.id, one.idea_id, *who, iso(one.at), one.standing, one.body


def _notes(ctx: PluginContext, board: Board, people: _People) -> Iterator[Cells]:
    """Every step but the first and the one that a merge is, which posts.csv tells; then what staff told themselves."""
    merged = select(Merge.idea_id).where(
        Merge.idea_id == Status.idea_id, Merge.at == Status.at, Merge.undone_at.is_(None), Status.state == "merged"
    )
    first = select(func.min(Status.id)).where(Status.idea_id.in_(_of(board))).group_by(Status.idea_id)
    brought = and_(Status.before == "draft", Status.id.in_(first))
    wanted = Status.idea_id.in_(_of(board)), ~merged.exists(), ~brought
    for part in _rows(ctx, select(Status).where(*wanted), Status.id):
        people.load(one.by_id for one in part)
        for one in part:
            late = f"{one.late // 1_000_000}.{one.late % 1_000_000:06}" if one.late else ""
            who = people.cells(one.by_id, one.by_name)[:2]
            yield f"step-{one.id}", one.idea_id, *who, iso(one.at), one.state, iso(one.due_at), late, one.answer
    inside = Comment.idea_id.in_(_of(board)), Comment.staff, Comment.standing != "deleted"
    for part in _rows(ctx, select(Comment).where(*inside), Comment.id):
        people.load(one.by_id for one in part)
        for one in part:
            who = people.cells(one.by_id, one.by_name)[:2]
            yield f"staff-{one.id}", one.idea_id, *who, iso(one.at), "", "", "", one.body


def _votes(ctx: PluginContext, board: Board, people: _People) -> Iterator[Cells]:
    ids = ctx.session.scalars(_of(board).order_by(Idea.id)).all()
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        found = select(Vote).where(Vote.idea_id.in_(part), Vote.given).order_by(Vote.idea_id, Vote.at, Vote.person_id)
        votes = ctx.session.scalars(found).all()
        people.load(one.person_id for one in votes)
        for one in votes:
            if people.mail(one.person_id):
                key, who = f"{one.idea_id}-{one.person_id}", people.cells(one.person_id)
                yield key, one.idea_id, *who, iso(one.at), "yes" if one.follows else "no"
        ctx.session.expunge_all()
