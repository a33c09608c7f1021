"""A short run of `python -m tests.holds.storm`: four processes take in what overlaps, two workers count."""

from __future__ import annotations

import pytest

from tests.holds import storm


@pytest.mark.timeout(240)
def test_processes_with_crossing_events_come_to_what_one_does(dialect: str, request: pytest.FixtureRequest) -> None:
    at = None if dialect == "sqlite" else request.getfixturevalue("postgres")
    figures = storm.run(at, 4, 55, 7)
    assert figures["events"] == 605
    assert not figures["deadlocks"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_people_who_are_found_to_be_the_same_meanwhile_are_merged(dialect: str, postgres: str) -> None:
    figures = storm.run(postgres, 4, 20, 7, merging=True)
    assert (figures["events"], figures["deadlocks"]) == (440, 0)
