"""When somebody is erased: nothing of theirs stays in evidence or history, and the scores follow at once."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from renown.api import PluginContext
from renown_influence import kept, reading, ring_book, run, store, survey
from renown_influence.models import Quiet, Run, Score


def forget(ctx: PluginContext, person: int) -> None:
    """Runs that the person was in cannot be done again: what they were made of goes."""
    ctx.session.execute(delete(Score).where(Score.person_id == person))
    ctx.session.execute(delete(Quiet).where(Quiet.person_id == person))
    survey.forget(ctx, person)
    ring_book.forget(ctx, person)
    for number in ctx.session.scalars(select(Run.id).where(Run.state == "published", Run.reproducible)).all():
        store.drop(ctx, kept.name(number))
    ctx.session.execute(update(Run).where(Run.state == "published").values(reproducible=False))
    reading.forget(ctx)
    run.ask(ctx, "erasure")
