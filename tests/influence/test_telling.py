"""What is pure in telling: digits that add up, whom to name, what one more act brings, and how work is received."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renown_influence import change, explain, graph, quality, raters, reach, scale, solve, steps, tally
from renown_influence.evidence import Weighed
from renown_influence.graph import Pairs
from renown_influence.kept import Kept
from renown_influence.models import Run
from renown_influence.parameters import Parameters
from renown_influence.received import Received
from tests.influence import kit
from tests.influence.kit import Graph


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


@pytest.mark.parametrize("parameters", [kit.EXACT, kit.COHESIVE], ids=["plain", "cohesion"])
def test_one_more_act_and_silence_are_what_a_whole_run_would_find(parameters: Parameters) -> None:
    @kit.given(kit.graphs(6, 9), st.data())
    def holds(known: Graph, data: st.DataObject) -> None:
        place = data.draw(kit.somebody(known))
        found, frozen = known.reckoned(parameters), known.frozen
        inputs = known.inputs()
        everything = Kept(Run(), np.arange(known.people), inputs, found.solution.values, found.values)
        whatif = change._WhatIf(everything, parameters, frozen, place)
        for weight, somebody in ((3.0, whatif.somebody_new()), (0.5, whatif.somebody_known())):
            told = whatif.after(somebody, weight)
            if somebody is None or told is None:
                continue
            more = known.weight.copy()
            more[place, somebody.rater] += weight
            assert told == pytest.approx(shown(known.weighing(more), parameters, place), abs=1e-4)
            assert told >= whatif.shown(0) - 1e-9
        half = known.weight.copy()
        half[place] /= 2
        assert whatif.after_silence() == pytest.approx(shown(known.weighing(half), parameters, place), abs=1e-4)

    holds()


@pytest.mark.parametrize("seed", range(4))
def test_what_one_voice_brings_more_is_exact_for_everybody(seed: int) -> None:
    """Among few, who rely on one another much, so that voices come back on many ways."""
    draw = np.random.default_rng(seed)
    known = Graph(draw.lognormal(1, 1, (5, 5)) * (draw.random((5, 5)) < 0.8), np.ones(5), np.zeros((5, 5)))
    found, alpha = known.reckoned(), kit.EXACT.alpha
    weighed = graph.saturated(known.inputs().pairs, kit.KAPPA)
    for owner, rater in permutations(range(5), 2):
        shares = explain.silenced(found.shares, owner)
        values = solve.power(shares, known.voice, alpha, 1e-13).values
        total = weighed.weight[weighed.rater == rater].sum() + kit.EXACT.shrink
        one = reach.reach(shares, values, alpha, (owner, rater), total)
        more, before = known.weight.copy(), known.weight[owner, rater]
        more[owner, rater] += 3
        gain = one.gain((before + 3) / (before + 3 + kit.KAPPA) - before / (before + kit.KAPPA))
        then = known.weighing(more).scores()[owner] - known.scores()[owner]
        assert gain == pytest.approx(then, rel=1e-4)


def shown(known: Graph, parameters: Parameters, place: int) -> float:
    return float(scale.shown(known.scores(parameters), known.frozen.unit)[place])


def test_one_more_act_is_told_beside_what_is_published() -> None:
    """Where self-return is estimated, that is too high: one more act never shows as less."""
    rest = np.ones((8, 8)) - np.eye(8)
    known = Graph(rest, np.ones(8), np.zeros((8, 8)))
    found = known.reckoned()
    off = found.values * 1.013
    everything = Kept(Run(), np.arange(8), known.inputs(), found.solution.values, off)
    told = change.reckoned(everything, kit.EXACT, known.frozen, 0, {"liked": 0.5})
    assert told.now == pytest.approx(float(scale.shown(off, 1.0)[0]))
    assert told.acts[0].known is not None
    assert told.acts[0].known > told.now > told.silent


def test_of_fewer_than_five_nothing_is_told() -> None:
    known = Graph(np.ones((5, 5)) - np.eye(5), np.ones(5), np.zeros((5, 5)))
    found = known.reckoned()
    everything = Kept(Run(), np.arange(5), known.inputs(), found.solution.values, found.values)
    told = change.reckoned(everything, kit.EXACT, known.frozen, 0, {"liked": 0.5})
    assert (told.acts[0].new, told.acts[0].known) == (None, None)


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
    praise = praised(10, range(12, 26)) | praised(11, [12])
    against = praised(10, range(24, 36)) | praised(11, [18], 3.0)
    found = quality.of(weighed(praise, CROWD), weighed(against, CROWD), ONES, 1.0)
    assert (found.good[0], found.bad[0]) == (7, 5), "12 who speak against count as 10, half a voice each as of praise"
    assert found.average == 58, "7 of 12: what one person says against another is nobody's to know, and one is too few"
    assert levels(weighed(praise, CROWD), weighed(against, CROWD), ONES) == {10: round(100 * (7 + 5 * 0.58) / (12 + 5))}


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
