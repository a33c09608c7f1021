"""Quarters: what is frozen at the first run of one holds to its end, so that nobody can move it.

Not before there is something to freeze it by: until then each run has its own, as the first ones of an installation
have whose history is still to come. After a recount evidence is other amounts, so it is frozen anew.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import func, select

from renown.api import PluginContext, to_date, to_day
from renown_influence import graph, store
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch, Run
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, freeze

#: So many pairs of people with a voice of their own freeze a quarter. Where there never are, any do after so many days.
ENOUGH, PATIENCE = 100, 28


def of(
    ctx: PluginContext, day: int, generation: int, weighed: Weighed, voice: Floats, parameters: Parameters
) -> tuple[int, Frozen]:
    """The quarter's row and what it froze; made from this evidence where it is the quarter's first run, or the first
    of evidence that was counted anew."""
    start = quarter(day)
    friends = ties(ctx, start, weighed.people, parameters)
    mine = select(Epoch).where(Epoch.start == start, Epoch.generation == generation, Epoch.lasting)
    row = ctx.session.scalars(mine.order_by(Epoch.id).limit(1)).first()
    if row is None:
        made = freeze(weighed.pairs, voice, parameters, friends)
        lasting = _enough(ctx, day, weighed.pairs, voice)
        row = Epoch(start=start, generation=generation, kappa=made.kappa, unit=made.unit, lasting=lasting)
        ctx.session.add(row)
        ctx.session.flush()
        if lasting:
            _keep(ctx, row.id, weighed.people, graph.saturated(weighed.pairs, made.kappa))
    return row.id, Frozen(row.kappa, row.unit, friends)


def ties(ctx: PluginContext, start: int, people: Ints, parameters: Parameters) -> sparse.csr_matrix | None:
    """Who endorsed whom at the first run of the quarter before. None in the first of all, and where unused."""
    if not parameters.cohesion:
        return None
    earlier = select(Epoch.id).where(Epoch.start < start, Epoch.lasting)
    former = ctx.session.scalars(earlier.order_by(Epoch.start.desc(), Epoch.id.desc()).limit(1)).first()
    return None if former is None else _ties(ctx, former, people)


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
    at = np.searchsorted(people, arrays["people"])
    here = at < len(people)
    here[here] = people[at[here]] == arrays["people"][here]
    kept = here[former.owner] & here[former.rater]
    size = len(people)
    places = (at[former.owner[kept]], at[former.rater[kept]])
    return sparse.csr_matrix((former.weight[kept], places), shape=(size, size))


def _name(epoch: int) -> str:
    return f"epoch:{epoch}"
