"""The bench of the tally runs on a small poll, and what it counts is right. Nothing is timed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
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
