"""Single tables of other tools: read twice, first for the ideas and then for what staff answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from renown_ideation.moving import cells
from renown_ideation.moving.neutral import attempt
from renown_ideation.moving.records import Bad, Record
from renown_ideation.states import State

Row = Mapping[str, str]
Make = Callable[[str, Row], Record]


class Cells(dict[str, str]):
    """A column that is not there is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def read(
    path: Path, needed: Sequence[str], renamed: Mapping[str, str], post: Make, note: Callable[[str, Row], Record | None]
) -> Iterator[Record]:
    for where, one in _rows(path, needed, renamed):
        if isinstance(one, Bad):
            yield one
        else:
            yield from attempt(where, partial(post, where, one))
    for where, one in _rows(path, needed, renamed):
        if not isinstance(one, Bad):
            yield from attempt(where, partial(note, where, one))


def _rows(path: Path, needed: Sequence[str], renamed: Mapping[str, str]) -> Iterator[tuple[str, Bad | Row]]:
    with path.open("rb") as raw:
        for row in cells.read(path.name, raw, needed, renamed):
            yield (row.where, row) if isinstance(row, Bad) else (row[0], Cells(row[1]))


def state(given: str, known: Mapping[str, State]) -> State | None:
    """None for what is none of those that are known."""
    return known.get(" ".join(given.replace("-", " ").replace("_", " ").split()).lower())
