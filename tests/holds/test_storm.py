"""A short run of `python -m tests.holds.storm`: four processes take in what overlaps, two workers count."""

from __future__ import annotations

import pytest

from tests.holds import storm


@pytest.mark.timeout(240)
def test_processes_with_crossing_events_come_to_what_one_does(dialect: str, request: pytest.FixtureRequest) -> None:
    at = None if dialect == "sqlite" else request.getfixturevalue("postgres")
    figures = storm.run(at, 4, 1000, 7)
    assert figures["events"] == 1000
    assert not figures["deadlocks"]
