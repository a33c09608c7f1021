"""The bench of the tally runs on a small poll, and what it counts is right. Nothing is timed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
from benchmarks import kit
from benchmarks.ideation import hot, plenty, speed
from benchmarks.ideation import tally as bench

from renown_ideation.counting import Ballot, tally
from tests.ideation.counting.kit import option

ROOT = Path(__file__).parents[1]


def test_the_bench_prints_each_case() -> None:
    asked = [sys.executable, "-m", "benchmarks.ideation.tally", "--ballots", "300", "--options", "7", "--json"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["ballot"], one["method"]) for one in rows] == list(bench.CASES)
    assert all(one["ballots"] == 300 and one["named"] == 7 and one["tally"] > 0 for one in rows)


def test_the_ballots_that_are_counted_name_so_many_options_and_are_allowed(tmp_path: Path) -> None:
    for kind, method in bench.CASES:
        path = tmp_path / f"{kind}-{method}.jsonl"
        bench.written(path, kind, ballots=50, options=12, named=4)
        ballots = [msgspec.json.decode(line, type=Ballot) for line in path.read_bytes().splitlines()]
        assert {len(one.choices) for one in ballots} == {4}
        electorate = [bench.Voter(voter=one.voter) for one in ballots]
        result = tally(bench.charter(kind, method), [option(one) for one in range(1, 13)], electorate, ballots)
        assert sum(one.voters for one in result.options) == 200


def test_many_votes_are_what_the_product_would_have_counted(database_url: str) -> None:
    here = plenty.plant(database_url, 60, 211)
    first = plenty.vote(here, 300)
    assert plenty.check(here) == []
    assert plenty.vote(here, 900) > 2 * first
    assert plenty.check(here) == []
    here.renown.close()


def test_the_portal_is_measured_beside_bare_queries(database_url: str) -> None:
    outcomes = speed.run(database_url, 80, [200, 600], 211, calls=3)
    asked = [(one.what, one.level) for one in outcomes]
    each = [(what, level) for level in ("read", "request") for what in ("board", "idea", "search", "similar", "vote")]
    assert asked == each * 2
    assert all(one.wall > 0 and one.bare_wall > 0 for one in outcomes)
    assert len(list(speed.flat(outcomes))) == 11


def test_a_hot_idea_is_measured_and_loses_no_vote(postgres: str) -> None:
    with kit.scratch(postgres) as url:
        outcome = hot.run(url, clients=2, votes=20, rounds=1, ideas=20)
    assert outcome.ratio > 0
