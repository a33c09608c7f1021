"""What an import did, or would do: numbers by kind, and a line for each thing that somebody should look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

#: What is imported, as reports name it.
KINDS = {"idea": "Ideas", "comment": "Comments", "note": "Answers and notes", "vote": "Votes", "merge": "Merges"}
#: What became of it.
OUTCOMES = {
    "made": "Made",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "earlier": "Counted as earlier votes",
    "left": "Left as it is",
}
#: Lines that are told one by one; of more only the number.
_MOST = 10_000


@dataclass(frozen=True)
class Line:
    """`weight`: "bad" cannot be taken, "left" was left as it is here, "remark" is taken otherwise than it stands."""

    weight: str
    where: str
    field: str
    said: str


@dataclass
class Report:
    kind: str
    source: str
    board: str
    dry_run: bool
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    weights: Counter[str] = field(default_factory=Counter)
    #: Whether it is written.
    done: bool = False

    @property
    def bad(self) -> int:
        return self.weights["bad"]

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        self.counts[kind, outcome] += number

    def tell(self, weight: str, where: str, field: str, said: str) -> None:
        self.weights[weight] += 1
        if len(self.lines) < _MOST:
            self.lines.append(Line(weight, where, field, said))

    def rows(self) -> list[list[Any]]:
        """By kind, in the order of KINDS: its name, then the number of each of OUTCOMES."""
        return [[title, *(self.counts[kind, one] for one in OUTCOMES)] for kind, title in KINDS.items()]

    def data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "source": self.source,
            "board": self.board,
            "dry_run": self.dry_run,
            "done": self.done,
            "counts": {kind: {one: self.counts[kind, one] for one in OUTCOMES} for kind in KINDS},
            "people": dict(sorted(self.people.items())),
            "bad": self.bad,
            "lines": [vars(one) for one in self.lines],
            "untold": sum(self.weights.values()) - len(self.lines),
        }

    def verdict(self) -> str:
        """One sentence: whether it is written, and if not, why not."""
        if self.done:
            return "It is written."
        if self.bad and self.dry_run:
            return f"Nothing would be written: {_lines(self.bad)} cannot be taken."
        if self.bad:
            return f"Nothing was written: {_lines(self.bad)} cannot be taken."
        return "Nothing was written: this is what would be done."


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number:,} lines"
