"""Who endorsed whom, on which day, about what: packed arrays, and what is left of them today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from renown_influence import rows
from renown_influence.activity import Activity
from renown_influence.clocks import Clocks
from renown_influence.graph import Floats, Ints, Pairs
from renown_influence.leave import Bools, Days
from renown_influence.parameters import Parameters
from renown_influence.rows import Places

#: Owners whose clocks are reckoned at once, and rows: some hundred working days of so many people fit a processor's
#: cache, and are enough to make up for numpy's calls.
_OWNERS, _ROWS = 16_384, 1 << 20
_THOUSANDTH = 1e-3
_MOST = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Evidence:
    """Rows by owner, rater, day and topic, each combination once. `owner` and `rater` are identities.

    `topic` is a space's id, 0 for none; `amount` is in thousandths of a mention.
    """

    owner: Ints
    rater: Ints
    day: Ints
    topic: Ints
    amount: Ints

    @classmethod
    def empty(cls) -> Self:
        return cls(*(np.empty(0, np.int32) for _ in range(5)))

    def __len__(self) -> int:
        return len(self.owner)

    def plus(self, other: Evidence) -> Evidence:
        """Both together; the rows of `other` may lie in any order. What was taken back is gone."""
        newer = other._gathered()
        if not len(newer) or not len(self):
            return newer if len(newer) else self
        at, there = rows.places(self._key, newer._key)
        amount = self.amount.copy()
        amount[at[there]] = _bounded(amount[at[there]].astype(np.int64) + newer.amount[there])
        known, more, at = Evidence(*self._key, amount), newer.only(~there), at[~there]
        found = Evidence(*(np.insert(getattr(known, one.name), at, getattr(more, one.name)) for one in fields(self)))
        return found._standing()

    def only(self, chosen: Bools | Places) -> Evidence:
        return Evidence(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def by_topic(self, most: int) -> Iterator[tuple[int, Evidence]]:
        """The topics with most rows and what is about each, the busiest first."""
        size = int(self.topic.max(initial=0)) + 1
        count = sum((np.bincount(self.topic[one], minlength=size) for one in rows.pieces(len(self))), np.zeros(size))
        count[0] = 0
        busiest = np.argsort(-count, kind="stable")[: min(most, np.count_nonzero(count))]
        # A small number for each, which is sorted without comparing.
        number = np.zeros(size, np.min_scalar_type(len(busiest)))
        number[busiest] = np.arange(1, len(busiest) + 1)
        edges = np.cumsum(np.concatenate(([0, 0], count[busiest]))).astype(np.int64)
        places, end = np.empty(edges[-1], np.int32), edges[:-1].copy()
        for piece in rows.pieces(len(self)):
            of = number[self.topic[piece]]
            order = np.argsort(of, kind="stable")
            first = np.searchsorted(of[order], np.arange(1, len(busiest) + 2))
            for place in np.flatnonzero(np.diff(first)).tolist():
                mine = order[first[place] : first[place + 1]]
                places[end[place + 1] : end[place + 1] + len(mine)] = mine + piece.start
                end[place + 1] += len(mine)
        for place, topic in enumerate(busiest.tolist(), 1):
            yield topic, self.only(places[edges[place] : edges[place + 1]])

    @property
    def _key(self) -> tuple[Ints, Ints, Ints, Ints]:
        return self.owner, self.rater, self.day, self.topic

    def _gathered(self) -> Evidence:
        """In order, each combination once."""
        found = self.only(rows.order(self._key))
        first = rows.heads(found._key)
        if len(first) < len(found):
            total = _bounded(np.add.reduceat(found.amount, first, dtype=np.int64))
            found = Evidence(*found.only(first)._key, total)
        return found._standing()

    def _standing(self) -> Evidence:
        """Without what was taken back."""
        standing = self.amount != 0
        return self if standing.all() else self.only(standing)


@dataclass(frozen=True)
class People:
    """Everybody who has an account. `person[identity]` is who it belongs to, by id; 0 where there is none.

    `counted[person]` is False for bots, for whoever was erased, and for 0; `voice[person]` is 1 for verified employees.
    `erased` are ids.
    """

    person: Ints
    counted: Bools
    voice: Floats
    erased: Places = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def gone(self) -> Bools:
        """By identity: whether it belongs to somebody who was erased."""
        return np.isin(self.person, self.erased)

    def accounts(self, who: Ints) -> tuple[Ints, Places]:
        """All accounts of these people, and where each one's begin among them."""
        identities, start = self._by_person
        size = start[who + 1] - start[who]
        return identities[rows.joined(start[who], size)], np.cumsum(size) - size

    @cached_property
    def _by_person(self) -> tuple[Ints, Places]:
        """All identities by person, and where each person's begin."""
        order = np.argsort(self.person, kind="stable").astype(np.int32)
        return order, np.searchsorted(self.person[order], np.arange(len(self.counted) + 1))


@dataclass(frozen=True)
class Calendar:
    """The organisation's working `days` up to `today`, ascending, at least one; `leave` by person: days [from, to)."""

    today: int
    days: Days
    leave: dict[int, tuple[tuple[int, int], ...]]

    def away(self, who: Ints, days: Days) -> Bools:
        """Registered leave of these people, ascending: (days, people)."""
        found = np.zeros((len(days), len(who)), np.bool_)
        person, start, end = self._absences
        chosen = slice(*np.searchsorted(person, (who[0], who[-1] + 1)))
        column = np.searchsorted(who, person[chosen])
        edges = np.searchsorted(days, start[chosen]), np.searchsorted(days, end[chosen])
        for one, first, last in np.stack((column, *edges), axis=1)[who[column] == person[chosen]].tolist():
            found[first:last, one] = True
        return found

    @cached_property
    def _absences(self) -> tuple[Days, Days, Days]:
        """Person, first day, day after the last; by person."""
        every = [(person, *edges) for person, absences in sorted(self.leave.items()) for edges in absences]
        person, start, end = np.array(every, np.int64).reshape(-1, 3).T
        return person, start, end


@dataclass(frozen=True)
class World:
    """What evidence is weighed by, beside itself."""

    people: People
    activity: Activity
    calendar: Calendar

    def active(self, who: Ints, days: Days) -> Bools:
        """Whether these people, ascending, did anything at all: (days, people)."""
        return self.activity.of(*self.people.accounts(who), days)


@dataclass(frozen=True)
class Weighed:
    """A graph of people by their ids, ascending. `weight` of a pair is what is left of its evidence."""

    people: Ints
    pairs: Pairs


def weigh(evidence: Evidence, world: World, parameters: Parameters) -> Weighed:
    """What is left of everything today, by pair of people. Nobody endorses oneself."""
    today = world.calendar.today
    since = max(today - parameters.horizon, int(evidence.day.min(initial=today)))
    clocks = Clocks(world, parameters, since)
    size = len(world.people.counted)
    count, end = np.zeros(size, np.int64), 0
    # As long as if nobody endorsed anybody twice. What is not written to takes no memory.
    rater, weight = np.empty(len(evidence), np.int32), np.empty(len(evidence))
    person = np.where(world.people.counted[world.people.person], world.people.person, np.int32(0))
    for block in _blocks(evidence.owner, person):
        piece = _piece(evidence, block, person, clocks, (since, today))
        count[block.who] = np.diff(piece.indptr)
        begin, end = end, end + piece.nnz
        rater[begin:end], weight[begin:end] = piece.indices, piece.data
    return _numbered(count, rater[:end], weight[:end])


@dataclass(frozen=True)
class _Block:
    """Some owners by id, ascending; how many rows each has; and which, the first one's first."""

    who: Ints
    size: Places
    rows: slice | Places


def _blocks(owner: Ints, person: Ints) -> Iterator[_Block]:
    """All rows with an owner who counts, by person: somebody's accounts are put beside one another."""
    first = rows.heads((owner,))
    size, who = np.diff(first, append=len(owner)), person[owner[first]]
    order = np.flatnonzero(who)
    order = order[np.argsort(who[order], kind="stable")]
    first, size, who = first[order], size[order], who[order]
    head = rows.heads((who,))
    total = np.add.reduceat(size, head) if len(head) else size
    for one in _edges(total):
        within = slice(head[one.start], head[one.stop] if one.stop < len(head) else len(who))
        yield _Block(who[head[one]], total[one], _rows(first[within], size[within]))


def _edges(size: Places) -> Iterator[slice]:
    """Stretches of owners who have these many rows: neither too many owners nor too many rows in one."""
    end = np.cumsum(size)
    by_rows = np.searchsorted(end, np.arange(_ROWS, size.sum(), _ROWS), "right")
    edges = np.unique(np.concatenate([by_rows, np.arange(0, len(size), _OWNERS), [len(size)]])).tolist()
    return (slice(begin, end) for begin, end in pairwise(edges))


def _rows(first: Places, size: Places) -> slice | Places:
    """Of stretches; as a slice, which copies nothing, where they follow one another."""
    if (first[1:] == first[:-1] + size[:-1]).all():
        return slice(int(first[0]), int(first[-1] + size[-1]))
    return rows.joined(first, size)


def _piece(evidence: Evidence, block: _Block, person: Ints, clocks: Clocks, days: tuple[int, int]) -> Any:
    """A CSR matrix with a row for each owner of the block and a column for each person by id."""
    rater, day, amount = person[evidence.rater[block.rows]], evidence.day[block.rows], evidence.amount[block.rows]
    kept = rater > 0
    kept &= rater != np.repeat(block.who, block.size)
    kept &= amount > 0
    kept &= (day >= days[0]) & (day <= days[1])
    left = clocks.left(block.who, np.repeat(np.arange(len(block.who)), block.size), day)
    left *= amount
    left *= _THOUSANDTH
    left *= kept
    start = np.concatenate(([0], np.cumsum(block.size)))
    piece = sparse.csr_matrix((left, rater, start), shape=(len(block.who), int(rater.max()) + 1))
    piece.sum_duplicates()
    if not kept.all():
        piece.eliminate_zeros()
    return piece


def _numbered(count: Places, rater: Ints, weight: Floats) -> Weighed:
    """Of whoever is in a pair: `count` pairs of each owner, by id, one after another; `rater` becomes a number."""
    known = count > 0
    for piece in rows.pieces(len(rater)):
        known[rater[piece]] = True
    people = np.flatnonzero(known).astype(np.int32)
    number = np.cumsum(known, dtype=np.int32) - np.int32(1)
    for piece in rows.pieces(len(rater)):
        rater[piece] = number[rater[piece]]
    start = np.zeros(len(people) + 1, np.int64)
    np.cumsum(count[people], out=start[1:])
    return Weighed(people, Pairs(start, rater, weight))


def _bounded(amount: NDArray[np.int64]) -> Ints:
    """Two million mentions in a day say no more than that."""
    return np.clip(amount, -_MOST, _MOST).astype(np.int32)
