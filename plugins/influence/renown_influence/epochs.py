"""Quarters: what is frozen at the first run of one holds to its end, so that nobody can move it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import select

from renown.api import PluginContext, to_date, to_day
from renown_influence import graph, store
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch, Packed
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, freeze

_NOTED = "epoch:"


def of(ctx: PluginContext, day: int, weighed: Weighed, voice: Floats, parameters: Parameters) -> tuple[int, Frozen]:
    """The quarter's row and what it froze; made from this evidence where it is the quarter's first run.

    Who endorses whom is noted by the quarter's first run with cohesion, for the quarter that follows. So cohesion that
    is switched on begins to count with the next quarter, and where it is off nothing is noted.
    """
    start = quarter(day)
    friends = ties(ctx, start, weighed.people, parameters)
    row = ctx.session.scalars(select(Epoch).where(Epoch.start == start)).one_or_none()
    if row is None:
        made = freeze(weighed.pairs, voice, parameters, friends)
        row = Epoch(start=start, kappa=made.kappa, unit=made.unit)
        ctx.session.add(row)
        ctx.session.flush()
    if parameters.cohesion and row.id not in _noted(ctx):
        _keep(ctx, row.id, weighed.people, graph.saturated(weighed.pairs, row.kappa))
    return row.id, Frozen(row.kappa, row.unit, friends)


def tidy(ctx: PluginContext, parameters: Parameters) -> tuple[int, ...]:
    """Let go of what the next run has no use for. Returns the quarters whose runs cannot be done again without it."""
    quarters = ctx.session.scalars(select(Epoch.id).order_by(Epoch.start)).all()
    noted = _noted(ctx)
    gone = noted.difference(quarters[-2:] if parameters.cohesion else ())
    for epoch in gone:
        store.drop(ctx, _name(epoch))
    return tuple(later for epoch, later in pairwise(quarters) if epoch in gone)


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
    former = ctx.session.scalars(select(Epoch.id).where(Epoch.start < start).order_by(Epoch.start.desc())).first()
    return None if former is None else _ties(ctx, former, people)


def numbered(frozen: Frozen, people: Ints, now: Ints) -> Frozen:
    """What holds for `people`, for a graph of others or of fewer."""
    return frozen if frozen.ties is None else replace(frozen, ties=_numbered(frozen.ties, people, now))


def quarter(day: int) -> int:
    """The first day of the quarter that a day is in."""
    found = to_date(day)
    return to_day(date(found.year, (found.month - 1) // 3 * 3 + 1, 1))


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
