"""Small graphs and organisations of any shape, and one line to reckon them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from renown_influence import graph
from renown_influence.activity import Activity
from renown_influence.evidence import Calendar, Evidence, People, Weighed, World, weigh
from renown_influence.graph import Floats, Pairs
from renown_influence.leave import Days
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, Result, reckon

#: However busy the machine is.
patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
#: Solved as far as float64 goes, so that what is compared is the score and not where the rounds stopped.
EXACT = Parameters(tolerance=1e-13)
COHESIVE = replace(EXACT, cohesion=0.5)
KAPPA = 2.0
#: A Monday.
MONDAY = 20_094


def given(*wanted: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As hypothesis has it, patiently."""
    return lambda test: patient(hypothesis.given(*wanted)(test))


@dataclass(frozen=True)
class Graph:
    """`weight[owner, rater]` is what is left of evidence, 0 where there is none; `ties` are those of the last epoch."""

    weight: Floats
    voice: Floats
    ties: Floats

    @property
    def people(self) -> int:
        return len(self.voice)

    def reckoned(self, parameters: Parameters = EXACT, begin: Floats | None = None) -> Result:
        return reckon(self.inputs(begin), parameters, self.frozen)

    def scores(self, parameters: Parameters = EXACT) -> Floats:
        return self.reckoned(parameters).values

    def inputs(self, begin: Floats | None = None) -> Inputs:
        return Inputs(pairs(self.weight), self.voice, self.voice if begin is None else begin)

    @property
    def frozen(self) -> Frozen:
        return Frozen(KAPPA, 1.0, graph.ties_of(pairs(self.ties)))

    def weighing(self, weight: Floats) -> Graph:
        return replace(self, weight=weight)


def pairs(weight: Floats) -> Pairs:
    """Of a matrix with a row for each owner. Nobody endorses oneself."""
    weight = weight * ~np.eye(len(weight), dtype=np.bool_)
    owner, rater = np.nonzero(weight)
    start = np.searchsorted(owner, np.arange(len(weight) + 1))
    return Pairs(start.astype(np.int64), rater.astype(np.int32), weight[owner, rater])


def shares_of(weight: Floats, shrink: float = 3.0) -> Pairs:
    return graph.shares(graph.saturated(pairs(weight), KAPPA), shrink)


def matrix(people: int, most: float = 100.0) -> st.SearchStrategy[Floats]:
    """Of weights, some of them 0."""
    weight = st.one_of(st.just(0.0), st.floats(1e-3, most))
    return arrays(np.float64, (people, people), elements=weight, fill=st.just(0.0))


@st.composite
def graphs(draw: st.DrawFn, least: int = 2, most: int = 7) -> Graph:
    people = draw(st.integers(least, most))
    voice = draw(st.lists(st.sampled_from((1.0, 1.0, 0.0)), min_size=people, max_size=people))
    ties = draw(matrix(people, 1.0))
    return Graph(draw(matrix(people)), np.array(voice), ties)


def somebody(known: Graph) -> st.SearchStrategy[int]:
    return st.integers(0, known.people - 1)


Row = tuple[int, int, int, int, int]


def evidence(rows: Sequence[Row] | Any) -> Evidence:
    """Rows of owner, rater, day, topic and amount, in any order."""
    return Evidence.empty().plus(Evidence(*np.array(rows, np.int32).reshape(-1, 5).T))


def rows_of(found: Evidence) -> list[Row]:
    columns = (found.owner, found.rater, found.day, found.topic, found.amount)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def activity(acts: Sequence[tuple[int, int]]) -> Activity:
    """Of identities, on days."""
    who, day = np.array(acts, np.int64).reshape(-1, 2).T
    return Activity.none().plus(who.astype(np.int32), day)


def working(first: int, days: int) -> Days:
    """Mondays to Fridays among so many days."""
    every = np.arange(first, first + days)
    return every[(every + 3) % 7 < 5]


def world(
    person: Sequence[int],
    acts: Sequence[tuple[int, int]] = (),
    days: int = 140,
    *,
    left_out: Sequence[int] = (),
    leave: Mapping[int, tuple[tuple[int, int], ...]] | None = None,
    voice: Sequence[float] | None = None,
) -> World:
    """So many days up to today. `person[identity]` owns it, 0: nobody; those `left_out` are bots or erased."""
    counted = np.ones(max(person, default=0) + 1, np.bool_)
    counted[[0, *left_out]] = False
    voices = np.ones(len(counted)) if voice is None else np.array(voice)
    calendar = Calendar(MONDAY + days, working(MONDAY, days), dict(leave or {}))
    return World(People(np.array(person, np.int32), counted, voices), activity(acts), calendar)


def weights(found: Weighed) -> dict[tuple[int, int], float]:
    """By owner and rater, by the ids of people."""
    who, known = found.people, found.pairs
    return dict(
        zip(zip(who[known.owner].tolist(), who[known.rater].tolist(), strict=True), known.weight.tolist(), strict=True)
    )


def weighed(rows: Sequence[Row], around: World, parameters: Parameters = EXACT) -> dict[tuple[int, int], float]:
    return weights(weigh(evidence(rows), around, parameters))


@st.composite
def organisations(draw: st.DrawFn, people: int = 5, days: int = 140) -> tuple[list[Row], World]:
    """Some endorsements among people with an account each, who acted on some days."""
    day = st.integers(MONDAY, MONDAY + days)
    who = st.integers(1, people)
    rows = draw(st.lists(st.tuples(who, who, day, st.integers(0, 2), st.integers(1, 5000)), max_size=25))
    acts = draw(st.lists(st.tuples(who, day), max_size=60))
    return rows, world(range(people + 1), acts, days)
