"""Measures as plugins read and publish them: through the same gate as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.ledger import boards, levels, packed, periods, standings, why
from renown.ledger.boards import ORGANISATION, Board, Line
from renown.ledger.levels import Levels
from renown.ledger.packed import Packed
from renown.ledger.why import Why

if TYPE_CHECKING:
    from renown.access.viewer import Viewer
    from renown.context.base import PluginContext


class StandingsService:
    """`ctx.standings`. `period` is "all", "2026", "2026-Q2", "2026-05", "2026-W21", "rolling" or "this-month", ..."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def board(self, viewer: Viewer, measure: str, period: str = "all", scope: str = ORGANISATION) -> Board:
        """The first page. Raises LookupError where there is no such board for this viewer."""
        conn = self._ctx._connection
        span = periods.parse(period, standings.today(conn))
        return boards.board(conn, viewer, measure, span.kind, span.start, scope)

    def of(
        self, viewer: Viewer, person: int, measure: str, period: str = "all", scope: str = ORGANISATION
    ) -> Line | None:
        """A person's total and place, as far as the viewer may see it."""
        conn = self._ctx._connection
        span = periods.parse(period, standings.today(conn))
        return boards.rank(conn, viewer, person, measure, span.kind, span.start, scope)

    def level(self, measure: str, subject: int, scope: str = ORGANISATION) -> int | None:
        """What the last run published, in thousandths, whoever asks: to reckon with, not to show."""
        return levels.level(self._ctx._connection, measure, subject, scope)

    def publish(self, measure: str, values: Levels, run: str, scope: str = ORGANISATION) -> None:
        """Replace a level measure of this plugin's in a scope ("organisation", "teams", "space:<id>", "topic:<x>").

        `values` are thousandths by person or team, or two series of equal length: people or teams, each once, and
        their thousandths. `run` names what computed them. Raises LookupError for a measure that is not this plugin's,
        or no level, and ValueError for series that do not fit.
        """
        spec = self._ctx._parts.plugins.manifests[self._ctx.plugin].measure(measure)
        if spec is None or spec.kind != "level":
            raise LookupError(f"{measure!r} is no level measure of {self._ctx.plugin}")
        levels.publish(self._ctx._connection, measure, values, run, scope)


class LedgerService:
    """`ctx.ledger`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def why(self, viewer: Viewer, person: int, measure: str, period: str = "all", limit: int = 50) -> Why:
        """The sum that makes a number, and its newest entries. Raises LookupError where the viewer may not see it."""
        conn = self._ctx._connection
        return why.why(conn, viewer, person, measure, periods.parse(period, standings.today(conn)), limit=limit)

    def packed(self, measure: str, after: int = 0, upto: int | None = None) -> Packed:
        """The entries of one of this plugin's sums behind the id `after`, up to the id `upto` (None: to the newest).

        As arrays of numbers, for millions of them. Raises LookupError for a measure that is not this plugin's, or no
        sum.
        """
        spec = self._ctx._parts.plugins.manifests[self._ctx.plugin].measure(measure)
        if spec is None or spec.kind != "sum":
            raise LookupError(f"{measure!r} is no sum of {self._ctx.plugin}")
        return packed.read(self._ctx._connection, measure, after, upto)
