"""Quarters: what is frozen at the first run of one holds to its end, so that nobody can move it.

Not before there is something to freeze it by: until then each run has its own, as the first ones of an installation
have whose history is still to come. After a recount evidence is other amounts, so it is frozen anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import func, select

from renown.api import PluginContext, to_date, to_day
from renown_influence import graph, store
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch, Packed, Run
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, freeze

#: So many pairs of people with a voice of their own freeze a quarter. Where there never are, any do after so many days.
ENOUGH, PATIENCE = 100, 28
_NOTED = "epoch:"


def of(
    ctx: PluginContext, day: int, generation: int, weighed: Weighed, voice: Floats, parameters: Parameters
) -> tuple[int, Frozen]:
    """The quarter's row and what it froze; made from this evidence where it is the quarter's first run, or the first
    of evidence that was counted anew.

    Who endorses whom is noted by the quarter's first run with cohesion, for the quarter that follows. So cohesion that
    is switched on begins to count with the next quarter, and where it is off nothing is noted.
    """
    start = quarter(day)
    friends = ties(ctx, start, weighed.people, parameters)
    mine = select(Epoch).where(Epoch.start == start, Epoch.generation == generation, Epoch.lasting)
    row = ctx.session.scalars(mine.order_by(Epoch.id).limit(1)).first()
    if row is None:
        made = freeze(weighed.pairs, voice, parameters, friends)
        row = _row(ctx, start, generation, made)
        row.lasting = _enough(ctx, day, weighed.pairs, voice)
        ctx.session.flush()
    if parameters.cohesion and row.lasting and row.id not in _noted(ctx):
        _keep(ctx, row.id, weighed.people, graph.saturated(weighed.pairs, row.kappa))
    return row.id, Frozen(row.kappa, row.unit, friends)


def _row(ctx: PluginContext, start: int, generation: int, made: Frozen) -> Epoch:
    """The one of an earlier run that froze the same, or a new one."""
    same = (Epoch.start == start, Epoch.generation == generation, Epoch.kappa == made.kappa, Epoch.unit == made.unit)
    row = ctx.session.scalars(select(Epoch).where(*same).order_by(Epoch.id.desc()).limit(1)).first()
    if row is None:
        row = Epoch(start=start, generation=generation, kappa=made.kappa, unit=made.unit, lasting=False)
        ctx.session.add(row)
    return row


def tidy(ctx: PluginContext, parameters: Parameters) -> tuple[int, ...]:
    """Let go of what the next run has no use for. Returns the quarters whose runs cannot be done again without it."""
    rows = ctx.session.execute(select(Epoch.id, Epoch.start).order_by(Epoch.start, Epoch.id)).all()
    noted, starts = _noted(ctx), sorted({row.start for row in rows})
    useful = starts[-2:] if parameters.cohesion else []
    gone = [row for row in rows if row.id in noted and row.start not in useful]
    for row in gone:
        store.drop(ctx, _name(row.id))
    following = dict(pairwise(starts))
    later = {following.get(row.start) for row in gone}
    return tuple(row.id for row in rows if row.start in later)


def forget(ctx: PluginContext, known: Ints) -> None:
    """Keep what is noted of these people alone; ids, ascending."""
    for epoch in _noted(ctx):
        arrays = store.load(ctx, _name(epoch))
        pairs = Pairs(arrays["start"], arrays["rater"], arrays["weight"])
        stays = np.isin(arrays["people"], known)
        _keep(ctx, epoch, arrays["people"][stays], graph.among(pairs, stays))


def ties(ctx: PluginContext, start: int, people: Ints, parameters: Parameters) -> sparse.csr_matrix | None:
    """Who endorsed whom in the quarter before, as noted then. None where nothing was, and where unused."""
    if not parameters.cohesion:
        return None
    earlier = select(Epoch.id).where(Epoch.start < start, Epoch.lasting)
    former = ctx.session.scalars(earlier.order_by(Epoch.start.desc(), Epoch.id.desc()).limit(1)).first()
    return None if former is None else _ties(ctx, former, people)


def numbered(frozen: Frozen, people: Ints, now: Ints) -> Frozen:
    """What holds for `people`, for a graph of others or of fewer."""
    return frozen if frozen.ties is None else replace(frozen, ties=_numbered(frozen.ties, people, now))


def quarter(day: int) -> int:
    """The first day of the quarter that a day is in."""
    found = to_date(day)
    return to_day(date(found.year, (found.month - 1) // 3 * 3 + 1, 1))


def _enough(ctx: PluginContext, day: int, pairs: Pairs, voice: Floats) -> bool:
    heard = voice > 0
    known = int(np.count_nonzero(heard[pairs.rater] & np.repeat(heard, np.diff(pairs.start))))
    if known >= ENOUGH or not known:
        return known > 0
    begun = select(func.min(Run.day)).where(Run.state == "published", Run.pairs > 0)
    first = ctx.session.scalars(begun).one()
    return first is not None and day - first >= PATIENCE


def _keep(ctx: PluginContext, epoch: int, people: Ints, pairs: Pairs) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "people": people,
        "start": pairs.start,
        "rater": pairs.rater,
        "weight": pairs.weight,
    }
    store.save(ctx, _name(epoch), arrays)


def _ties(ctx: PluginContext, epoch: int, people: Ints) -> sparse.csr_matrix | None:
    """Who endorsed whom then, as these people are numbered now. Who is new endorsed nobody."""
    arrays = store.load(ctx, _name(epoch))
    if not arrays:
        return None
    former = Pairs(arrays["start"], arrays["rater"], arrays["weight"])
    return _numbered(former.matrix(), arrays["people"], people)


def _numbered(ties: Any, people: Ints, now: Ints) -> sparse.csr_matrix:
    """Of `people`, as the same are numbered `now`. Who is not there any more is left out."""
    found = ties.tocoo()
    at = np.searchsorted(now, people)
    here = at < len(now)
    here[here] = now[at[here]] == people[here]
    kept = here[found.row] & here[found.col]
    places = (at[found.row[kept]], at[found.col[kept]])
    return sparse.csr_matrix((found.data[kept], places), shape=(len(now), len(now)))


def _noted(ctx: PluginContext) -> frozenset[int]:
    """The quarters of which it is known who endorsed whom."""
    owners = ctx.session.scalars(select(Packed.owner).where(Packed.owner.startswith(_NOTED)).distinct())
    return frozenset(int(one.removeprefix(_NOTED)) for one in owners)


def _name(epoch: int) -> str:
    return f"{_NOTED}{epoch}"
