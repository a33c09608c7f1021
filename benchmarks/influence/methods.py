"""The methods that are set beside one another, on the same evidence as the plugin weighs it.

- points: the activity plugin's default rules, before limits, of all time
- window: the evidence of the last 90 days, added up
- hits, pagerank: of the evidence of all time, no part of it forgotten, added up by pair
- influence-window: ours, with the last 90 days in the place of the leave clock
- influence: ours, as the plugin reckons it with its default settings
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import fsum

import numpy as np
from benchmarks.influence import references
from benchmarks.influence.facts import Facts, Numbers, Otherwise, chosen

from renown_influence import explain, graph
from renown_influence.activity import Activity
from renown_influence.evidence import Evidence, World, weigh
from renown_influence.graph import Floats, Pairs
from renown_influence.leave import Bools
from renown_influence.parameters import Parameters
from renown_influence.reckon import Frozen, Inputs, freeze, reckon, saturated

METHODS = ("points", "window", "hits", "pagerank", "influence-window", "influence")
#: Days of the window.
WINDOW = 90
#: Organisations that would have been, by kind of ties, that are held at once.
_LATELY = 12
_KINDS = {
    "window": "window", "hits": "whole", "pagerank": "whole", "influence-window": "window", "influence": "clock",
}  # fmt: skip


@dataclass(frozen=True)
class Ties:
    """Who relies on whom, by the ids of people; by owner, then by rater, each pair once."""

    owner: Numbers
    rater: Numbers
    weight: Floats

    def pairs(self, people: Numbers) -> Pairs:
        """Numbered as these people lie, who are all there are."""
        number = np.zeros(int(people[-1]) + 1 if len(people) else 0, np.int32)
        number[people] = np.arange(len(people), dtype=np.int32)
        start = np.zeros(len(people) + 1, np.int64)
        np.cumsum(np.bincount(number[self.owner], minlength=len(people)), out=start[1:])
        return Pairs(start, number[self.rater], self.weight)

    @property
    def people(self) -> Numbers:
        """Who is in any pair."""
        size = int(max(self.owner.max(initial=-1), self.rater.max(initial=-1))) + 1
        return np.flatnonzero(chosen(size, self.owner) | chosen(size, self.rater))

    def without(self, people: Bools) -> Ties:
        """None that these people have a part in."""
        kept = ~(people[self.owner] | people[self.rater])
        return Ties(self.owner[kept], self.rater[kept], self.weight[kept])

    def plus(self, other: Ties) -> Ties:
        """With pairs that are not there yet."""
        at = np.searchsorted(self.owner << 32 | self.rater, other.owner << 32 | other.rater)
        return Ties(*(np.insert(getattr(self, one.name), at, getattr(other, one.name)) for one in fields(self)))


@dataclass(frozen=True)
class Organisation:
    """Scores of its people: as it is, and as it would be had some of them done otherwise."""

    facts: Facts
    parameters: Parameters = field(default_factory=Parameters)
    #: What was weighed lately: each method asks for the same once more.
    _lately: dict[tuple[int, str], tuple[Otherwise, Ties]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def ties(self) -> dict[str, Ties]:
        facts = self.facts
        return {kind: self._weighed(facts.evidence, facts.world, kind) for kind in ("clock", "whole", "window")}

    @cached_property
    def frozen(self) -> dict[str, Frozen]:
        """What a quarter that began today would freeze."""
        found = {}
        for kind in ("clock", "window"):
            people = self.ties[kind].people
            found[kind] = freeze(self.ties[kind].pairs(people), self._voice[people], self.parameters)
        return found

    @property
    def _voice(self) -> Floats:
        return self.facts.world.people.voice

    def everybody(self, method: str) -> Floats:
        """By the id of the person. By our methods what a run publishes, before the scale."""
        facts = self.facts
        if method == "points":
            return facts.points.by_person(facts.size)
        kind = _KINDS[method]
        ties = self.ties[kind]
        if not method.startswith("influence"):
            return self._known[method]
        found, people = self._voice.copy(), ties.people
        voice = found[people]
        found[people] = reckon(Inputs(ties.pairs(people), voice, voice), self.parameters, self.frozen[kind]).values
        return found

    @cached_property
    def _known(self) -> dict[str, Floats]:
        names = [name for name in METHODS if name in ("window", "hits", "pagerank")]
        return {name: _by_others(name, self.ties[_KINDS[name]], self.facts.world) for name in names}

    def had(self, method: str, other: Otherwise, who: Numbers) -> Floats:
        """What scores `who`, some of the `other.people`, would have. By our methods as each one's explanation adds up,
        exact for any number of people."""
        if method == "points":
            return other.points.by_person(len(other.world.people.counted))[who]
        kind = _KINDS[method]
        ties = self._changed(other, kind)
        if not method.startswith("influence"):
            return _by_others(method, ties, other.world, self._known[method])[who]
        return _explained(ties, other.world, self.frozen[kind], self.parameters, who)

    def had_cohesive(self, eta: float, other: Otherwise, who: Numbers) -> Floats:
        """As `had` by "influence", with cohesion: who is close to whom was known from the quarter before already."""
        ties = self._changed(other, "clock")
        frozen = self.frozen["clock"]
        friends = graph.ties_of(graph.saturated(ties.pairs(ties.people), frozen.kappa))
        parameters = replace(self.parameters, cohesion=eta)
        return _explained(ties, other.world, replace(frozen, ties=friends), parameters, who)

    def _changed(self, other: Otherwise, kind: str) -> Ties:
        """Only their evidence is weighed anew: nobody else's clock is another."""
        key = id(other), kind
        if key not in self._lately:
            theirs = chosen(len(other.world.people.counted), other.people)
            found = self.ties[kind].without(theirs).plus(self._weighed(other.evidence, other.world, kind))
            # With `other` itself, whose number nobody else has as long as it is here.
            self._lately[key] = other, found
            if len(self._lately) > _LATELY:
                del self._lately[next(iter(self._lately))]
        return self._lately[key][1]

    def _weighed(self, evidence: Evidence, world: World, kind: str) -> Ties:
        today = world.calendar.today
        if kind != "clock":
            # What no clock makes older is as good as new, whoever did what when.
            first = today - WINDOW if kind == "window" else -1
            evidence = evidence.only((evidence.day > first) & (evidence.day <= today))
            evidence = replace(evidence, day=np.full(len(evidence), today, np.int32))
            world = replace(world, activity=Activity.none())
        found = weigh(evidence, world, self.parameters)
        owner, rater = (found.people[side].astype(np.int64) for side in (found.pairs.owner, found.pairs.rater))
        return Ties(owner, rater, found.pairs.weight)


def _explained(ties: Ties, world: World, frozen: Frozen, parameters: Parameters, who: Numbers) -> Floats:
    people = ties.people
    found, voice = world.people.voice[who], world.people.voice[people]
    shares = graph.shares(saturated(ties.pairs(people), parameters, frozen), parameters.shrink)
    for number, one in enumerate(who):
        place = int(np.searchsorted(people, one))
        if place < len(people) and people[place] == one:
            parts = explain.parts(shares, voice, parameters.alpha, place)
            # To the last digit whatever the order, so that raters who bring nothing change nothing.
            found[number] = parts.own + fsum(parts.brought)
    return found


def _by_others(method: str, ties: Ties, world: World, before: Floats | None = None) -> Floats:
    size = len(world.people.counted)
    if method == "window":
        return np.bincount(ties.owner, weights=ties.weight, minlength=size)
    people, found = np.flatnonzero(world.people.counted), np.zeros(size)
    start = None
    if before is not None:
        # Half of it anew, so that whoever had nothing can have something.
        found[: len(before)] = before
        start = found[people] / 2 + 1 / (2 * len(people))
    solve = references.hits if method == "hits" else references.pagerank
    found[people] = solve(ties.pairs(people), start)
    return found
