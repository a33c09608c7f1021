"""The bench of fairness: absence, rings, fakes and who is looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.influence import fairness, scenarios, taken
from benchmarks.influence.methods import METHODS, Organisation
from benchmarks.influence.taken import Taken

from tests.influence.benches.lines import file_of, said


def test_whoever_is_away_is_compared_with_the_same_person_at_work(acme: tuple[Taken, Path]) -> None:
    outcome = fairness.run(acme[0], draws=10)
    rows = {(row.what, row.method): row for row in outcome.rows}
    assert {method for _, method in rows} > set(METHODS)
    for weeks in fairness.WEEKS:
        ours, window = rows[f"away {weeks} weeks", "influence"], rows[f"away {weeks} weeks", "window"]
        assert ours.of == window.of == 10
        assert ours.median is not None
        assert window.median is not None
        # The window forgives nothing. Ours stands still, while the scores of a young organisation rise.
        assert window.median < -0.05 * weeks
        assert window.median / 2 < ours.median < 0.02
    assert [aim.missed for aim in outcome.aims[1:]] == [False] * 5


def test_rings_gain_no_more_than_they_can(acme: tuple[Taken, Path]) -> None:
    rows = {(row.what, row.method): row for row in fairness.run(acme[0], draws=5).rows}
    for size in fairness.RINGS:
        most = 1 / (1 - 0.85 * (size - 1) / (size - 1 + 3))
        gained = rows[f"ring of {size} newcomers", "influence"].worst
        raw = rows[f"ring of {size}", "points"].worst
        assert gained is not None
        assert 1 < gained <= most
        assert raw is not None
        assert raw > 1


def test_unverified_fakes_bring_exactly_nothing_and_verified_ones_something(acme: tuple[Taken, Path]) -> None:
    facts = acme[0].facts
    company = Organisation(facts)
    for one in np.unique(company.ties["clock"].owner)[:10]:
        own = facts.of(np.array([one]))
        had = company.had("influence", own, own.people)
        assert company.had("influence", scenarios.fakes(own, int(one), False), own.people) == had
        assert company.had("influence", scenarios.fakes(own, int(one), True), own.people) > had


def test_what_is_worked_out_for_few_is_what_all_would_have(acme: tuple[Taken, Path]) -> None:
    """Only what changes is weighed anew: as if everything had been."""
    facts = acme[0].facts
    company = Organisation(facts)
    everybody = np.unique(facts.owner)
    for method in METHODS:
        alone = [company.had(method, facts.of(np.array([one])), np.array([one]))[0] for one in everybody[:5]]
        assert alone == pytest.approx(company.everybody(method)[everybody[:5]], rel=1e-5)


def test_nobody_to_look_at_is_nobody_who_misses(tmp_path: Path) -> None:
    found = taken.take(file_of(tmp_path, [said("ana", "create", "Create", {"id": "t1"})]))
    outcome = fairness.run(found)
    assert {row.median for row in outcome.rows if row.what.startswith(("away", "20", "one"))} == {None}
    assert not any(aim.missed for aim in outcome.aims)
    assert {row.method for row in outcome.rows} > set(METHODS)
    why = {one.what: one.why for one in outcome.left_out if one.method is None}
    assert why["ring of 3"] == "0 people were endorsed, fewer than 3"
    assert "14 days" in why["away 2 weeks"]
    assert "left out: ring of 20: 0 people" in fairness.say(outcome)
    assert any("who relied on whose work" in note for note in outcome.notes)
