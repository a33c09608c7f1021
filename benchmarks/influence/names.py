"""Whom the names of a truth mean: accounts as they stand, else without blanks at the ends, else in other letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.influence.truth import Cell

#: Ids of people by the source and the id of each account.
Accounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Named:
    """`people` are ids by the cells that mean somebody; `nearly` are those in other letters."""

    people: Mapping[Cell, int]
    nearly: tuple[Cell, ...]


def find(cells: Sequence[Cell], accounts: Accounts) -> Named:
    """Sources and ids may have any "|" in them: where several accounts read alike, the shortest source is meant.

    Other case, blanks or ways to write accents do where one person alone can be meant, whom no cell names rightly.
    """
    exact = _joined(accounts)
    people = {cell: exact[name] for cell in cells for name in (cell, cell.strip())[::-1] if name in exact}
    folded: dict[str, set[int]] = {}
    for name, person in exact.items():
        folded.setdefault(_folded(name), set()).add(person)
    taken, nearly = set(people.values()), []
    for cell in cells:
        meant = folded.get(_folded(cell), set()) if cell not in people else set()
        if len(meant) == 1 and not meant & taken:
            people[cell] = next(iter(meant))
            nearly.append(cell)
    return Named(people, tuple(nearly))


def _joined(accounts: Accounts) -> dict[Cell, int]:
    longest_first = sorted(accounts, key=lambda name: -len(name[0]))
    return {"|".join(name): accounts[name] for name in longest_first}


def _folded(name: str) -> str:
    parts = (part.strip() for part in unicodedata.normalize("NFC", name).casefold().split("|"))
    return unicodedata.normalize("NFC", "|".join(parts))
