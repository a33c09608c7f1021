"""What one would write by hand to read a board: indexed statements for the same columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from benchmarks import kit

from renown.ledger import buckets, periods

Rows = list[Any]


@dataclass(frozen=True)
class Bare:
    """Nobody asks here who is looking. Rows are subject, amount, key, name, and the place when `former` was closed."""

    execute: Callable[..., Any]
    #: How the driver spells a value's place.
    mark: str
    former: int = 0

    @classmethod
    def plain(cls, connection: Any, former: int = 0) -> Bare:
        """By the driver alone, with its defaults: PostgreSQL's prepares what is asked again and again."""
        return cls(connection.execute, "?" if kit.is_sqlite(connection) else "%s", former)

    def of(self, former: int) -> Bare:
        """The same beside another board before."""
        return replace(self, former=former)

    def _all(self, statement: str, *values: object) -> Rows:
        return list(self.execute(statement.replace("?", self.mark), values).fetchall())

    def _one(self, statement: str, *values: object) -> Any:
        return self._all(statement, *values)[0][0]

    def first(self, period: int, limit: int) -> Rows:
        return self._all(_FIRST, self.former, period, limit)

    def after(self, period: int, amount: int, subject: int, limit: int) -> Rows:
        return self._all(_AFTER, self.former, period, amount, subject, limit)

    def teams(self, period: int, limit: int) -> Rows:
        return self._all(_TEAMS, self.former, period, limit)

    def rank(self, period: int, amount: int) -> int:
        """The place from the histogram alone, for one who knows the amount."""
        fine = buckets.fine(amount)
        coarse = fine >> 5
        values = (period, coarse, period, fine, (coarse + 1) << 5, period, amount, buckets.above(fine))
        return 1 + int(self._one(_RANK, *values))

    def around(self, period: int, subject: int, near: int) -> Rows:
        [own] = self._all(_OWN, self.former, period, subject)
        rows = self._all(_AROUND, *(self.former, period, own[1], subject, near) * 2)
        return sorted([*rows, own], key=lambda row: (-row[1], -row[0]))

    # What tells whether the gate is right

    def period(self, kind: str, start: int, scope: str) -> int:
        where = "m.name = 'activity.points' AND p.kind = ? AND p.start = ? AND p.scope = ?"
        on = "m.id = p.measure AND m.generation = p.generation"
        return int(
            self._one(f"SELECT p.id FROM core_period p JOIN core_measure m ON {on} WHERE {where}", kind, start, scope)
        )

    def boards(self, kind: periods.Kind, start: int, scope: str) -> tuple[int, int]:
        """A board, and the one before it that was closed; 0 where there was none."""
        before = periods.Span(kind, start).before()
        try:
            former = self.period(kind, before.start, scope)
        except IndexError:
            former = 0
        return self.period(kind, start, scope), former

    def amounts(self, period: int) -> dict[int, int]:
        return dict(self._all("SELECT subject_id, amount FROM core_standing WHERE period_id = ?", period))

    def counted(self, period: int, amount: int) -> int:
        """The place, counted over the table."""
        return 1 + int(self._one(f"{_COUNT} AND visible = true AND amount > ?", period, amount))

    def ties(self, period: int, amount: int) -> int:
        return int(self._one(f"{_COUNT} AND visible = true AND amount = ?", period, amount))

    def visible(self, period: int, subject: int) -> bool:
        return bool(self._one(f"{_COUNT} AND visible = true AND subject_id = ?", period, subject))


_COUNT = "SELECT count(*) FROM core_standing WHERE period_id = ?"

_LINES = """
    SELECT s.subject_id, s.amount, p.handle, p.name, c.rank FROM core_standing s
    JOIN core_person p ON p.id = s.subject_id
    LEFT JOIN core_standing_close c ON c.period_id = ? AND c.subject_id = s.subject_id
    WHERE s.period_id = ?
"""
_PAGE = f"""{_LINES} AND s.visible = true AND {{where}}
    ORDER BY s.amount DESC, s.subject_id DESC LIMIT ?
"""
_FIRST = _PAGE.format(where="s.amount > 0")
_TEAMS = _FIRST.replace("core_person", "core_team").replace("handle", "slug")
_AFTER = _PAGE.format(where="s.amount > 0 AND (s.amount, s.subject_id) < (?, ?)")

_RANK = """
    SELECT coalesce((SELECT sum(count) FROM core_standing_bucket WHERE period_id = ? AND level = 2 AND bucket > ?), 0)
         + coalesce((SELECT sum(count) FROM core_standing_bucket
                     WHERE period_id = ? AND level = 1 AND bucket > ? AND bucket < ?), 0)
         + (SELECT count(*) FROM core_standing WHERE period_id = ? AND visible = true AND amount > ? AND amount < ?)
"""

_OWN = f"{_LINES} AND s.subject_id = ?"
_SIDE = f"""
    SELECT * FROM ({_LINES} AND s.visible = true AND (s.amount, s.subject_id) {{side}} (?, ?)
        ORDER BY s.amount {{order}}, s.subject_id {{order}} LIMIT ?) AS {{name}}
"""
_AROUND = " UNION ALL ".join(
    _SIDE.format(side=side, order=order, name=name)
    for side, order, name in ((">", "", "higher"), ("<", "DESC", "lower"))
)
