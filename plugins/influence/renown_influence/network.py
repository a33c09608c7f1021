"""Who relies on whom, by team: made of a run's pairs, laid out, and kept as it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from renown.api import PluginContext
from renown_influence import layout, store
from renown_influence.graph import Floats, Ints, Pairs

#: No end of a line is fewer people than these.
SMALLEST = 5
#: Teams that a picture holds, the largest.
DRAWN = 60

_KEPT = "network"
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Teams by id with how many people of theirs are in it, and where a picture puts them (-1: not in it).

    Line n: of team `source[n]`, `raters[n]` people rely on `owners[n]` people of team `target[n]`; both are places in
    `team`. `weight` adds up which parts of their voices go there.
    """

    team: Longs
    people: Longs
    x: Floats
    y: Floats
    source: Longs
    target: Longs
    raters: Longs
    owners: Longs
    weight: Floats


def build(people: Ints, pairs: Pairs, heads: tuple[Longs, Longs], names: Mapping[int, str]) -> Network:
    """`pairs` are shares; `heads` are people by id and the team of each. Teams that have no name are left out."""
    team_of = _teams(people, heads, names)
    if not team_of.any():
        none, nowhere = np.empty(0, np.int64), np.empty(0)
        return Network(none, none, nowhere, nowhere, none, none, none, none, nowhere)
    owner, rater = pairs.owner, pairs.rater
    both = (team_of[owner] > 0) & (team_of[rater] > 0)
    owner, rater, weight = owner[both], rater[both], pairs.weight[both]
    teams, number = np.unique(team_of[team_of > 0], return_inverse=True)
    at = np.zeros(len(people), np.int64)
    at[team_of > 0] = number
    line = at[rater] * len(teams) + at[owner]
    lines, which = np.unique(line, return_inverse=True)
    raters, owners = (_distinct(which, who, len(lines)) for who in (rater, owner))
    shown = (raters >= SMALLEST) & (owners >= SMALLEST)
    weights = np.bincount(which, weights=weight, minlength=len(lines)).astype(np.float64)[shown]
    source, target = lines[shown] // max(len(teams), 1), lines[shown] % max(len(teams), 1)
    there = np.unique(np.concatenate([source, target]))
    source, target = np.searchsorted(there, source), np.searchsorted(there, target)
    met = np.unique(np.concatenate([owner, rater]))
    sizes = np.bincount(at[met], minlength=len(teams))[there]
    x, y = _drawn(sizes, source, target, weights, [names[int(one)] for one in teams[there]])
    return Network(teams[there], sizes, x, y, source, target, raters[shown], owners[shown], weights)


def keep(ctx: PluginContext, found: Network) -> None:
    """In the place of the one before."""
    store.save(ctx, _KEPT, {one.name: getattr(found, one.name) for one in fields(Network)})


def load(ctx: PluginContext) -> Network | None:
    """None where nothing was reckoned yet."""
    arrays = store.load(ctx, _KEPT)
    return Network(**arrays) if arrays else None


def _teams(people: Ints, heads: tuple[Longs, Longs], names: Mapping[int, str]) -> Longs:
    """The team of each of the people; 0 for none, and for one that has no name."""
    who, teams = heads
    found = np.zeros(len(people), np.int64)
    if len(who):
        at = np.minimum(np.searchsorted(who, people), len(who) - 1)
        known = who[at] == people
        found[known] = teams[at[known]]
        found[~np.isin(found, np.fromiter(names, np.int64, len(names)))] = 0
    return found


def _distinct(which: Longs, who: Ints, lines: int) -> Longs:
    """How many people each line has at one end."""
    pairs = np.unique(which.astype(np.int64) << 32 | who)
    return np.bincount(pairs >> 32, minlength=lines)


def _drawn(sizes: Longs, source: Longs, target: Longs, weight: Floats, names: list[str]) -> tuple[Floats, Floats]:
    x, y = np.full(len(sizes), -1.0), np.full(len(sizes), -1.0)
    chosen = np.sort(np.argsort(-sizes, kind="stable")[:DRAWN])
    at = np.full(len(sizes), -1)
    at[chosen] = np.arange(len(chosen))
    inside = (at[source] >= 0) & (at[target] >= 0) & (source != target)
    lines = at[source[inside]], at[target[inside]], weight[inside]
    boxes = np.array([layout.box(names[one], int(sizes[one])) for one in chosen]).reshape(-1, 2)
    x[chosen], y[chosen] = layout.place(len(chosen), *lines, boxes)
    return x, y
