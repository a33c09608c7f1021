"""How long a tally takes beside merely reading its ballots.

    python -m benchmarks.ideation.tally [--ballots 1000000] [--options 50] [--named N] [--json]

For each method a file has so many ballots, no two alike on purpose, each by a voter of its own and naming all options,
or so many as --named says. Reading is to decode each line into the type of a ballot, which is the reference; the tally
reads, checks and hashes each ballot and counts, as it is done at the close and again by whoever verifies. Both take the
file line by line, in one process that does nothing else; ballots are in memory only as the method needs them. The
electorate is there before: it is read at the opening. Aim: the tally takes 3 times what reading takes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.influence import memory

from renown_ideation.counting import Ballot, Charter, Count, Electorate, Option, Voter, read_charter

AIM = 3.0
#: Ballots that are made at once.
_BATCH = 20_000
#: Kinds of ballots, and what counts them.
CASES = (
    ("approve", "plain"),
    ("score", "plain"),
    ("rank", "schulze"),
    ("rank", "instant-runoff"),
    ("approve", "equal-shares"),
    ("score", "equal-shares"),
)
_SCORES = 5


@dataclass(frozen=True)
class Row:
    """Seconds of CPU, and by the clock; `memory`: bytes at most beyond what the process had with the electorate."""

    ballot: str
    method: str
    ballots: int
    options: int
    named: int
    read: float
    tally: float
    read_clock: float
    tally_clock: float
    memory: int

    def say(self) -> str:
        ratio, clock = self.tally / self.read, self.tally_clock / self.read_clock
        over = "  OVER" if ratio > AIM else ""
        each = 1e6 / self.ballots
        return (
            f"{self.ballots:,} {self.ballot} ballots that name {self.named} of {self.options}, {self.method}: read "
            f"{self.read * each:.1f} us, tally {self.tally * each:.1f} us of CPU a ballot: {ratio:.2f} of {AIM:g}"
            f" (by the clock {clock:.2f}); {self.memory / 2**20:,.0f} MiB{over}"
        )


def charter(ballot: str, method: str) -> Charter:
    rules = {"lowest": 0, "highest": _SCORES} if ballot == "score" else {}
    return read_charter(
        {
            "format": "renown.charter/1",
            "campaign": {"slug": "bench", "title": "Bench"},
            "question": "Which?",
            "electorate": {"kind": "everyone", "teams": [], "minimum_account_age_days": 0},
            "ballot": {"kind": ballot, "most_options": None, **rules},
            "weights": {"kind": "none"},
            "count": {"method": method, "tie_break": "lot"},
            "seats": {"by_vote": 8, "by_board": 22},
            "secrecy": {"totals_hidden_until": "close", "ballots": "pseudonymous"},
            "merging": {"before_opening": "links", "between_opening_and_counting": "none"},
            "phases": {
                "time_zone": "UTC",
                "collect": None,
                "elaborate": None,
                "vote": {"from": "2026-01-05T09:00:00Z", "to": "2026-01-31T17:00:00Z"},
            },
            "decision": {"who": "The board", "due": "2026-03-30"},
            "contact": "votes@example.org",
        }
    )


def written(path: Path, ballot: str, ballots: int, options: int, named: int) -> None:
    """A file of ballots, in order."""
    rng = np.random.default_rng(7)
    names = [str(one) for one in range(1, options + 1)]
    encode = msgspec.json.Encoder(order="sorted").encode
    with path.open("wb") as file:
        for begin in range(0, ballots, _BATCH):
            size = min(_BATCH, ballots - begin)
            chosen = rng.permuted(np.tile(np.arange(options), (size, 1)), axis=1)[:, :named]
            values = np.tile(np.arange(1, named + 1), (size, 1))
            if ballot != "rank":
                values = rng.integers(1, 2 if ballot == "approve" else _SCORES + 1, (size, named))
            for at, (which, given) in enumerate(zip(chosen.tolist(), values.tolist(), strict=True)):
                picked = {names[option]: value for option, value in zip(which, given, strict=True)}
                file.write(encode(Ballot(voter=_voter(begin + at), choices=picked)) + b"\n")


def _voter(number: int) -> str:
    return f"{number + 1:032x}"


def measured(path: Path, ballot: str, method: str, ballots: int, options: int, named: int) -> Row:
    """Both, in this process."""
    rules = charter(ballot, method)
    frozen = [
        Option(id=one, title=f"Option {one}", submitted_at="2026-01-01T00:00:00Z", idea=f"idea-{one}", revision=1)
        for one in range(1, options + 1)
    ]
    electorate = Electorate(rules, (Voter(voter=_voter(number)) for number in range(ballots)))
    decode = msgspec.json.Decoder(Ballot).decode
    begun = _now()
    with path.open("rb") as file:
        for line in file:
            decode(line)
    read = _since(begun)
    before, begun = memory.begin(), _now()
    count = Count(rules, frozen, electorate)
    with path.open("rb") as file:
        for line in file:
            count.add(decode(line))
    found = count.result()
    tally = _since(begun)
    assert found.ballots == ballots
    grown = max(0, memory.peak() - before)
    return Row(ballot, method, ballots, options, named, read[0], tally[0], read[1], tally[1], grown)


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    cpu, clock = _now()
    return cpu - begun[0], clock - begun[1]


def rows(ballots: int, options: int, named: int) -> Iterator[Row]:
    """One for each case, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for ballot, method in CASES:
            path = Path(folder) / f"{ballot}.jsonl"
            if not path.exists():
                written(path, ballot, ballots, options, named)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
                yield pool.submit(measured, path, ballot, method, ballots, options, named).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    parser.add_argument("--options", type=int, default=50)
    parser.add_argument("--named", type=int, help="options on each ballot; all without it")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each case")
    given = parser.parse_args()
    for row in rows(given.ballots, given.options, given.named or given.options):
        print(msgspec.json.encode(asdict(row)).decode() if given.json else row.say(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
