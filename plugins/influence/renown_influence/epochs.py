"""Quarters: what is frozen at the first run of one holds to its end, so that nobody can move it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import select

from renown.api import PluginContext, to_date, to_day
from renown_influence import graph, store
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, freeze


def of(ctx: PluginContext, day: int, weighed: Weighed, voice: Floats, parameters: Parameters) -> tuple[int, Frozen]:
    """The quarter's row and what it froze; made from this evidence where it is the quarter's first run."""
    start = quarter(day)
    friends = ties(ctx, start, weighed.people, parameters)
    row = ctx.session.scalars(select(Epoch).where(Epoch.start == start)).one_or_none()
    if row is None:
        made = freeze(weighed.pairs, voice, parameters, friends)
        row = Epoch(start=start, kappa=made.kappa, unit=made.unit)
        ctx.session.add(row)
        ctx.session.flush()
        _keep(ctx, row.id, weighed.people, graph.saturated(weighed.pairs, made.kappa))
    return row.id, Frozen(row.kappa, row.unit, friends)


def ties(ctx: PluginContext, start: int, people: Ints, parameters: Parameters) -> sparse.csr_matrix | None:
    """Who endorsed whom at the first run of the quarter before. None in the first of all, and where unused."""
    if not parameters.cohesion:
        return None
    former = ctx.session.scalars(select(Epoch.id).where(Epoch.start < start).order_by(Epoch.start.desc())).first()
    return None if former is None else _ties(ctx, former, people)


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
    at = np.searchsorted(people, arrays["people"])
    here = at < len(people)
    here[here] = people[at[here]] == arrays["people"][here]
    kept = here[former.owner] & here[former.rater]
    size = len(people)
    places = (at[former.owner[kept]], at[former.rater[kept]])
    return sparse.csr_matrix((former.weight[kept], places), shape=(size, size))


def _name(epoch: int) -> str:
    return f"epoch:{epoch}"
