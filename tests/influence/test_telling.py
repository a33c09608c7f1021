"""What is pure in telling: digits that add up, whom to name, what one more act brings, and how work is received."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from renown_influence import quality, raters, steps, tally
from renown_influence.change import _with
from renown_influence.evidence import Weighed
from renown_influence.graph import Pairs
from renown_influence.received import Received


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=20))
def test_printed_parts_add_up_and_none_is_off_by_more_than_one(parts: list[float]) -> None:
    whole = round(sum(parts))
    printed = tally.fitted(parts, whole)
    assert sum(printed) == whole
    assert all(abs(shown - part) <= 1.000001 for shown, part in zip(printed, parts, strict=True))


def test_nothing_is_nothing() -> None:
    assert tally.fitted([], 0) == []


@given(st.lists(st.booleans(), max_size=60), st.booleans())
def test_nobody_is_found_out_by_what_is_left(shown: list[bool], own: bool) -> None:
    people = list(range(len(shown)))
    nameable = {person for person in people if shown[person]}
    split = raters.split(people, nameable, own=own)
    assert sorted([*split.named, *split.others]) == people
    assert {people[at] for at in split.named} <= nameable
    assert len(split.named) <= raters.NAMED
    if nameable != set(people):
        assert not split.named or len(split.others) >= raters.SMALLEST
    if not own and len(people) < raters.SMALLEST:
        assert not split.named
        assert not split.told


@given(st.data())
def test_one_more_act_is_the_same_graph_with_one_more_act(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 8))
    weight = np.array(data.draw(st.lists(st.floats(0, 4), min_size=size * size, max_size=size * size)))
    weight = weight.reshape(size, size) * ~np.eye(size, dtype=bool)
    owner, rater = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    assume(owner != rater)
    where = np.nonzero(weight)
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(where[0], minlength=size), out=start[1:])
    more = _with(Pairs(start, where[1].astype(np.int32), weight[where]), owner, rater, 3.0)
    weight[owner, rater] += 3
    assert (more.matrix().toarray() == weight).all()


def weighed(rows: dict[tuple[int, int], float], people: list[int]) -> Weighed:
    """`rows[owner, rater]`, by person."""
    place = {person: at for at, person in enumerate(people)}
    ordered = sorted((place[owner], place[rater], weight) for (owner, rater), weight in rows.items())
    start = np.zeros(len(people) + 1, np.int64)
    np.cumsum(np.bincount([row[0] for row in ordered], minlength=len(people)), out=start[1:])
    pairs = Pairs(start, np.array([row[1] for row in ordered], np.int32), np.array([row[2] for row in ordered]))
    return Weighed(np.array(people, np.int32), pairs)


def levels(praise: Weighed, against: Weighed, voice: np.ndarray) -> dict[int, int]:
    """In percent, with half of a pair's weight saturated at 1."""
    who, found = quality.of(praise, against, voice, 1.0).levels
    assert not (found % 1000).any(), "whole percents"
    return dict(zip(who.tolist(), (found // 1000).tolist(), strict=True))


CROWD = list(range(10, 40))
ONES = np.ones(len(CROWD))


def praised(owner: int, by: range | list[int], weight: float = 1.0) -> dict[tuple[int, int], float]:
    return {(owner, rater): weight for rater in by}


def test_quality_is_what_is_said_well_of_all_that_is_said() -> None:
    praise = praised(10, range(12, 24)) | praised(11, [12])
    against = praised(10, range(24, 30)) | praised(11, [18], 3.0)
    found = quality.of(weighed(praise, CROWD), weighed(against, CROWD), ONES, 1.0)
    assert (found.good[0], found.bad[0]) == (6, 3)
    assert found.average == 67, "6 of 9: what one person says against another is nobody's to know, and one is too few"
    assert levels(weighed(praise, CROWD), weighed(against, CROWD), ONES) == {10: round(100 * (6 + 5 * 0.67) / (9 + 5))}


@pytest.mark.parametrize("critics", [0, 1, 2, 3, 4])
def test_one_to_four_who_speak_against_a_person_are_as_none(critics: int) -> None:
    """Nor does anybody else's number tell that somebody spoke."""
    praise = praised(10, range(12, 24)) | praised(11, range(12, 20))
    elsewhere = praised(11, range(30, 36))
    silent = levels(weighed(praise, CROWD), weighed(elsewhere, CROWD), ONES)
    against = elsewhere | praised(10, list(range(24, 24 + critics)), 50.0)
    assert levels(weighed(praise, CROWD), weighed(against, CROWD), ONES) == silent
    more = elsewhere | praised(10, list(range(24, 29)), 50.0)
    assert levels(weighed(praise, CROWD), weighed(more, CROWD), ONES)[10] < silent[10]


@pytest.mark.parametrize("critics", [0, 1, 4])
def test_quality_is_told_of_nobody_where_nobody_is_spoken_against_by_five(critics: int) -> None:
    praise = weighed(praised(10, range(11, 19)), CROWD)
    assert levels(praise, weighed(praised(10, range(20, 20 + critics)), CROWD), ONES) == {}


def test_who_praises_and_speaks_against_is_one_person() -> None:
    elsewhere = praised(30, range(20, 26), 9.0)
    against = weighed(elsewhere | praised(10, range(11, 15)) | praised(12, range(13, 18), 9.0), CROWD)
    praise = weighed(praised(10, range(11, 15)) | praised(12, range(13, 18)) | praised(30, range(20, 26)), CROWD)
    assert levels(praise, against, ONES).keys() == {12, 30}, "of 10 four people speak, and not five"


def test_a_voice_of_nothing_says_nothing() -> None:
    praise = weighed(praised(10, range(11, 17)) | praised(30, range(20, 26)), CROWD)
    elsewhere = praised(30, range(20, 26), 9.0)
    voice = ONES.copy()
    voice[CROWD.index(18)] = 0
    four_and_a_fake = praised(10, range(17, 22), 9.0)
    silent = levels(praise, weighed(elsewhere, CROWD), voice)
    assert levels(praise, weighed(elsewhere | four_and_a_fake, CROWD), voice) == silent
    voice[CROWD.index(18)] = 1
    assert levels(praise, weighed(elsewhere | four_and_a_fake, CROWD), voice)[10] < silent[10]


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 100))
def test_what_is_printed_of_a_quality_gives_its_percent(good: int, bad: int, average: int) -> None:
    percent = round(float(quality.received(np.array(good), np.array(bad), average)))
    printed = re.findall(r"[\d.]+", Received(good, bad, average, percent).sum)
    above, added, *below, said = (float(one) for one in printed)
    assert round(100 * (above + added) / sum(below)) == said == percent


counts = st.integers(0, 3000)


@given(counts, counts)
def test_steps_never_tell_that_few_are_left(one: int, other: int) -> None:
    count, whole = sorted((one, other))
    [told] = steps.told(np.array([count]), np.array([whole])).tolist()
    assert told == 0 or 5 <= told <= count
    assert told == 0 or whole - told >= 5 or count == whole < 10
    if count == whole or count * 2 <= whole:
        assert bool(told) == (count >= 5), "nothing is left out that may be told"
    if count >= 5 and whole - count >= 5:
        assert told * 2.5 >= count, "and what is told is near to what is"


def test_one_person_more_or_less_seldom_shows() -> None:
    shown = steps.told(np.arange(5, 96), np.full(91, 100)).tolist()
    assert sorted(set(shown)) == [5, 10, 20, 50]
