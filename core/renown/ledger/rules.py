"""Versions of rules: which one holds for an event, and how a new one comes to be."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from renown import clock
from renown.db import stored
from renown.db.engine import LOG_LOCK, lock
from renown.events.log import append_core, head
from renown.ledger.entries import RuleVersion, ScoredEvent
from renown.ledger.models import Rule

#: Every plugin has this rule: what administrators adjust by hand, with a reason. Plugins do not see it.
ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class Published:
    """A version and when it counts: for events after `published`, on days from `effective` on (None: on all)."""

    rule: RuleVersion
    published: int
    effective: int | None


class RuleBook:
    """A plugin's rules as a generation sees them. `of` is quick: what holds only changes at a few positions and days.

    Up to position `base` the generation knows every version published by then, from the day that version names. A
    version that is published later never reaches back: it holds from the day after its publication at the earliest.
    """

    def __init__(self, versions: Iterable[Published], base: int = 0, adjustment: int = 0) -> None:
        self._versions = sorted(versions, key=lambda v: (v.rule.name, -v.rule.version))
        self._base = base
        self._positions = sorted({v.published for v in self._versions if v.published > base})
        self._days = sorted({v.effective for v in self._versions if v.effective is not None})
        self._known: dict[tuple[int, int], tuple[RuleVersion, ...]] = {}
        self._ids: dict[tuple[int, int], dict[str, int]] = {}
        #: The id of the rule for adjustments, which `of` never shows.
        self.adjustment = adjustment
        self.names: dict[int, str] = {v.rule.id: v.rule.name for v in self._versions} | {adjustment: ADJUSTMENT}

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]:
        return self.at(event.id, event.day)

    def at(self, position: int, day: int) -> tuple[RuleVersion, ...]:
        """The newest version of each rule published before `position` (or by the base) and effective on `day`."""
        span = self._span(position, day)
        found = self._known.get(span)
        if found is None:
            found = self._known[span] = tuple(self._holding(position, day))
        return found

    def ids(self, position: int, day: int) -> dict[str, int]:
        """The ids of the versions in `at`, by name."""
        span = self._span(position, day)
        found = self._ids.get(span)
        if found is None:
            found = self._ids[span] = {rule.name: rule.id for rule in self.at(position, day)}
        return found

    def _span(self, position: int, day: int) -> tuple[int, int]:
        if not self._positions and not self._days:
            return 0, 0
        return bisect_left(self._positions, position), bisect_right(self._days, day)

    def _holding(self, position: int, day: int) -> Iterable[RuleVersion]:
        name = None
        for version in self._versions:
            if version.rule.name == name:
                continue
            if version.published > self._base and version.published >= position:
                continue
            if version.effective is not None and version.effective > day:
                continue
            name = version.rule.name
            yield version.rule


def load(conn: Connection, plugin: str, base: int, zone: ZoneInfo, draft: Sequence[Mapping[str, Any]] = ()) -> RuleBook:
    """The rules a generation goes by.

    `draft` are bodies of a dry run, {"name", "body"}: each stands for the newest version of its rule, on every day,
    under a negative id.
    """
    rows = conn.execute(select(Rule.__table__).where(Rule.plugin == plugin)).all()
    drafted = {str(item["name"]): (number, item["body"]) for number, item in enumerate(draft, start=1)}
    versions = [
        Published(RuleVersion(row.id, row.name, row.version, row.body), row.published, _from(row, base, zone))
        for row in rows
        if row.name != ADJUSTMENT and row.name not in drafted
    ]
    newest = {row.name: max(r.version for r in rows if r.name == row.name) for row in rows}
    versions += [
        Published(RuleVersion(-number, name, newest.get(name, 0) + 1, body), 0, None)
        for name, (number, body) in drafted.items()
    ]
    return RuleBook(versions, base, next((row.id for row in rows if row.name == ADJUSTMENT), 0))


def _from(row: Any, base: int, zone: ZoneInfo) -> int | None:
    effective: int | None = row.effective
    if row.published <= base or (row.version == 1 and row.title is None):
        return effective
    # Only a recount looks at the past with new eyes.
    tomorrow = clock.day_of(row.at, zone) + 1
    return tomorrow if effective is None else max(effective, tomorrow)


def ensure(conn: Connection, plugin: str, defaults: Iterable[tuple[str, Any]]) -> None:
    """Write down version 1 of the rules (name, body) that the plugin brings and the database does not know.

    At the plugin's first enabling they count from the beginning of the log; what a later release adds, from now on.
    """
    # Under the log's lock, so that every event after `end` finds the rule there.
    lock(conn, LOG_LOCK)
    known = set(conn.scalars(select(Rule.name).where(Rule.plugin == plugin)))
    now = clock.now()
    end = head(conn) if known else 0
    rows = [
        {"plugin": plugin, "name": name, "version": 1, "published": end, "body": body, "at": now}
        for name, body in defaults
        if name not in known
    ]
    if any(row["name"] == ADJUSTMENT for row in rows):
        raise ValueError(f"plugin {plugin!r}: no rule may be named {ADJUSTMENT!r}")
    if ADJUSTMENT not in known:
        rows.append({"plugin": plugin, "name": ADJUSTMENT, "version": 1, "published": 0, "body": {}, "at": now})
    if rows:
        conn.execute(insert(Rule), rows)


def publish(
    conn: Connection,
    plugin: str,
    name: str,
    body: Any,
    *,
    effective: int | None = None,
    reason: str | None = None,
    by: int | None = None,
    recount: bool = False,
    moves: int | None = None,
    title: str | None = None,
) -> int:
    """Publish the next version of a rule, effective from tomorrow (in the organisation's zone) or the later day given.

    Returns the position of `renown.rule-published`. With `recount` the version may be effective in the past, or on
    every day (None): only a generation whose base lies at or after that position reads it so. The body is expected to
    have passed the rule's schema; `moves` is how many people a dry run moved. With a `title` a rule that nobody knows
    is added: its version 1 is published like any other. Raises LookupError for an unknown rule without one, ValueError
    for a day that is too early.
    """
    if not recount:
        earliest = tomorrow(conn)
        effective = earliest if effective is None else effective
        if effective < earliest:
            raise ValueError("a new version of a rule is effective from tomorrow at the earliest; recount to go back")
    lock(conn, LOG_LOCK)
    this = (Rule.plugin == plugin, Rule.name == name)
    newest = conn.scalar(select(func.max(Rule.version)).where(*this))
    if name == ADJUSTMENT or (newest is None and title is None):
        raise LookupError(f"plugin {plugin!r} has no rule {name!r}")
    version = (newest or 0) + 1
    title = title if newest is None else conn.scalar(select(Rule.title).where(*this).limit(1))
    now = clock.now()
    # All that counting needs: the log alone can give the row back.
    said = {"body": body, "effective": effective, "title": title, "at": now}
    position = append_core(conn, "rule-published", extra={"plugin": plugin, "rule": name, "version": version, **said})
    conn.execute(
        insert(Rule).values(
            plugin=plugin,
            name=name,
            version=version,
            published=position,
            reason=reason,
            by_id=by,
            moves=moves,
            **said,
        )
    )
    return position


def tomorrow(conn: Connection) -> int:
    """The next day in the organisation's zone."""
    zone = ZoneInfo(stored.get(conn, "core", "timezone", "UTC"))
    return clock.day_of(clock.now(), zone) + 1
