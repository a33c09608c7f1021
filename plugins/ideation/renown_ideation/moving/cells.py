"""Tables as text: read with the line of each row, and cells that a spreadsheet would run written so that it does not.

A guarded cell has an apostrophe before it. Reading takes that off again, and no other one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, Any

from renown_ideation.moving.records import Bad

_RUN = frozenset("=+-@\t\r\n＝＋－＠")
_MARK = "'"
Row = tuple[str, dict[str, str]]


def guarded(cell: str) -> str:
    begins = cell[:1] in _RUN if cell else False
    return _MARK + cell if begins or _is_guarded(cell) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if _is_guarded(cell) else cell


def _is_guarded(cell: str) -> bool:
    return cell.startswith(_MARK) and len(cell) > 1 and (cell[1] in _RUN or cell[1] == _MARK)


def write(out: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Returns how many rows. Every cell is in quotes, so that none is taken for several."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([guarded(one) if isinstance(one, str) else one for one in row])
        number += 1
    return number


def read(
    name: str, raw: IO[bytes], needed: Sequence[str], renamed: Mapping[str, str] | None = None
) -> Iterator[Row | Bad]:
    """Rows by their columns, with file and line. `renamed`: other names of columns, in small letters.

    UTF-8, with or without a mark; cells may hold lines and quotes. All before a damage is given, then the damage.
    """
    with raw:
        table = _Table(name, raw)
        cells = table.next()
        if isinstance(cells, Bad):
            yield cells
            return
        if not cells:
            yield Bad(f"{name}, line 1", "", "The file is empty.")
            return
        names = renamed or {}
        columns = [names.get(one.strip().lower(), one.strip().lower()) for one in cells]
        wrong = _wrong(columns, needed)
        if wrong:
            yield Bad(f"{name}, line 1", *wrong)
        else:
            yield from _rows(table, columns)


def _rows(table: _Table, columns: Sequence[str]) -> Iterator[Row | Bad]:
    while (cells := table.next()) is not None:
        if isinstance(cells, Bad):
            yield cells
            return
        if cells and len(cells) != len(columns):
            yield Bad(table.where, "", f"It has {len(cells)} fields, the first line has {len(columns)}.")
        elif cells:
            yield table.where, dict(zip(columns, cells, strict=True))


def _wrong(columns: Sequence[str], needed: Sequence[str]) -> tuple[str, str] | None:
    twice = sorted({one for one in columns if columns.count(one) > 1 and one})
    if twice:
        return twice[0], "The column is there twice."
    missing = [one for one in needed if one not in columns]
    return (missing[0], "The column is missing.") if missing else None


class _Table:
    """Rows of cells, one after the other. `where` is that of the last one."""

    def __init__(self, name: str, raw: IO[bytes]) -> None:
        self._name, self._raw = name, raw
        self._reader: Any = None
        self.where = f"{name}, line 1"

    def next(self) -> list[str] | Bad | None:
        """None at the end."""
        try:
            if self._reader is None:
                first = self._raw.readline().decode("utf-8-sig")
                rest = (line.decode() for line in self._raw)
                self._reader = csv.reader(chain([first], rest), delimiter=_delimiter(first), strict=True)
            self.where = f"{self._name}, line {self._reader.line_num + 1}"
            return list(next(self._reader))
        except StopIteration:
            return None
        except UnicodeDecodeError as error:
            return Bad(self.where, "", f"It is not UTF-8 from here on ({error.reason}): save it as CSV UTF-8.")
        except csv.Error as error:
            return Bad(self.where, "", f"It cannot be read from here on: {error}.")


def _delimiter(header: str) -> str:
    """A comma, but for what spreadsheets write where commas are in numbers."""
    return max((",", ";", "\t"), key=header.count)
