"""From rows of evidence to what is left of it between any two people."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import strategies as st

from renown_influence import evidence as module
from renown_influence import rows as sorting
from renown_influence.evidence import Evidence, World, weigh
from tests.influence import kit
from tests.influence.kit import EXACT, MONDAY, Row, evidence, given, rows_of, weighed, weights, world

FRIDAY, SATURDAY, NEXT = MONDAY + 4, MONDAY + 5, MONDAY + 7
HALF = EXACT.half_life
#: Who acts each day, so that their clock ticks each working day.
BUSY = [(1, MONDAY + day) for day in range(141)]


def test_what_is_taken_back_is_gone() -> None:
    liked, taken = evidence([(1, 2, MONDAY, 0, 500)]), evidence([(1, 2, MONDAY, 0, -500)])
    assert len(liked.plus(taken)) == 0
    assert rows_of(liked.plus(taken).plus(liked)) == rows_of(liked)
    assert rows_of(liked.plus(evidence([(1, 2, MONDAY, 0, -200)]))) == [(1, 2, MONDAY, 0, 300)]


def test_what_is_taken_back_before_it_is_known_counts_for_nothing() -> None:
    taken = evidence([(1, 2, MONDAY, 0, -500)])
    assert weights(weigh(taken, world([0, 1, 2]), EXACT)) == {}
    assert len(taken.plus(evidence([(1, 2, MONDAY, 0, 500)]))) == 0


@given(st.lists(st.tuples(*(st.integers(0, 3),) * 4, st.integers(-2, 2)), max_size=30), st.integers(0, 30))
def test_evidence_is_the_same_however_it_came_in(rows: list[Row], at: int) -> None:
    summed: dict[tuple[int, ...], int] = {}
    for *key, amount in rows:
        summed[tuple(key)] = summed.get(tuple(key), 0) + amount
    expected = [(*key, amount) for key, amount in sorted(summed.items()) if amount]
    assert rows_of(evidence(rows)) == expected
    assert rows_of(evidence(rows[:at]).plus(evidence(rows[at:]))) == expected


def test_numbers_too_large_for_one_key_are_sorted_all_the_same() -> None:
    large = 2**31 - 1
    rows = [(large, 1, large, 0, 7), (5, large, -large, large, 1), (large, 0, large, 3, 2)]
    assert rows_of(evidence(rows)) == sorted(rows)


def test_no_number_of_likes_wraps_round() -> None:
    most = 2**31 - 1
    flood = evidence([(1, 2, MONDAY, 0, most), (1, 2, MONDAY, 0, most)]).plus(evidence([(1, 2, MONDAY, 0, most)]))
    assert rows_of(flood) == [(1, 2, MONDAY, 0, most)]


def test_each_half_life_leaves_half() -> None:
    """Twenty weeks: 99 working days since, and today, which is not over and does not count yet."""
    around = world([0, 1, 2], BUSY, days=140)
    assert weighed([(1, 2, MONDAY, 0, 1000)], around) == {(1, 2): pytest.approx(2 ** (-99 / HALF))}
    assert weighed([(1, 2, MONDAY + 140, 0, 1000)], around) == {(1, 2): 1.0}


def test_ages_are_counted_in_working_days() -> None:
    around = world([0, 1, 2], BUSY, days=15)
    left = {day: weighed([(1, 2, day, 0, 1000)], around)[1, 2] for day in range(MONDAY, MONDAY + 16)}
    assert left[MONDAY + 14] == left[MONDAY + 15] == 1.0
    assert left[FRIDAY] == left[SATURDAY] == left[SATURDAY + 1] == pytest.approx(2 ** (-6 / HALF))
    assert left[NEXT] == pytest.approx(2 ** (-5 / HALF))


def test_a_holiday_of_the_organisation_is_no_day() -> None:
    around = world([0, 1, 2], BUSY, days=15)
    holiday = replace(around, calendar=replace(around.calendar, days=np.delete(around.calendar.days, 3)))
    assert weighed([(1, 2, MONDAY, 0, 1000)], around)[1, 2] == pytest.approx(2 ** (-10 / HALF))
    assert weighed([(1, 2, MONDAY, 0, 1000)], holiday)[1, 2] == pytest.approx(2 ** (-9 / HALF))
    assert weighed([(1, 2, MONDAY + 3, 0, 1000)], holiday) == weighed([(1, 2, MONDAY + 2, 0, 1000)], holiday)


def test_evidence_from_before_the_first_working_day_and_from_tomorrow() -> None:
    around = world([0, 1, 2], BUSY, days=15)
    early = weighed([(1, 2, MONDAY - 2, 0, 1000)], around)
    assert early == weighed([(1, 2, MONDAY, 0, 1000)], around)
    assert weighed([(1, 2, MONDAY + 16, 0, 1000)], around) == {}


def test_what_is_older_than_ten_half_lives_is_left_out() -> None:
    around = world([0, 1, 2], days=EXACT.horizon + 1)
    assert weighed([(1, 2, MONDAY, 0, 1000)], around) == {}
    assert set(weighed([(1, 2, MONDAY + 1, 0, 1000)], around)) == {(1, 2)}


def test_the_owners_clock_counts_and_not_the_raters() -> None:
    on_leave = {2: ((MONDAY, MONDAY + 141),)}
    found = weighed([(1, 2, MONDAY, 0, 1000), (2, 1, MONDAY, 0, 1000)], world([0, 1, 2], BUSY, leave=on_leave))
    assert found[2, 1] == 1.0
    assert found[1, 2] < 0.4


def test_leave_is_from_its_first_day_until_before_its_end() -> None:
    acts = [*BUSY, *((2, day) for _, day in BUSY)]
    absent = ((NEXT, NEXT + 2), (NEXT + 1, NEXT + 5))
    around = world([0, 1, 2], acts, 15, leave={1: absent, 3: absent})
    found = weighed([(1, 2, MONDAY, 0, 1000), (2, 1, MONDAY, 0, 1000)], around)
    assert found[1, 2] == pytest.approx(2 ** (-5 / HALF))
    assert found[2, 1] == pytest.approx(2 ** (-10 / HALF))


def test_an_unregistered_fortnight_leaves_evidence_as_it_was() -> None:
    acts = [(1, MONDAY + day) for day in range(22) if not 7 <= day < 21]
    away = weighed([(1, 2, MONDAY, 0, 1000)], world([0, 1, 2], acts, days=22))
    assert away == {(1, 2): pytest.approx(2 ** (-5 / HALF))}


def test_somebodys_accounts_are_one_person() -> None:
    rows: list[Row] = [(1, 2, MONDAY, 0, 500), (1, 4, MONDAY, 0, 250), (3, 2, MONDAY, 0, 100), (3, 4, MONDAY, 0, 50)]
    apart = weighed(rows, world([0, 1, 2, 3, 4], days=1))
    assert apart == {(1, 2): 0.5, (1, 4): 0.25, (3, 2): 0.1, (3, 4): pytest.approx(0.05)}
    assert weighed(rows, world([0, 1, 2, 1, 2], days=1)) == {(1, 2): pytest.approx(0.9)}
    assert weighed(rows, world([0, 2, 1, 2, 1], days=1)) == {(2, 1): pytest.approx(0.9)}


def test_an_act_with_one_account_is_one_of_the_person() -> None:
    rows: list[Row] = [(1, 2, MONDAY, 0, 1000)]
    with_other = [(1, MONDAY), *((3, MONDAY + day) for day in range(1, 22))]
    idle = weighed(rows, world([0, 1, 2, 3], with_other, days=22))
    busy = weighed(rows, world([0, 1, 2, 1], with_other, days=22))
    assert idle == {(1, 2): 1.0}
    assert busy == {(1, 2): pytest.approx(2 ** (-15 / HALF))}


def test_nobody_endorses_oneself_with_either_account() -> None:
    assert weighed([(1, 1, MONDAY, 0, 500), (1, 2, MONDAY, 0, 500)], world([0, 1, 1])) == {}


def test_bots_the_erased_and_accounts_of_nobody_neither_give_nor_get() -> None:
    rows: list[Row] = [(owner, rater, MONDAY, 0, 500) for owner, rater in permutations((1, 2, 3, 4), 2)]
    assert set(weighed(rows, world([0, 1, 2, 3, 0], left_out=[3]))) == {(1, 2), (2, 1)}


def test_people_are_numbered_by_their_ids_and_only_those_who_are_in_a_pair() -> None:
    found = weigh(evidence([(9, 4, MONDAY, 0, 500), (4, 7, MONDAY, 0, 500)]), world(range(12)), EXACT)
    assert found.people.tolist() == [4, 7, 9]
    assert found.pairs.start.tolist() == [0, 1, 1, 2]
    assert found.pairs.rater.tolist() == [1, 0]


def test_where_nobody_endorsed_anybody_there_is_nobody() -> None:
    found = weigh(Evidence.empty(), world([0, 1, 2]), EXACT)
    assert (len(found.people), found.pairs.people, len(found.pairs.rater)) == (0, 0, 0)


@given(kit.organisations(), st.permutations(range(1, 6)), st.integers(1, 5))
def test_pieces_of_any_size_give_the_same(known: tuple[list[Row], World], person: list[int], at_once: int) -> None:
    """Nor does it matter which account is whose, but for the names."""
    rows, around = known
    whole = weighed(rows, around)
    renamed = world([0, *person], [], 140)
    renamed = replace(renamed, activity=around.activity)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_OWNERS", at_once)
        patch.setattr(module, "_ROWS", at_once)
        patch.setattr(sorting, "AT_ONCE", at_once)
        assert weighed(rows, around) == whole
        name = [0, *person]
        expected = {(name[owner], name[rater]): left for (owner, rater), left in whole.items()}
        assert weighed(rows, renamed) == pytest.approx(expected, rel=1e-14)


@given(kit.organisations(), st.integers(0, 2))
def test_part_of_the_evidence_is_as_old_as_in_the_whole(known: tuple[list[Row], World], topic: int) -> None:
    rows, around = known
    theirs = [row for row in rows if row[3] == topic]
    alone, whole = weighed(theirs, around), weighed(rows, around)
    others = {row[:2] for row in rows if row[3] != topic}
    assert all(alone[pair] == whole[pair] for pair in alone.keys() - others)


def test_the_busiest_topics_come_first_and_no_topic_is_none() -> None:
    rows: list[Row] = [
        (owner, 9, MONDAY, topic, 1) for topic, many in ((7, 2), (3, 3), (5, 1), (0, 8)) for owner in range(many)
    ]
    found = [(topic, rows_of(theirs)) for topic, theirs in evidence(rows).by_topic(2)]
    assert found == [(topic, [row for row in sorted(rows) if row[3] == topic]) for topic in (3, 7)]
    assert [topic for topic, _ in evidence(rows).by_topic(9)] == [3, 7, 5]
    assert list(Evidence.empty().by_topic(9)) == []
