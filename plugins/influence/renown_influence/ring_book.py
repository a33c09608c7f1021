"""The rings that a run found, with what speaks for them, and what moderators noted. Nothing else comes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select

from renown.api import PluginContext
from renown_influence import ring_inside, rings
from renown_influence.evidence import Evidence, Weighed, World
from renown_influence.graph import Ints
from renown_influence.kept import RUNS
from renown_influence.models import RingNote, RingRow, Run
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, Result
from renown_influence.ring_pairs import Numbers
from renown_influence.rings import Ring

#: By owner and rater: on how many days, and the last of them.
Days = dict[tuple[int, int], tuple[int, int]]

#: More are not looked into: each takes one more solve.
_LISTED = 50
#: Pairs kept of one ring, those with the most evidence.
_PAIRS = 200
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Found:
    """A ring as it is kept. `people` are ids, ascending; `evidence` is JSON-like.

    It holds `links`, `times`, `chance` and `team` as `rings.Ring` has them, and `possible` links; `share`, and by
    person `scores` and `alone`, as `ring_inside.Inside`; and `pairs`: owner, rater, what is left of the evidence today,
    on how many days it came about, and the last of these.
    """

    people: tuple[int, ...]
    evidence: dict[str, Any]


def look(
    recent: Evidence,
    world: World,
    weighed: Weighed,
    inputs: Inputs,
    parameters: Parameters,
    frozen: Frozen,
    result: Result,
    teams: tuple[Numbers, Numbers],
) -> list[Found]:
    """Look through the graph of a run. `teams` are people and the team of each; whoever has none is not among them."""
    found = rings.find(inputs.pairs, frozen.kappa, _teams(weighed.people, teams))[:_LISTED]
    days = _days(recent, world, weighed.people, found)
    return [_found(ring, weighed, inputs, parameters, result, days) for ring in found]


def keep(ctx: PluginContext, run: Run, found: Sequence[Found]) -> None:
    """And let go of those of runs that are too old."""
    rows = [
        {"run_id": run.id, "ring": digest(one.people), "place": place, "people": one.people, "evidence": one.evidence}
        for place, one in enumerate(found)
    ]
    ctx.session.execute(delete(RingRow).where(RingRow.run_id == run.id))
    if rows:
        ctx.session.execute(insert(RingRow), rows)
    older = select(Run.id).where(Run.state == "published", Run.id < run.id).order_by(Run.id.desc()).offset(RUNS - 1)
    ctx.session.execute(delete(RingRow).where(RingRow.run_id.in_(older)))


def of(ctx: PluginContext, run: int) -> Sequence[RingRow]:
    """The least probable first."""
    return ctx.session.scalars(select(RingRow).where(RingRow.run_id == run).order_by(RingRow.place)).all()


def notes(ctx: PluginContext, people: Iterable[int]) -> list[RingNote]:
    """What was written about these people, or about a group that has half of all in common; the oldest first."""
    these = set(people)
    rows = ctx.session.scalars(select(RingNote).order_by(RingNote.id)).all()
    return [one for one in rows if 2 * len(these & set(one.people)) >= len(these | set(one.people))]


def note(ctx: PluginContext, row: RingRow, text: str, by: int) -> None:
    """Keep what a moderator writes about a ring. Raises ValueError, with a text for the form."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise ValueError(f"A note has 1 to {LONGEST_NOTE:,} characters.")
    ctx.session.add(RingNote(ring=row.ring, people=row.people, by_id=by, at=ctx.clock.now(), text=text))
    ctx.session.flush()
    ctx.audit.record("ring-noted", by=by, target=f"ring:{row.ring}")


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """Rings with the one who is gone are found anew by the next run; notes are of the one who remains."""
    _drop(ctx, gone)
    for one in ctx.session.scalars(select(RingNote)).all():
        if gone in one.people:
            one.people = sorted({kept if person == gone else person for person in one.people})
            one.ring = digest(one.people)


def forget(ctx: PluginContext, person: int) -> None:
    """When somebody is erased. A note on a ring may name them, so it goes."""
    _drop(ctx, person)
    for one in ctx.session.scalars(select(RingNote)).all():
        if person in one.people:
            ctx.session.delete(one)


def digest(people: Sequence[int]) -> str:
    """What a ring is called: by who is in it."""
    return hashlib.sha256(" ".join(map(str, sorted(people))).encode()).hexdigest()[:32]


def _drop(ctx: PluginContext, person: int) -> None:
    for row in ctx.session.scalars(select(RingRow)).all():
        if person in row.people:
            ctx.session.delete(row)


def _teams(people: Ints, teams: tuple[Numbers, Numbers]) -> Ints:
    """By place among `people`; 0 for none."""
    who, team = teams
    known = np.isin(who, people)
    found = np.zeros(len(people), np.int32)
    found[np.searchsorted(people, who[known])] = team[known]
    return found


def _days(
    recent: Evidence, world: World, people: Ints, found: Sequence[Ring]
) -> dict[tuple[int, int], tuple[int, int]]:
    """On how many days, and when last, by owner and rater: of pairs who are both in some ring."""
    inside = np.zeros(len(world.people.counted), np.bool_)
    inside[people[sorted({one for ring in found for one in ring.people})]] = True
    owner, rater = world.people.person[recent.owner], world.people.person[recent.rater]
    rows = inside[owner] & inside[rater] & (owner != rater)
    met = np.unique(np.stack((owner[rows], rater[rows], recent.day[rows]), axis=1), axis=0)
    if not len(met):
        return {}
    pairs, first, days = np.unique(met[:, :2], axis=0, return_index=True, return_counts=True)
    last = met[first + days - 1, 2]
    return {(int(a), int(b)): (int(n), int(day)) for (a, b), n, day in zip(pairs, days, last, strict=True)}


def _found(
    ring: Ring,
    weighed: Weighed,
    inputs: Inputs,
    parameters: Parameters,
    result: Result,
    days: Days,
) -> Found:
    inside = ring_inside.of(inputs, parameters, result, ring.people)
    people = tuple(int(weighed.people[one]) for one in ring.people)
    pairs = []
    for number, owner in zip(ring.people, people, strict=True):
        mine = slice(inputs.pairs.start[number], inputs.pairs.start[number + 1])
        for rater, left in zip(weighed.people[inputs.pairs.rater[mine]], inputs.pairs.weight[mine], strict=True):
            if int(rater) in people:
                pairs.append([owner, int(rater), round(float(left), 3), *days.get((owner, int(rater)), (0, 0))])
    pairs.sort(key=lambda one: (-one[2], one[0], one[1]))
    evidence = {
        "links": ring.links,
        "possible": len(people) * (len(people) - 1) // 2,
        "times": round(ring.times, 2),
        "chance": ring.chance,
        "team": ring.team,
        "share": round(inside.share, 4),
        "scores": inside.scores.round(4).tolist(),
        "alone": inside.alone.round(4).tolist(),
        "pairs": pairs[:_PAIRS],
    }
    return Found(people, evidence)
