"""What is known of an organisation otherwise: who stands above whom, or a value of each person. From a CSV file.

Columns `above` and `below`, or `person` and `value`; others are passed over. People are written `source|id`. A row that
cannot be taken is left out and told by its line and column; the file is refused only where none is left.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Of a person, as the file has it: `source|id`.
Cell = str


class BadTruth(ValueError):
    """The file cannot be read as truth. The text names the file and, for each fault, the line and the column."""


@dataclass(frozen=True)
class Above:
    """The first of each two stands above the second. `faults` say why `faulty` other rows were left out."""

    pairs: tuple[tuple[Cell, Cell], ...]
    faulty: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """The higher, the more influential. `faults` say why `faulty` other rows were left out."""

    values: Mapping[Cell, float]
    faulty: int = 0
    faults: tuple[str, ...] = ()


#: Faults that are told.
TOLD = 20


def read(path: Path) -> Above | Values:
    """Raises BadTruth."""
    try:
        # What is no UTF-8 costs its own row alone.
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            sheet = csv.DictReader(file, restkey="more", strict=True)
            try:
                columns = [(name or "").strip().lower() for name in sheet.fieldnames or ()]
            except csv.Error as error:
                raise BadTruth(f"{path}, line 1: {error}") from None
            if not all(_is_text(name) and "\0" not in name for name in columns):
                raise BadTruth(f"{path}, line 1: the file is not UTF-8")
            sheet.fieldnames = columns
            return _read(path, sheet, columns)
    except OSError as error:
        raise BadTruth(f"{path}: {error}") from None


def told(path: Path, faults: tuple[str, ...]) -> list[str]:
    """A line for each of the first faults."""
    more = [f"{path}: and {len(faults) - TOLD:,} more"] if len(faults) > TOLD else []
    return [f"{path}, {fault}" for fault in faults[:TOLD]] + more


def _read(path: Path, sheet: csv.DictReader[str], columns: list[str]) -> Above | Values:
    reader: type[_Pairs] | type[_People]
    if {"above", "below"} <= set(columns):
        reader = _Pairs
    elif {"person", "value"} <= set(columns):
        reader = _People
    else:
        named = _shown(", ".join(columns)) or "none"
        raise BadTruth(f"{path}, line 1: the columns are {named}, not above,below or person,value")
    found = reader()
    for line, row in _rows(sheet, found):
        if any(row.get(name) for name in columns):
            found.rows += 1
            found.take(line, {name: row.get(name) or "" for name in reader.columns})
    if not found.count:
        nothing = f"{path}: there is nothing {'that can be taken ' if found.faults else ''}below the line of columns"
        raise BadTruth("\n".join([*told(path, tuple(found.faults)), nothing]))
    return found.truth()


def _rows(sheet: csv.DictReader[str], found: _Sheet) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each with its line. The reader begins anew behind a row that is no CSV."""
    while True:
        line = sheet.line_num + 1
        try:
            row = next(sheet)
        except StopIteration:
            return
        except csv.Error as error:
            found.rows += 1
            found.faults.append(f"line {line}: {error}")
        else:
            yield sheet.line_num, row


def _shown(text: str) -> str:
    """Without what cannot be written."""
    return text.encode("utf-8", "backslashreplace").decode()


class _Sheet:
    columns: tuple[str, str]

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.rows = 0

    def fault(self, line: int, column: str, why: str) -> None:
        self.faults.append(f"line {line}, column {column}: {why}")

    def person(self, line: int, row: Mapping[str, str], column: str) -> Cell | None:
        cell = row[column]
        if not cell.strip():
            self.fault(line, column, "is empty")
        elif "|" not in cell[1:-1]:
            self.fault(line, column, f"{_shown(cell)!r} is not source|id")
        elif not _is_text(cell):
            self.fault(line, column, f"{_shown(cell)!r} is not UTF-8")
        else:
            return cell
        return None


def _is_text(cell: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in cell)


class _Pairs(_Sheet):
    columns = ("above", "below")

    def __init__(self) -> None:
        super().__init__()
        self._pairs: list[tuple[Cell, Cell]] = []

    @property
    def count(self) -> int:
        return len(self._pairs)

    def take(self, line: int, row: Mapping[str, str]) -> None:
        above, below = self.person(line, row, "above"), self.person(line, row, "below")
        if above is None or below is None:
            return
        if above == below:
            self.fault(line, "below", "is the person above")
            return
        self._pairs.append((above, below))

    def truth(self) -> Above:
        return Above(tuple(self._pairs), self.rows - self.count, tuple(self.faults))


class _People(_Sheet):
    columns = ("person", "value")

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[Cell, float] = {}
        self._lines: dict[Cell, int] = {}

    @property
    def count(self) -> int:
        return len(self._values)

    def take(self, line: int, row: Mapping[str, str]) -> None:
        who = self.person(line, row, "person")
        value = self._value(line, row["value"])
        if who is None or value is None:
            return
        if who in self._lines:
            self.fault(line, "person", f"{who} was on line {self._lines[who]} already")
            return
        self._values[who], self._lines[who] = value, line

    def _value(self, line: int, said: str) -> float | None:
        try:
            # Python's own thousands are nobody else's.
            value = math.nan if "_" in said else float(said)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(line, "value", f"{_shown(said)!r} is not a number" if said.strip() else "is empty")
            return None
        return value

    def truth(self) -> Values:
        return Values(self._values, self.rows - self.count, tuple(self.faults))


def people(truth: Above | Values) -> list[Cell]:
    """Everybody in it, each once."""
    if isinstance(truth, Above):
        return list(dict.fromkeys(one for pair in truth.pairs for one in pair))
    return list(truth.values)
