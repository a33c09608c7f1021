"""What an erasure does to others' scores: the same run with and without whoever was erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select

from renown.api import AFFILIATIONS, PluginContext
from renown_influence import epochs, kept, scale
from renown_influence.evidence import Evidence, Weighed, World, weigh
from renown_influence.graph import Floats
from renown_influence.models import Erased, Run
from renown_influence.moves import TENTH
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, Result, carried, reckon

#: Own voices of people by id.
Voices = Mapping[int, float]


@dataclass(frozen=True)
class Effect:
    """`people` were erased; by that alone `moved` others have a tenth more or less, `most` thousandths at most.

    `lost` is by how many thousandths each has less, by id; below 0 where it is more. Empty where nobody was erased.
    """

    people: int
    moved: int
    most: int
    lost: NDArray[np.int64]

    def did(self, people: NDArray[np.int64], fell: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whose fall it did at least half of: `fell` thousandths, of these people."""
        if not len(self.lost):
            return np.zeros(len(people), np.bool_)
        found: NDArray[np.bool_] = (fell > 0) & (self.lost[people] * 2 >= fell)
        return found


def note(ctx: PluginContext, person: int, newest: Run | None) -> None:
    """That the next run is the first without this person. `newest` has their voice, unless somebody went before."""
    if ctx.session.get(Erased, person) is None:
        found = None if newest is None else kept.voices(ctx, newest, [person]).get(person)
        voice = _employed(ctx, person) if found is None else found
        ctx.session.execute(insert(Erased), {"person_id": person, "voice": voice})


def waiting(ctx: PluginContext) -> Voices:
    """Whoever was erased since the last run."""
    return dict(ctx.session.execute(select(Erased.person_id, Erased.voice)).all())


def effect(
    evidence: Evidence,
    world: World,
    weighed: Weighed,
    result: Result,
    parameters: Parameters,
    frozen: Frozen,
    erased: Voices,
) -> Effect:
    """Of this run's own evidence, calendar and scale. Who lost their place with the last endorsement lost all of it."""
    if not erased:
        return Effect(0, 0, 0, np.empty(0, np.int64))
    whole = _with(world, erased)
    former = weigh(evidence, whole, parameters)
    voice = whole.people.voice[former.people]
    begin = carried(weighed.people, result.solution.values, former.people, voice)
    found = reckon(
        Inputs(former.pairs, voice, begin), parameters, epochs.numbered(frozen, weighed.people, former.people)
    )
    before, now = _amounts(former, found, frozen, world), _amounts(weighed, result, frozen, world)
    lost = before - now
    lost[list(erased)] = 0
    by = np.abs(lost)
    return Effect(len(erased), int((by >= TENTH).sum()), int(by.max(initial=0)), lost)


def tell(ctx: PluginContext, run: Run, found: Effect) -> None:
    """With the run. Whose erasure it was is not kept."""
    run.erased, run.erased_moved, run.erased_most = found.people, found.moved, found.most
    ctx.session.execute(delete(Erased))


def _with(world: World, erased: Voices) -> World:
    counted, voice = world.people.counted.copy(), world.people.voice.copy()
    counted[list(erased)] = True
    voice[list(erased)] = list(erased.values())
    return replace(world, people=replace(world.people, counted=counted, voice=voice))


def _amounts(weighed: Weighed, result: Result, frozen: Frozen, world: World) -> NDArray[np.int64]:
    """As they are published, by person; 0 of whom nobody endorsed."""
    found = np.zeros(len(world.people.counted), np.int64)
    endorsed = np.diff(weighed.pairs.start) > 0
    values: Floats = result.values[endorsed]
    found[weighed.people[endorsed]] = scale.published(values, frozen.unit)
    return found


def _employed(ctx: PluginContext, person: int) -> float:
    """Of whom no run is kept any more: whether they were employed."""
    found = ctx.people.accounts()
    return float(AFFILIATIONS[found.affiliation[found.person.index(person)]] == "employee")
