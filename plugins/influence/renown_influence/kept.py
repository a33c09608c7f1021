"""What a run was made of and what it found, so that it can be done again and explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from renown.api import PluginContext
from renown_influence import epochs, store
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.models import Epoch, Packed, Run
from renown_influence.parameters import Parameters
from renown_influence.quality import Quality
from renown_influence.reckon import Frozen, Inputs, Result

#: Runs whose inputs are kept: at most so many, and beyond the newest two no more than so many bytes in all.
RUNS, BYTES = 30, 1 << 30
_ALWAYS = 2
#: What is kept of how people's work is received.
RECEIVED = ("good", "bad", "told", "average")
_RUN = "run:"


@dataclass(frozen=True)
class Kept:
    """A run as it was. `solved` are voices with all that comes back to them, `values` without."""

    run: Run
    people: Ints
    inputs: Inputs
    solved: Floats
    values: Floats

    def number(self, person: int) -> int | None:
        """A person's place in the arrays."""
        return _place(self.people, person)


def keep(
    ctx: PluginContext, run: Run, weighed: Weighed, inputs: Inputs, result: Result, quality: Quality, heard: Floats
) -> None:
    """And let go of what only older runs were made of. `heard` is of `fading.heard`, for the run that follows."""
    pairs = inputs.pairs
    arrays: dict[str, NDArray[Any]] = {"people": weighed.people, "voice": inputs.voice, "begin": inputs.begin}
    arrays |= {"start": pairs.start, "rater": pairs.rater, "weight": pairs.weight}
    arrays |= {"good": quality.good, "bad": quality.bad, "told": quality.told, "average": np.array([quality.average])}
    arrays |= {"solved": result.solution.values, "values": result.values, "heard": heard}
    store.save(ctx, name(run.id), arrays)
    _let_go(ctx, run)
    quarters = epochs.tidy(ctx, parameters(run))
    for row in ctx.session.scalars(select(Run).where(Run.epoch_id.in_(quarters))):
        if parameters(row).cohesion:
            store.drop(ctx, name(row.id))


def _let_go(ctx: PluginContext, newest: Run) -> None:
    size = select(Packed.owner, func.sum(func.length(Packed.content))).where(Packed.owner.startswith(_RUN))
    sizes = {
        int(owner.partition(":")[2]): int(many) for owner, many in ctx.session.execute(size.group_by(Packed.owner))
    }
    whole = 0
    for place, number in enumerate(sorted(sizes, reverse=True)):
        whole += sizes[number] if place >= _ALWAYS else 0
        if number != newest.id and (place >= RUNS or whole > BYTES):
            store.drop(ctx, name(number))


def forget(ctx: PluginContext) -> None:
    """All runs: none can be done again."""
    for one in names(ctx):
        if one.startswith(_RUN):
            store.drop(ctx, one)


def voices(ctx: PluginContext, run: Run, people: Sequence[int]) -> dict[int, float]:
    """What people's own voices were in a run, of those who were in it; of nobody where it is kept no longer."""
    arrays = store.load(ctx, name(run.id), ("people", "voice"))
    places = {one: _place(arrays["people"], one) for one in people} if arrays else {}
    return {one: float(arrays["voice"][at]) for one, at in places.items() if at is not None}


def names(ctx: PluginContext) -> frozenset[str]:
    """Of all that is kept."""
    return frozenset(ctx.session.scalars(select(Packed.owner).distinct()))


def there(ctx: PluginContext, run: Run) -> bool:
    """Whether what it was made of is still kept."""
    return ctx.session.scalars(select(Packed.name).where(Packed.owner == name(run.id)).limit(1)).first() is not None


def load(ctx: PluginContext, run: Run) -> Kept | None:
    """None where it is too old, or somebody in it was erased."""
    arrays = store.load(ctx, name(run.id))
    if not arrays:
        return None
    pairs = Pairs(arrays["start"], arrays["rater"], arrays["weight"])
    inputs = Inputs(pairs, arrays["voice"], arrays["begin"])
    return Kept(run, arrays["people"], inputs, arrays["solved"], arrays["values"])


@dataclass(frozen=True)
class Summary:
    """What a run found of one person: `value` is what `own` voice and what `raters` people bring make together."""

    value: float
    own: float
    raters: int


def summary(ctx: PluginContext, run: Run, person: int) -> Summary | None:
    """Without the pairs, which are most of what is kept. None as for `load`, and where nobody endorsed the person."""
    arrays = store.load(ctx, name(run.id), ("people", "start", "voice", "values"))
    if not arrays:
        return None
    at = _place(arrays["people"], person)
    raters = 0 if at is None else int(arrays["start"][at + 1] - arrays["start"][at])
    return Summary(float(arrays["values"][at]), float(arrays["voice"][at]), raters) if raters else None


def frozen(ctx: PluginContext, kept: Kept) -> Frozen:
    """What held in the run's quarter."""
    epoch = ctx.session.get_one(Epoch, kept.run.epoch_id)
    return Frozen(epoch.kappa, epoch.unit, epochs.ties(ctx, epoch.start, kept.people, parameters(kept.run)))


def _place(people: Ints, person: int) -> int | None:
    at = int(np.searchsorted(people, person))
    return at if at < len(people) and people[at] == person else None


def parameters(run: Run) -> Parameters:
    return Parameters.of(run.parameters)


def name(run: int) -> str:
    return f"{_RUN}{run}"
