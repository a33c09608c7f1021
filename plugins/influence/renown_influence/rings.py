"""Groups who endorse one another far more than others do: improbable, and for a human to look into.

Who has to do with whom is taken as it is: a team in which everybody endorses everybody is no ring. Asked is how much.
What is ordinary between two people follows from how much people of one team, or of two, endorse each other; from how
generous the one and how popular the other is with everybody outside of the group; and from what their team is used to.
How improbable a group is follows from everybody else: were it dealt anew who exceeds what is ordinary, and by how much,
how many groups as strong would there be?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

import numpy as np

from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.ring_chance import Chance
from renown_influence.ring_groups import core, cores, links
from renown_influence.ring_pairs import Couples, Group, Numbers

#: Linked are two of whom each endorses the other at least so many times what is ordinary, and who have this part of
#: what half saturates.
TIMES, SATURATED = 4.0, 0.25
#: A group is listed if it is to be expected in at most one of so many organisations.
ORGANISATIONS = 200


@dataclass(frozen=True)
class Ring:
    """`people` are numbers in the graph, ascending.

    `links` of all its pairs endorse each other at least `times` what is ordinary. `chance` is how many such groups are
    to be expected in an organisation like this one. `team` is the one that it is most of, 0 where it is of none.
    """

    people: Group
    links: int
    times: float
    chance: float
    team: int = 0


@dataclass(frozen=True)
class _Group:
    """A candidate: its people, the couples within, and how far each of these exceeds what its two are used to."""

    people: Group
    inside: Numbers
    excess: Floats
    team: int


def find(pairs: Pairs, kappa: float, team: Ints) -> list[Ring]:
    """The least probable first; of such that have half of their people in common, that one alone.

    `pairs` have the evidence, `kappa` is what half saturates, `team` is each person's, 0 where not known.
    """
    couples = Couples(pairs, team)
    chance = Chance(couples)
    waiting = list(_groups(couples, kappa))
    found: list[Ring] = []
    while waiting:
        rings = (_weighed(couples, chance, group) for group in waiting)
        ring = min(rings, key=lambda one: (one.chance, -len(one.people), one.people))
        if ring.chance * ORGANISATIONS > 1:
            break
        found.append(ring)
        chance.set_aside(couples.inside(ring.people))
        taken = set(ring.people)
        waiting = [one for one in waiting if 2 * len(taken & set(one.people)) < len(one.people)]
    return found


def _groups(couples: Couples, kappa: float) -> Iterator[_Group]:
    candidates = _candidates(couples, kappa)
    couples.ask({person for group in candidates for person in group})
    for people in sorted({group for one in candidates if (group := _known(couples, one))}):
        inside = couples.inside(people)
        yield _Group(people, inside, couples.beyond(people, inside), _team(couples, inside))


def _candidates(couples: Couples, kappa: float) -> set[Group]:
    """Dense groups of linked people: by the strongest links alone, by those somewhat weaker as well, and so on."""
    linked = np.flatnonzero((couples.excess >= log(TIMES)) & (couples.least >= SATURATED * kappa))
    found: set[Group] = set()
    for floor in _floors(float(couples.excess[linked].max(initial=0.0))):
        found.update(cores(links(couples.named(linked[couples.excess[linked] >= floor]))))
    return found


def _known(couples: Couples, group: Group) -> Group:
    """What is left of a candidate once it is known how its people are with others."""
    while group:
        inside = couples.inside(group)
        linked = inside[couples.beyond(group, inside) >= log(TIMES)]
        left = core(links(couples.named(linked)), group)
        if left == group:
            break
        group = left
    return group


def _weighed(couples: Couples, chance: Chance, group: _Group) -> Ring:
    """By the links that are least probable together: all of them, or the stronger ones alone."""
    left = ~chance.aside[group.inside]
    inside, excess = group.inside[left], group.excess[left]
    best = Ring(group.people, 0, 0.0, 1.0, group.team)
    for floor in _floors(float(excess.max(initial=0.0))):
        linked = inside[excess >= floor]
        if core(links(couples.named(linked)), group.people) != group.people:
            break
        weakest, within = float(excess[excess >= floor].min()), int(couples.within[linked].sum())
        if group.team:
            found = chance.of_team(group.team)
        else:
            found = chance.of_group(len(group.people), len(linked) - within, within, weakest)
        if found < best.chance:
            best = Ring(group.people, len(linked), exp(weakest), found, group.team)
    return best


def _team(couples: Couples, inside: Numbers) -> int:
    """The team that has half of its couples, and of the group's, within the group; or 0."""
    teams = couples.team[couples.first[inside[couples.within[inside]]]]
    if not len(teams):
        return 0
    team = int(np.bincount(teams).argmax())
    ours = int((teams == team).sum())
    return team if 2 * ours >= max(len(inside), len(couples.of_team(team))) else 0


def _floors(top: float) -> Iterator[float]:
    floor = log(TIMES)
    while floor <= top:
        yield floor
        floor += log(2) / 2
