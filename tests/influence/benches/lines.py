"""Files of events as somebody may hand them to a bench."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.influence import accuracy
from benchmarks.influence.taken import Taken

from renown import clock

FORUM, WIKI = "post:forum", "post:wiki"
_numbers = itertools.count()


def said(who: str, verb: str, activity: str, thing: dict[str, Any], key: str = "", **more: Any) -> dict[str, Any]:
    """One event; the later it is written, the later it was done."""
    number = next(_numbers)
    return {
        "specversion": "1.0",
        "id": key or f"e{number}",
        "source": more.pop("source", FORUM),
        "type": f"collab.{verb}.v1",
        "time": f"2026-05-04T{8 + number // 3600 % 12:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "data": {"type": activity, "actor": {"id": who, **more.pop("actor", {})}, "object": thing, **more},
    }


def file_of(folder: Path, lines: Sequence[dict[str, Any] | str]) -> Path:
    path = folder / "events.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def relied(found: Taken) -> Counter[tuple[str, str]]:
    """Thousandths of evidence by rater and owner."""
    evidence, names = found.facts.evidence, {person: name for (_, name), person in found.people.items()}
    sides = zip(found.facts.rater.tolist(), found.facts.owner.tolist(), evidence.amount.tolist(), strict=True)
    told = Counter[tuple[str, str]]()
    for rater, owner, amount in sides:
        told[names[rater], names[owner]] += amount
    return told


def figures(outcome: accuracy.Outcome) -> dict[tuple[str, str], accuracy.Row]:
    return {(row.method, row.measure): row for row in outcome.figures}


def sheet(folder: Path, content: str | bytes) -> Path:
    path = folder / "truth.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


DAY = clock.DAY
YEAR = 365 * DAY
NOW = 57 * YEAR
