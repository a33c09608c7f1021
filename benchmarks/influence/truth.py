"""What is known of an organisation otherwise: who stands above whom, or a value of each person. From a CSV file.

Columns `above` and `below`, or `person` and `value`; others are passed over. People are written `source|id`: the first
"|" ends the source, the id may have more of them.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Name = tuple[str, str]


class BadTruth(ValueError):
    """The file cannot be read as truth. The text names the file and, for each fault, the line and the column."""


@dataclass(frozen=True)
class Above:
    """The first of each two stands above the second."""

    pairs: tuple[tuple[Name, Name], ...]


@dataclass(frozen=True)
class Values:
    """The higher, the more influential."""

    values: Mapping[Name, float]


#: Faults that are told.
_TOLD = 20


def read(path: Path) -> Above | Values:
    """Raises BadTruth."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            sheet = csv.DictReader(file, restkey="more", strict=True)
            try:
                return _read(path, sheet)
            except csv.Error as error:
                raise BadTruth(f"{path}, line {sheet.line_num + 1}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadTruth(f"{path}: {error}") from None


def _read(path: Path, sheet: csv.DictReader[str]) -> Above | Values:
    columns = [(name or "").strip() for name in sheet.fieldnames or ()]
    sheet.fieldnames = columns
    reader: type[_Pairs] | type[_People]
    if {"above", "below"} <= set(columns):
        reader = _Pairs
    elif {"person", "value"} <= set(columns):
        reader = _People
    else:
        raise BadTruth(
            f"{path}, line 1: the columns are {', '.join(columns) or 'none'}, not above,below or person,value"
        )
    found = reader()
    for row in sheet:
        if any(row.get(name) for name in columns):
            found.take(sheet.line_num, {name: row.get(name) or "" for name in columns})
    if found.faults:
        more = [f"and {len(found.faults) - _TOLD} more"] if len(found.faults) > _TOLD else []
        raise BadTruth("\n".join(f"{path}, {fault}" for fault in found.faults[:_TOLD] + more))
    if not found.count:
        raise BadTruth(f"{path}: there is nothing below the line of columns")
    return found.truth()


class _Sheet:
    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, line: int, column: str, why: str) -> None:
        self.faults.append(f"line {line}, column {column}: {why}")

    def person(self, line: int, row: Mapping[str, str], column: str) -> Name | None:
        source, mark, key = row[column].partition("|")
        if not row[column].strip():
            self.fault(line, column, "is empty")
        elif not (mark and source and key):
            self.fault(line, column, f"{row[column]!r} is not source|id")
        else:
            return source, key
        return None


class _Pairs(_Sheet):
    def __init__(self) -> None:
        super().__init__()
        self._pairs: list[tuple[Name, Name]] = []

    @property
    def count(self) -> int:
        return len(self._pairs)

    def take(self, line: int, row: Mapping[str, str]) -> None:
        above, below = self.person(line, row, "above"), self.person(line, row, "below")
        if above is None or below is None:
            return
        if above == below:
            self.fault(line, "below", "is the person above")
        self._pairs.append((above, below))

    def truth(self) -> Above:
        return Above(tuple(self._pairs))


class _People(_Sheet):
    def __init__(self) -> None:
        super().__init__()
        self._values: dict[Name, float] = {}
        self._lines: dict[Name, int] = {}

    @property
    def count(self) -> int:
        return len(self._values)

    def take(self, line: int, row: Mapping[str, str]) -> None:
        who = self.person(line, row, "person")
        value = self._value(line, row["value"])
        if who is None or value is None:
            return
        if who in self._lines:
            self.fault(line, "person", f"{'|'.join(who)} was on line {self._lines[who]} already")
        self._values[who], self._lines[who] = value, line

    def _value(self, line: int, said: str) -> float | None:
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(line, "value", f"{said!r} is not a number" if said.strip() else "is empty")
            return None
        return value

    def truth(self) -> Values:
        return Values(self._values)


def people(truth: Above | Values) -> Iterator[Name]:
    """Everybody in it, each once."""
    if isinstance(truth, Above):
        yield from dict.fromkeys(one for pair in truth.pairs for one in pair)
    else:
        yield from truth.values
