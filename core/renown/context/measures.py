"""Measures as plugins read and publish them: through the same gate as pages."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from renown.hooks.manifest import MeasureSpec
from renown.ledger import boards, givers, levels, packed, periods, standings, versions, why
from renown.ledger.boards import ORGANISATION, Board, Line
from renown.ledger.givers import Giver
from renown.ledger.levels import Levels, Stood
from renown.ledger.packed import Packed
from renown.ledger.why import Change, Why

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

    def shows(self, viewer: Viewer, scope: str = ORGANISATION) -> bool:
        """Whether the viewer may read boards of this scope ("teams", or of people) at all, as privacy is set."""
        try:
            boards.allow(self._ctx._connection, viewer, scope)
        except LookupError:
            return False
        return True

    def everybody(
        self, viewer: Viewer, measure: str, period: str = "all", scope: str = ORGANISATION
    ) -> tuple[array[int], array[int]]:
        """People and thousandths of a whole board, by person: to draw and to reckon with, without names.

        What names people takes `board`, which goes no deeper than boards do. Raises LookupError like it.
        """
        conn = self._ctx._connection
        span = periods.parse(period, standings.today(conn))
        return boards.everybody(conn, viewer, measure, span.kind, span.start, scope)

    def totals(self, measure: str, period: str = "all") -> tuple[array[int], array[int]]:
        """The same of the people who are not shown as well, whoever asks: to reckon with, not to show."""
        conn = self._ctx._connection
        return boards.totals(conn, measure, periods.parse(period, standings.today(conn)))

    def level(self, measure: str, subject: int, scope: str = ORGANISATION) -> int | None:
        """What the last run published, in thousandths, whoever asks: to reckon with, not to show."""
        return levels.level(self._ctx._connection, measure, subject, scope)

    def levels(self, measure: str, scope: str = ORGANISATION) -> tuple[array[int], array[int]]:
        """The same of everybody, by person: people and thousandths."""
        return levels.everybody(self._ctx._connection, measure, scope)

    def scopes(self, measure: str) -> Sequence[str]:
        """Where a level measure has somebody: "organisation", "space:12", ... in the order of the alphabet."""
        return levels.scopes(self._ctx._connection, measure)

    def measures(self) -> Mapping[str, MeasureSpec]:
        """All measures that there are now, by name: those of plugins that are on."""
        return self._ctx._parts.plugins.measures

    def publish(self, measure: str, values: Levels, run: str, scope: str = ORGANISATION) -> Stood:
        """Replace a level measure of this plugin's in a scope ("organisation", "teams", "space:<id>", "topic:<id>").

        `values` are thousandths by person or team, or two series of equal length: people or teams, each once, and
        their thousandths. `run` names what computed them. A topic goes by the id of a hashtag. Gives what it replaces,
        as `levels` would have. Raises LookupError for a measure that is not this plugin's, or no level, and ValueError
        for series that do not fit.
        """
        spec = self._ctx._parts.plugins.manifests[self._ctx.plugin].measure(measure)
        if spec is None or spec.kind != "level":
            raise LookupError(f"{measure!r} is no level measure of {self._ctx.plugin}")
        return levels.publish(self._ctx._connection, measure, values, run, scope)


class LedgerService:
    """`ctx.ledger`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def why(self, viewer: Viewer, person: int, measure: str, period: str = "all", limit: int = 50) -> Why:
        """The sum that makes a number, and its newest entries. Raises LookupError where the viewer may not see it."""
        conn = self._ctx._connection
        return why.why(conn, viewer, person, measure, periods.parse(period, standings.today(conn)), limit=limit)

    def givers(
        self,
        viewer: Viewer,
        person: int,
        measure: str,
        rules: Collection[str],
        space: int | None = None,
        hashtag: int | None = None,
    ) -> tuple[Giver, ...]:
        """By whom a person's entries of these rules are, in one space, about one hashtag, or all: to count and group.

        What is not tagged itself is about its parent's hashtags; what is private has none.
        Names are for those alone whom `ctx.people.shown` gives. Raises LookupError where the viewer may not see why.
        """
        return givers.givers(self._ctx._connection, viewer, person, measure, rules, space, hashtag)

    def given(
        self, viewer: Viewer, person: int, measure: str, by: int, rules: Collection[str], limit: int = 50
    ) -> tuple[Change, ...]:
        """A person's entries by one giver, the newest first, without what is private or undone.

        Raises LookupError where the viewer may see one of the two not.
        """
        return givers.given(self._ctx._connection, viewer, person, measure, by, rules, limit)

    def rules(self) -> Mapping[str, Mapping[str, object]]:
        """The bodies of this plugin's rules that hold today, by name."""
        conn = self._ctx._connection
        today = standings.today(conn)
        found = versions.histories(conn, self._ctx.plugin)
        return {name: versions.holding(history, today).body for name, history in found.items()}

    def versions(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """All bodies that each of this plugin's rules ever had, by name, the newest first."""
        found = versions.histories(self._ctx._connection, self._ctx.plugin)
        return {name: [one.body for one in history] for name, history in found.items()}

    def packed(self, measure: str, after: int = 0, upto: int | None = None) -> Packed:
        """The entries of one of this plugin's sums behind the id `after`, up to the id `upto` (None: to the newest).

        As arrays of numbers, for millions of them. Raises LookupError for a measure that is not this plugin's, or no
        sum.
        """
        spec = self._ctx._parts.plugins.manifests[self._ctx.plugin].measure(measure)
        if spec is None or spec.kind != "sum":
            raise LookupError(f"{measure!r} is no sum of {self._ctx.plugin}")
        return packed.read(self._ctx._connection, measure, after, upto)
