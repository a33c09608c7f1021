"""When somebody is erased: nothing of theirs stays in evidence or history, and the scores follow at once."""

from __future__ import annotations

import numpy as np
from sqlalchemy import delete, select, update

from renown.api import PluginContext
from renown_influence import epochs, erasing, kept, reading, ring_book, run, survey
from renown_influence.models import Run, Score
from renown_influence.rows import Places


def forget(ctx: PluginContext, person: int) -> None:
    """Runs that the person was in cannot be done again: what they were made of goes.

    A run that is under way has read the person's acts, so it is begun anew; and so does a search for rings.
    """
    run.stop(ctx, "Somebody was erased meanwhile.")
    ctx.session.execute(update(Run).where(Run.state == "published").values(reproducible=False))
    known = ctx.people.get(person)
    if known is None or known.id == person:
        # Whoever was merged into somebody had no voice of their own: one person goes, and is counted once.
        erasing.note(ctx, person, run.newest(ctx))
    everybody = ctx.people.accounts()
    people = np.frombuffer(everybody.person, np.int64)
    _scores(ctx, person, people)
    survey.forget(ctx, person)
    ring_book.forget(ctx, person)
    kept.forget(ctx)
    epochs.forget(ctx, people[np.frombuffer(everybody.erased, np.int64) == 0].astype(np.int32))
    reading.forget(ctx)
    run.ask(ctx, run.ERASURE)


def _scores(ctx: PluginContext, person: int, people: Places) -> None:
    """And those of whoever was merged into the person: they had some of their own before."""
    had = np.array(ctx.session.scalars(select(Score.person_id).distinct()).all(), np.int64)
    merged = np.setdiff1d(had, people).tolist()
    mine = [one for one in merged if (root := ctx.people.get(one)) is not None and root.id == person]
    ctx.session.execute(delete(Score).where(Score.person_id.in_([person, *mine])))
