"""Figures of agreement that would be flattering are none, and it is said why; what cannot be read is told rightly."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.influence import accuracy, organisation, taken, truth
from benchmarks.influence.accuracy import Outcome
from benchmarks.influence.agreement import overlap, pair_accuracy, spearman
from benchmarks.influence.methods import METHODS
from benchmarks.influence.truth import Above, BadTruth, Values

ROOT = Path(__file__).parents[3]
SOME = np.arange(12.0)


@pytest.mark.parametrize("most", [7, 12, 13, 0])
def test_the_highest_are_at_most_half(most: int) -> None:
    assert np.isnan(overlap(SOME, SOME, most))
    assert overlap(SOME, SOME, 6) == 1


def test_where_all_are_equal_there_is_no_figure() -> None:
    same, above = np.ones(12), np.arange(6)
    assert np.isnan(overlap(same, SOME, 3))
    assert np.isnan(overlap(SOME, same, 3))
    assert np.isnan(spearman(same, SOME))
    assert np.isnan(pair_accuracy(same, above + 6, above, np.ones(6)))
    assert pair_accuracy(np.append(same[1:], 2), above + 6, above, np.ones(6)) == pytest.approx(3.5 / 6)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events of 24 people."""
    path = tmp_path_factory.mktemp("acme") / "events.jsonl"
    organisation.write(path, people=24, days=40)
    return path


def outcome(events: Path, known: Values | Above) -> Outcome:
    return accuracy.run(taken.take(events), known)


def valued(people: int, step: float = 1.0) -> Values:
    return Values({f"post:acme|u{n}": n * step for n in range(people)})


def test_the_ten_highest_of_few_are_not_told(acme: Path) -> None:
    few = outcome(acme, valued(12))
    assert {row.method for row in few.figures if row.measure == "top_10" and row.value is None} == set(METHODS)
    [why] = few.left_out
    assert (why.measure, why.method, why.why) == ("top_10", None, "of 12 people 10 are more than half, by any scores")
    assert "left out: top_10: of 12 people 10 are more than half" in accuracy.say(few)
    many = outcome(acme, valued(20))
    assert all(row.value is not None for row in many.figures)
    assert many.left_out == []


def test_values_and_scores_that_are_all_equal_are_said_to_be(acme: Path, tmp_path: Path) -> None:
    alike = outcome(acme, valued(20, 0.0))
    assert {(one.measure, one.method, one.why) for one in alike.left_out} == {
        (measure, None, "all values of the truth are equal") for measure in ("spearman", "top_10", "top_tenth")
    }
    silent = tmp_path / "silent.jsonl"
    lines = acme.read_text().splitlines()
    made = [line for line in lines if json.loads(line)["data"]["type"] == "Create" and "inReplyTo" not in line]
    silent.write_text("\n".join(line for line in made if "Mention" not in line))
    pair = Above((("post:acme|u1", "post:acme|u2"),))
    nobody = {one.method: one.why for one in outcome(silent, pair).left_out}
    assert nobody["influence"] == "all scores are equal"


def test_a_file_that_is_not_utf_8_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        path.write_text("person,value\npost:acme|u1,1\n", encoding=encoding)
        with pytest.raises(BadTruth, match=r"truth\.csv, line 1: the file is not UTF-8"):
            truth.read(path)


def test_digits_with_lines_between_them_are_no_number(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("person,value\npost:acme|u1,1_000\npost:acme|u2,1000\n")
    found = truth.read(path)
    assert isinstance(found, Values)
    assert (found.values, found.faulty) == ({"post:acme|u2": 1000.0}, 1)
    assert found.faults == ("line 2, column value: '1_000' is not a number",)


def test_a_reader_who_goes_away_is_no_error(acme: Path, tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("person,value\npost:acme|u1,1\npost:acme|u2,2\n")
    options = ["--events", str(acme), "--truth", str(tmp_path / "truth.csv"), "--json"]
    command: list[Any] = [sys.executable, "-m", "benchmarks.influence.accuracy", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert running.returncode == 0
    assert "BrokenPipe" not in said


def test_who_does_good_work_judges_better() -> None:
    """And everybody has the same quality and pace as ever, whatever their judgement."""
    everybody = organisation.found(people=400)
    quality, judgement = (np.array([getattr(one, name) for one in everybody]) for name in ("quality", "judgement"))
    assert 0.6 < spearman(quality, judgement) < 0.98
    assert all(0 <= one.judgement <= 1 for one in everybody)
    assert everybody == organisation.found(people=400)


def test_what_good_judges_like_is_better() -> None:
    """The likes of the third who judge best go to better work than those of the third who judge worst."""
    assert better(alike=False) > better(alike=True) + 0.03


def better(*, alike: bool) -> float:
    """By how much the work is better that good judges like."""
    everybody = sorted(organisation.found(people=60, days=120), key=lambda one: one.judgement)
    quality = {one.key: one.quality for one in everybody}
    liked: dict[str, list[float]] = {one.key: [] for one in everybody}
    for event in organisation.events(people=60, days=120, alike=alike):
        if event["data"]["type"] == "Like":
            owner = event["data"]["object"]["attributedTo"]["id"]
            liked[event["data"]["actor"]["id"]].append(quality[owner])
    worst, best = ([value for one in third for value in liked[one.key]] for third in (everybody[:20], everybody[-20:]))
    return float(np.mean(best) - np.mean(worst))
