"""A directory's CSV file: read whole and checked, before anything is written. Every fault names line and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from renown import clock
from renown.people.affiliations import KINDS
from renown.people.handles import slug
from renown.people.merge import Refused
from renown.people.persons import check_timezone

#: More than this is no list of people.
MAX_BYTES = 64 << 20
MAX_FAULTS = 100


@dataclass(frozen=True)
class Fault:
    """`line` counts from 1, the header's; `column` is empty where the line as a whole is wrong."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return (
            f"line {self.line}, {self.column}: {self.message}" if self.column else f"line {self.line}: {self.message}"
        )


class BadSheet(ValueError):
    """The file cannot be taken. Nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Line:
    """One person. None: the column is absent or the cell empty, so nothing is said of it."""

    number: int
    name: str | None = None
    email: str | None = None
    external_id: str | None = None
    handle: str | None = None
    affiliation: str | None = None
    affiliation_from: int | None = None
    team: str | None = None
    team_from: int | None = None
    timezone: str | None = None
    joined: int | None = None
    left: int | None = None
    #: Pairs of a source's slug and an account's key in it.
    accounts: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """By what the person is found again, the surest first."""
        named = (("external_id", self.external_id), ("email", self.email), ("handle", self.handle))
        return tuple((name, value) for name, value in named if value)


def _text(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise Refused(f"longer than {most} characters")
        if not cell.isprintable():
            raise Refused("holds characters that cannot be printed")
        return cell

    return read


def _email(cell: str) -> str:
    local, _, domain = _text(320)(cell).lower().rpartition("@")
    if not local or "." not in domain or any(part in cell for part in (" ", ",", ";")):
        raise Refused(f"{cell!r} is no e-mail address")
    return f"{local}@{domain}"


def _handle(cell: str) -> str:
    if slug(cell) != cell.lower():
        raise Refused(f"{cell!r}: letters, digits, dots and dashes only; {slug(cell) or 'ana-lima'!r} would do")
    return cell.lower()


def _day(cell: str) -> int:
    try:
        return clock.to_day(date.fromisoformat(cell))
    except ValueError:
        raise Refused(f"{cell!r} is no date; write it as 2026-05-31") from None


def _affiliation(cell: str) -> str:
    if cell.lower() not in KINDS:
        raise Refused(f"{cell!r} is none of {', '.join(KINDS)}")
    return cell.lower()


def _accounts(cell: str) -> tuple[tuple[str, str], ...]:
    found = []
    for one in cell.split():
        source, separator, key = one.partition("/")
        if not (source and separator and key):
            raise Refused(f"{one!r}: write an account as source/account, e.g. slack-acme/U012AB")
        found.append((source, _text(512)(key)))
    return tuple(found)


_READERS: dict[str, Callable[[str], Any]] = {
    "name": _text(256),
    "email": _email,
    "external_id": _text(256),
    "handle": _handle,
    "affiliation": _affiliation,
    "affiliation_from": _day,
    "team": _text(256),
    "team_from": _day,
    "timezone": check_timezone,
    "joined": _day,
    "left": _day,
    "accounts": _accounts,
}
COLUMNS = tuple(_READERS)


@dataclass
class _Reading:
    faults: list[Fault] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def fault(self, line: int, column: str, message: str) -> None:
        self.faults.append(Fault(line, column, message))

    def line(self, number: int, header: list[str], cells: list[str]) -> Line | None:
        before = len(self.faults)
        if len(cells) != len(header):
            self.fault(number, "", f"has {len(cells)} cells where the first line has {len(header)}")
            return None
        values: dict[str, Any] = {}
        for column, cell in zip(header, cells, strict=True):
            try:
                if cell.strip():
                    values[column] = _READERS[column](cell.strip())
            except Refused as refusal:
                self.fault(number, column, str(refusal))
        line = Line(number, **values)
        if len(self.faults) == before:
            self._whole(line)
        return line if len(self.faults) == before else None

    def _whole(self, line: Line) -> None:
        if not line.keys:
            self.fault(line.number, "email", "empty; a person needs an e-mail, an external_id or a handle")
        if line.joined is not None and line.left is not None and line.left <= line.joined:
            self.fault(line.number, "left", "is not after joined")
        for key in line.keys:
            first = self.seen.setdefault(key, line.number)
            if first != line.number:
                self.fault(line.number, key[0], f"{key[1]!r} is on line {first} already")


def read(path: Path) -> list[Line]:
    """All lines of the file. Raises BadSheet with up to 100 faults."""
    reading, lines = _Reading(), []
    rows = _rows(path, reading)
    header = _header(next(rows, (1, [])), reading)
    if not reading.faults:
        for number, cells in rows:
            if any(cell.strip() for cell in cells):
                line = reading.line(number, header, cells)
                lines.extend([line] if line else [])
            if len(reading.faults) >= MAX_FAULTS:
                reading.fault(number, "", "too many faults; the rest of the file was not read")
                break
    if reading.faults:
        raise BadSheet(reading.faults)
    return lines


def _header(row: tuple[int, list[str]], reading: _Reading) -> list[str]:
    header = [cell.strip().lower().replace(" ", "_") for cell in row[1]]
    for column in header:
        if column not in _READERS:
            reading.fault(1, column, f"no such column; there are {', '.join(COLUMNS)}")
        elif header.count(column) > 1:
            reading.fault(1, column, "is there twice")
    if not {"email", "external_id", "handle"} & set(header) and not reading.faults:
        reading.fault(1, "email", "missing; a person needs an email, external_id or handle column")
    return header


def _rows(path: Path, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """The rows with the numbers of their first lines. Comma, semicolon or tab, whichever the first line has most of."""
    data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if data is None:
        reading.fault(1, "", f"the file is larger than {MAX_BYTES >> 20} MiB")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reading.fault(data.count(b"\n", 0, error.start) + 1, "", "is not UTF-8; save the file as CSV UTF-8")
        return
    first = text.partition("\n")[0]
    rows = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count), strict=True)
    number = 1
    try:
        for cells in rows:
            yield number, cells
            number = rows.line_num + 1
    except csv.Error as error:
        reading.fault(number, "", f"cannot be read: {error}")
