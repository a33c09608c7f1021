"""Which date of a file is believed to be the last."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.influence import organisation, taken, when
from benchmarks.influence.methods import Organisation
from benchmarks.influence.taken import CannotTake, Taken

from renown import clock
from tests.influence.benches.lines import DAY, NOW, YEAR, file_of


@pytest.mark.parametrize(
    ("times", "end"),
    [
        ([NOW], NOW),
        ([NOW, NOW + 2 * DAY], NOW),
        # Most of it lies ahead: the file tells of another time.
        ([NOW, NOW + YEAR, NOW + YEAR + DAY], NOW + YEAR + DAY),
        # One in a hundred is far behind everything else, as wrong dates of mails are.
        ([*range(40 * YEAR, 40 * YEAR + 300 * DAY, DAY), 44 * YEAR, 50 * YEAR], 40 * YEAR + 299 * DAY),
        ([*range(40 * YEAR, 40 * YEAR + 300 * DAY, DAY), *(44 * YEAR + one for one in range(9))], 44 * YEAR + 8),
        # A year is nothing to those who meet once a year.
        ([one * YEAR for one in range(20, 40)], 39 * YEAR),
        ([0] * 50, 0),
    ],
)
def test_a_file_ends_with_the_last_date_that_can_be_believed(times: list[int], end: int) -> None:
    assert when.end(np.array(times[::-1], np.int64), NOW) == end


def test_one_wrong_date_changes_no_score(acme: tuple[Taken, Path], tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = list(organisation.events(people=12, days=30))
    right = taken.take(file_of(tmp_path, lines))
    wrong = taken.take(
        file_of(tmp_path, [*lines[:50], {**lines[0], "id": "x", "time": "2044-01-01T00:00:00Z"}, *lines[50:]])
    )
    assert (wrong.counts.late, wrong.facts.today) == (1, right.facts.today)
    assert "2044-01-01" in " ".join(wrong.notes)
    found = [Organisation(one.facts).everybody("influence") for one in (right, wrong)]
    assert found[0].tolist() == found[1].tolist()


def test_another_day_may_be_today(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = list(organisation.events(people=12, days=30))
    today = date(2026, 6, 10)
    found = taken.take(file_of(tmp_path, lines), today=today)
    assert found.facts.today == clock.to_day(today)
    assert found.counts.late == sum(line["time"] >= "2026-06-11" for line in lines) > 0
    with pytest.raises(CannotTake, match="left out since they lie after 2001-01-01"):
        taken.take(tmp_path / "events.jsonl", today=date(2001, 1, 1))
