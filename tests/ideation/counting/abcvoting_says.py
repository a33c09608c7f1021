"""Writes equal_shares.json, what abcvoting selects by equal shares in polls made up by a seed, and in a town's.

abcvoting installs a proprietary solver, so that the tests compare with what it said and do not need it:
`python tests/ideation/counting/abcvoting_says.py <samples>/bulk/polis/...votes.csv`, where abcvoting is installed.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

POLLS, STATEMENTS, SEATS = 300, 40, 8


def main(votes: Path) -> None:
    chance = random.Random(2026)
    polls = [_poll(chance) for _ in range(POLLS)]
    for one in polls:
        one["committees"] = committees(one["options"], one["seats"], one["ballots"])
    town = committees(STATEMENTS, SEATS, _town(votes))
    Path(__file__).with_name("equal_shares.json").write_text(
        json.dumps({"town": town, "polls": polls}, separators=(",", ":")) + "\n"
    )


def _poll(chance: random.Random) -> dict[str, Any]:
    """Each ballot: how heavy it is, and whom it approves of, one at least and four at most."""
    options = chance.randint(2, 7)
    ballots = [
        [chance.choice((1, 1, 2, 5)), sorted(chance.sample(range(1, options + 1), chance.randint(1, min(4, options))))]
        for _ in range(chance.randint(1, 9))
    ]
    return {"options": options, "seats": chance.randint(1, options), "ballots": ballots}


def _town(votes: Path) -> list[Any]:
    """Who agrees to which of the statements that most people were asked about; the last vote of somebody counts."""
    with votes.open(newline="") as file:
        rows = [(int(one["voter-id"]), int(one["comment-id"]), int(one["vote"])) for one in csv.DictReader(file)]
    asked = Counter(statement for _, statement, _ in rows)
    most = sorted(sorted(asked, key=lambda one: (-asked[one], one))[:STATEMENTS])
    last = {(voter, most.index(statement) + 1): vote for voter, statement, vote in rows if statement in most}
    agreed: dict[int, list[int]] = {}
    for (voter, statement), vote in last.items():
        if vote == 1:
            agreed.setdefault(voter, []).append(statement)
    return [[1, sorted(one)] for one in agreed.values()]


def committees(options: int, seats: int, ballots: list[Any]) -> list[list[int]]:
    profile = import_module("abcvoting.preferences").Profile(options)
    for weight, approved in ballots:
        profile.add_voters([[one - 1 for one in approved]] * weight)
    found = import_module("abcvoting.abcrules").compute(
        "equal-shares-with-av-completion", profile, seats, algorithm="standard-fractions", resolute=False
    )
    return sorted(sorted(one + 1 for one in committee) for committee in found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
