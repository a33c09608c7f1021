"""Who relies on whom, by team: made of a run's pairs, laid out, and kept as it was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from renown.api import PluginContext
from renown_influence import layout, rows, steps, store
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.raters import SMALLEST

#: Teams that a picture holds, the largest.
DRAWN = 60

_KEPT = "network"
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Teams by id with how many people they have, and where a picture puts them (-1: not in it).

    Line n: of team `source[n]`, `raters[n]` or more people rely on `owners[n]` or more people of team `target[n]`; both
    are places in `team`. The numbers are steps: nothing finer is kept. `weight` adds up which parts of their voices go
    there.
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
    teams = np.unique(team_of[team_of > 0])
    at = np.where(team_of > 0, np.searchsorted(teams, team_of), -1)
    lines, which, chosen = _grouped(_line(at, len(teams), pairs))
    owner = np.searchsorted(pairs.start, chosen, "right") - 1
    sizes = _sizes(teams, heads[1])
    raters = steps.told(_distinct(which, pairs.rater[chosen], len(lines)), sizes[lines // len(teams)])
    owners = steps.told(_distinct(which, owner, len(lines)), sizes[lines % len(teams)])
    shown = (raters > 0) & (owners > 0)
    weights = np.bincount(which, weights=pairs.weight[chosen], minlength=len(lines)).astype(np.float64)[shown]
    source, target = lines[shown] // len(teams), lines[shown] % len(teams)
    there = np.unique(np.concatenate([source, target]))
    source, target = np.searchsorted(there, source), np.searchsorted(there, target)
    x, y = _drawn(sizes[there], source, target, weights, [names[int(one)] for one in teams[there]])
    return Network(teams[there], sizes[there], x, y, source, target, raters[shown], owners[shown], weights)


def keep(ctx: PluginContext, found: Network) -> None:
    """In the place of the one before."""
    store.save(ctx, _KEPT, {one.name: getattr(found, one.name) for one in fields(Network)})


def load(ctx: PluginContext) -> Network | None:
    """None where nothing was reckoned yet."""
    arrays = store.load(ctx, _KEPT)
    return Network(**arrays) if arrays else None


def without(found: Network, teams: Collection[int]) -> Network:
    """As if these teams had no lines."""
    gone = np.isin(found.team, np.fromiter(teams, np.int64, len(teams)))
    there = ~gone[found.source] & ~gone[found.target]
    lines = {one: getattr(found, one)[there] for one in ("source", "target", "raters", "owners", "weight")}
    place = {"x": np.where(gone, -1.0, found.x), "y": np.where(gone, -1.0, found.y)}
    return replace(found, **lines, **place)


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


def _sizes(teams: Longs, of_everybody: Longs) -> Longs:
    """How many people each team has, whether they rely on anybody or not."""
    return np.bincount(np.searchsorted(teams, of_everybody[np.isin(of_everybody, teams)]), minlength=len(teams))


def _line(team: Longs, teams: int, pairs: Pairs) -> Ints | Longs:
    """Of each pair the line that it is part of, as one number; below 0 for none. `team` is a place, or -1."""
    # Of 46,000 teams and fewer the numbers are small.
    found = np.repeat(team.astype(np.int32 if teams**2 < 1 << 31 else np.int64), np.diff(pairs.start))
    for piece in rows.pieces(len(found)):
        source, target = team[pairs.rater[piece]], found[piece]
        found[piece] = np.where((source < 0) | (target < 0), -1, source * teams + target)
    return found


def _grouped(line: Ints | Longs) -> tuple[Longs, Longs, Longs]:
    """The lines of which something may be told, ascending; and of the pairs in them which line it is, and the place.

    Fewer pairs than that are fewer people, too: in a large organisation nearly all lines are left out here.
    """
    ordered = np.sort(line)
    many = ordered[SMALLEST - 1 :][ordered[SMALLEST - 1 :] == ordered[: 1 - SMALLEST]]
    lines = many[rows.heads((many,))]
    lines = lines[lines >= 0].astype(np.int64)
    if not len(lines):
        return lines, lines, lines
    which, chosen = [], []
    for piece in rows.pieces(len(line)):
        at = np.minimum(np.searchsorted(lines, line[piece]), len(lines) - 1)
        here = np.flatnonzero(lines[at] == line[piece])
        which.append(at[here])
        chosen.append(here + piece.start)
    return lines, np.concatenate(which), np.concatenate(chosen)


def _distinct(which: Longs, who: Ints | Longs, lines: int) -> Longs:
    """How many people each line has at one end."""
    # Sorted: numpy's unique hashes, which takes twenty times as long for millions.
    pairs = np.sort(which << 32 | who)
    return np.bincount(pairs[rows.heads((pairs,))] >> 32, minlength=lines)


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
