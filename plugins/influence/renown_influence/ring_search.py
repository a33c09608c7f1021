"""The job that looks for rings once scores are published. What speaks for them is kept; nothing else comes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select, update

from renown.api import PluginContext
from renown_influence import beside, kept, reading, ring_book, ring_look, run, store
from renown_influence.graph import Pairs
from renown_influence.models import Epoch, Run
from renown_influence.ring_look import Days, Found
from renown_influence.rings import Ring


def work(ctx: PluginContext) -> bool:
    """Look through the newest run, if nobody has. A search that was broken off is begun anew. False: nothing to do."""
    with ctx.reading() as inner:
        due = waiting(inner)
        if due is None:
            return False
        number, kappa = due.id, inner.session.get_one(Epoch, due.epoch_id).kappa
        teams = beside.teams(inner, due.day).heads
        arrays = store.load(inner, kept.name(number), ("people", "start", "rater", "weight"))
    people = arrays["people"]
    found = ring_look.look(people, Pairs(arrays["start"], arrays["rater"], arrays["weight"]), kappa, teams)
    arrays.clear()
    told = _gathered(ctx, number, found, ring_look.members(people, found)) if found else []
    with ctx.writing() as inner:
        if _claim(inner, number):
            ring_book.keep(inner, number, [one for one in told if _themselves(inner, one.people)])
    return True


def waiting(ctx: PluginContext) -> Run | None:
    """The newest run, where rings are still to be looked for in it. Not once somebody was erased: another run comes."""
    newest = run.newest(ctx)
    return newest if newest is not None and newest.rings_at is None and newest.reproducible else None


def looked(ctx: PluginContext) -> Run | None:
    """The run whose rings pages show."""
    done = select(Run).where(Run.state == "published", Run.rings_at.is_not(None)).order_by(Run.id.desc()).limit(1)
    return ctx.session.scalars(done).first()


def _gathered(ctx: PluginContext, number: int, found: Sequence[Ring], members: Sequence[int]) -> list[Found]:
    """Nothing where what the run was made of went meanwhile."""
    with ctx.reading() as inner:
        known = kept.load(inner, inner.session.get_one(Run, number))
        if known is None:
            return []
        parameters, frozen, days = kept.parameters(known.run), kept.frozen(inner, known), _days(inner, members)
        return ring_look.gathered(found, known, parameters, frozen, days)


def _days(ctx: PluginContext, members: Sequence[int]) -> Days:
    person = {account: one for one in members for account in ctx.people.accounts_of(one)}
    met = reading.between(ctx, sorted(person))
    if not len(met):
        return {}
    number = np.zeros(max(person) + 1, np.int64)
    number[list(person)] = list(person.values())
    met[:, :2] = number[met[:, :2]]
    return ring_look.days_of(met)


def _claim(ctx: PluginContext, number: int) -> bool:
    """Whether the run still stands as it was read. Held to the end of the transaction."""
    mine = update(Run).where(Run.id == number, Run.rings_at.is_(None), Run.reproducible).returning(Run.id)
    return bool(ctx.session.execute(mine.values(rings_at=ctx.clock.now())).all())


def _themselves(ctx: PluginContext, people: Sequence[int]) -> bool:
    """Whether nobody of them was merged into somebody else meanwhile."""
    return all((root := ctx.people.get(one)) is not None and root.id == one for one in people)
