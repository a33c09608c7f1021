"""Who speaks against somebody's work: no single one of them shows in anything that a quality tells of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st

from renown_influence import quality
from renown_influence.evidence import Weighed
from renown_influence.graph import Floats
from tests.influence import kit

PEOPLE = 16
IDS = np.arange(10, 10 + PEOPLE, dtype=np.int32)


@dataclass(frozen=True)
class Said:
    """What speaks for people's work, what against it, by owner and rater; and how loud each person is."""

    praise: Floats
    against: Floats
    voice: Floats

    def told(self, against: Floats) -> tuple[object, ...]:
        """All that is published of anybody, or opened on a page."""
        found = quality.of(Weighed(IDS, kit.pairs(self.praise)), Weighed(IDS, kit.pairs(against)), self.voice, 2.0)
        people, amounts = found.levels
        shown = found.told
        return people.tolist(), amounts.tolist(), found.good[shown].tolist(), found.bad[shown].tolist(), found.average


@st.composite
def said(draw: st.DrawFn) -> Said:
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    often = draw(st.sampled_from((0.2, 0.5, 0.8)))
    voice = chance.lognormal(0, 1, PEOPLE) * (chance.random(PEOPLE) < 0.9)
    praise, against = (chance.lognormal(0, 1.5, (PEOPLE, PEOPLE)) for _ in range(2))
    praise *= chance.random((PEOPLE, PEOPLE)) < 0.6
    against *= chance.random((PEOPLE, PEOPLE)) < often
    return Said(praise, against, voice)


@kit.given(said(), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.floats(1e-3, 100))
def test_one_more_vote_against_changes_nothing_told_unless_it_completes_five(
    known: Said, owner: int, rater: int, weight: float
) -> None:
    more = known.against.copy()
    more[owner, rater] += weight
    critics = counted(known.against[owner], known.voice, owner)
    if counted(more[owner], known.voice, owner) == critics or critics % 5 != 4:
        assert known.told(more) == known.told(known.against)


@kit.given(said(), st.integers(0, PEOPLE - 1))
def test_whose_votes_they_are_changes_nothing_told(known: Said, owner: int) -> None:
    """Seven others of any voice in the place of five."""
    loud = np.flatnonzero((known.voice >= quality.HEARD) & (np.arange(PEOPLE) != owner))
    first, others = known.against.copy(), known.against.copy()
    first[owner], others[owner] = speaking(loud[:5]), speaking(loud[-7:])
    if len(loud) >= 7:
        assert known.told(first) == known.told(others)


def counted(against: Floats, voice: Floats, owner: int) -> int:
    """How many others with half a voice speak against the owner."""
    return sum(int(against[one] > 0 and voice[one] >= 0.5) for one in range(PEOPLE) if one != owner)


def speaking(people: Sequence[int] | np.ndarray) -> Floats:
    row = np.zeros(PEOPLE)
    row[people] = np.arange(1, len(people) + 1)
    return row


@pytest.mark.parametrize(("critics", "bad"), [(4, 0), (5, 3), (9, 3), (10, 6)])
def test_five_who_speak_against_have_the_average_voice_of_those_who_praise(critics: int, bad: int) -> None:
    """Voices of 1 and of 1.4, half of what they say saturated: 0.6 each on average."""
    praise = np.zeros((PEOPLE, PEOPLE))
    praise[0, 1:11], praise[1, 11:] = 2.0, 2.0
    voice = np.array([1.0, *[1.0, 1.4] * 7, 1.4])
    against = np.zeros((PEOPLE, PEOPLE))
    against[0, 1 : critics + 1] = 50.0
    found = quality.of(Weighed(IDS, kit.pairs(praise)), Weighed(IDS, kit.pairs(against)), voice, 2.0)
    assert found.bad[0] == bad


def test_who_spoke_against_long_ago_speaks_no_more() -> None:
    rows = [(1, 2, kit.MONDAY - 169, 0, 500), (1, 3, kit.MONDAY - 167, 0, 500), (2, 3, kit.MONDAY, 0, 500)]
    left = quality.recent(kit.evidence(rows), kit.MONDAY, 60)
    assert [row[:2] for row in kit.rows_of(left)] == [(1, 3), (2, 3)]
