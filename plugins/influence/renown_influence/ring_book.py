"""The rings that were found, and what moderators noted on them. Nothing else comes of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select

from renown.api import PluginContext
from renown_influence.kept import RUNS
from renown_influence.models import RingNote, RingRow, Run
from renown_influence.ring_look import Found

LONGEST_NOTE = 2000


def keep(ctx: PluginContext, run: int, found: Sequence[Found]) -> None:
    """And let go of those of runs that are too old."""
    names = _names(ctx)
    rows = [
        {
            "run_id": run,
            "ring": names.get(one.people) or secrets.token_hex(16),
            "place": place,
            "people": one.people,
            "evidence": one.evidence,
        }
        for place, one in enumerate(found)
    ]
    ctx.session.execute(delete(RingRow).where(RingRow.run_id == run))
    if rows:
        ctx.session.execute(insert(RingRow), rows)
    older = select(Run.id).where(Run.state == "published", Run.id < run).order_by(Run.id.desc()).offset(RUNS - 1)
    ctx.session.execute(delete(RingRow).where(RingRow.run_id.in_(older)))


def of(ctx: PluginContext, run: int) -> Sequence[RingRow]:
    """The least probable first."""
    return ctx.session.scalars(select(RingRow).where(RingRow.run_id == run).order_by(RingRow.place)).all()


def notes(ctx: PluginContext, reader: int | None) -> Sequence[RingNote]:
    """All that were written, the oldest first, but those on groups that the reader was in."""
    rows = ctx.session.scalars(select(RingNote).order_by(RingNote.id)).all()
    return [one for one in rows if reader not in one.people]


def on(notes: Sequence[RingNote], people: Collection[int]) -> tuple[RingNote, ...]:
    """Of these notes those on these people, or on a group that has half of all in common."""
    these = set(people)
    return tuple(one for one in notes if 2 * len(these & set(one.people)) >= len(these | set(one.people)))


def done(notes: Sequence[RingNote], people: Collection[int]) -> RingNote | None:
    """The newest note that says that these were looked into, and nobody has joined them since."""
    return next((one for one in reversed(notes) if one.done and set(people) <= set(one.people)), None)


def note(ctx: PluginContext, row: RingRow, text: str, by: int, *, done: bool = False) -> None:
    """Keep what a moderator writes about a ring. Raises ValueError, with a text for the form."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise ValueError(f"A note has 1 to {LONGEST_NOTE:,} characters.")
    ctx.session.add(RingNote(ring=row.ring, people=row.people, by_id=by, at=ctx.clock.now(), text=text, done=done))
    ctx.session.flush()
    ctx.audit.record("ring-noted", by=by, target=f"ring:{row.ring}")


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """Rings with the one who is gone are found anew by the next run; notes are of the one who remains."""
    _drop(ctx, gone)
    for one in ctx.session.scalars(select(RingNote)).all():
        if gone in one.people:
            one.people = sorted({kept if person == gone else person for person in one.people})


def forget(ctx: PluginContext, person: int) -> None:
    """When somebody is erased. A note on a ring may name them, so it goes."""
    _drop(ctx, person)
    for one in ctx.session.scalars(select(RingNote)).all():
        if person in one.people:
            ctx.session.delete(one)


def _names(ctx: PluginContext) -> dict[tuple[int, ...], str]:
    """What groups are called, by who is in them: names tell nothing, and hold from night to night."""
    noted = ctx.session.execute(select(RingNote.people, RingNote.ring).order_by(RingNote.id))
    listed = ctx.session.execute(select(RingRow.people, RingRow.ring).order_by(RingRow.run_id))
    return {tuple(people): ring for rows in (noted, listed) for people, ring in rows}


def _drop(ctx: PluginContext, person: int) -> None:
    for row in ctx.session.scalars(select(RingRow)).all():
        if person in row.people:
            ctx.session.delete(row)
