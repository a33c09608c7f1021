"""What did not go on, and why: refusals, records that are no event, events held back; and a line per delivery."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from renown import clock
from renown.db.engine import Database
from renown.db.staging import copy_in, insert_new
from renown.events.receive import Refusal
from renown.sources.models import Quarantine, Receipt, Reject

REJECTED, SKIPPED = "rejected", "skipped"

#: Refused events kept to be tried again, of one delivery and of one reason.
KEPT, KEPT_PER_REASON = 200, 1000
#: Deliveries that the live view keeps of a source.
RECEIPTS = 500


@dataclass(frozen=True)
class Refused:
    """`sealed` is the event, encrypted, where it may be tried again."""

    refusal: Refusal
    sealed: bytes | None = None


@dataclass(frozen=True)
class Held:
    """An event that a plugin failed to screen. It may be private, so it is sealed."""

    key: str
    plugin: str
    reason: str
    sealed: bytes


@dataclass(frozen=True)
class Delivery:
    """A delivery as the live view shows it. `micros` is what it took; `payload` is redacted."""

    outcome: str
    what: str | None = None
    who: str | None = None
    reason: str | None = None
    micros: int | None = None
    payload: Any | None = None


@dataclass
class Notes:
    """All of it for one source and delivery. `skipped` counts by reason and what kind of record it was."""

    refused: list[Refused] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: list[Held] = field(default_factory=list)
    delivery: Delivery | None = None


def write(conn: Connection, source_id: int | None, notes: Notes) -> None:
    """All but the line in the live view."""
    if notes.skipped:
        _write_skipped(conn, source_id, notes.skipped)
    if notes.refused:
        _write_refused(conn, source_id, notes.refused)
    if source_id is None or not notes.held:
        return
    columns = ("source_id", "at", "key", "plugin", "reason", "payload")
    held = [(source_id, clock.now(), one.key, one.plugin, one.reason, one.sealed) for one in notes.held]
    insert_new(conn, Quarantine.__table__, columns, sorted(held, key=lambda row: row[2]), ("source_id", "key"))


def write_deliveries(conn: Connection, deliveries: Iterable[tuple[int, Delivery]]) -> None:
    """Lines of the live view, each with its source's id."""
    columns = ("source_id", "at", "outcome", "what", "who", "reason", "micros", "payload")
    at = clock.now()
    rows = [
        (
            source_id,
            at,
            one.outcome,
            _cut(one.what, 128),
            _cut(one.who, 256),
            one.reason,
            one.micros,
            None if one.payload is None else json.dumps(one.payload),
        )
        for source_id, one in deliveries
    ]
    copy_in(conn, Receipt.__table__, columns, rows)


@dataclass(frozen=True)
class Grouped:
    """What a source's page shows of one reason: how often, since and until when, and how many may be tried again."""

    outcome: str
    reason: str
    count: int
    first: int
    last: int
    again: int


def grouped(conn: Connection, source_id: int | None) -> list[Grouped]:
    """Refusals and skipped records of a source by reason, the most frequent first."""
    count = func.sum(Reject.count).label("count")
    rows = conn.execute(
        select(
            Reject.outcome,
            Reject.reason,
            count,
            func.min(Reject.at),
            func.max(Reject.at),
            func.count(Reject.payload),
        )
        .where(Reject.source_id == source_id)
        .group_by(Reject.outcome, Reject.reason)
        .order_by(Reject.outcome, count.desc(), Reject.reason)
    )
    return [Grouped(outcome, reason, int(number), *rest) for outcome, reason, number, *rest in rows]


def rejects(conn: Connection, source_id: int | None, reason: str, limit: int = 50) -> Sequence[Row[Any]]:
    """The refusals of one reason, newest first, without what is sealed."""
    return conn.execute(
        select(Reject.id, Reject.at, Reject.key, Reject.errors, Reject.count)
        .where(Reject.source_id == source_id, Reject.reason == reason)
        .order_by(Reject.id.desc())
        .limit(limit)
    ).all()


def deliveries(conn: Connection, source_id: int, after: int = 0, limit: int = 50) -> Sequence[Row[Any]]:
    """The last deliveries of a source, newest first; those numbered above `after`."""
    return conn.execute(
        select(Receipt.__table__)
        .where(Receipt.source_id == source_id, Receipt.id > after)
        .order_by(Receipt.id.desc())
        .limit(limit)
    ).all()


def quarantined(conn: Connection, source_id: int) -> Sequence[Any]:
    """What is held back, oldest first, without what is sealed."""
    return conn.execute(
        select(Quarantine.id, Quarantine.at, Quarantine.key, Quarantine.plugin, Quarantine.reason)
        .where(Quarantine.source_id == source_id)
        .order_by(Quarantine.id)
    ).all()


def prune(conn: Connection) -> int:
    """Forget all but the last deliveries of each source; gives how many went."""
    gone = 0
    for source_id in conn.scalars(select(Receipt.source_id).distinct()).all():
        oldest = conn.scalar(
            select(Receipt.id)
            .where(Receipt.source_id == source_id)
            .order_by(Receipt.id.desc())
            .offset(RECEIPTS)
            .limit(1)
        )
        if oldest is not None:
            old = delete(Receipt).where(Receipt.source_id == source_id, Receipt.id <= oldest)
            gone += conn.execute(old).rowcount
    return gone


def drain(db: Database) -> bool:
    """The job that prunes; there is never more to do at once."""
    db.retrying(prune)
    return False


def _write_skipped(conn: Connection, source_id: int | None, skipped: Mapping[tuple[str, str], int]) -> None:
    for (reason, what), count in sorted(skipped.items()):
        _count_up(conn, source_id, SKIPPED, _clean(reason, 256), _clean(what, 256), [], count)


def _write_refused(conn: Connection, source_id: int | None, refused: Sequence[Refused]) -> None:
    by_reason: dict[str, list[Refused]] = {}
    for one in refused:
        by_reason.setdefault(reason_of(one.refusal), []).append(one)
    for reason, these in sorted(by_reason.items()):
        known = (Reject.source_id == source_id) & (Reject.reason == reason) & Reject.payload.is_not(None)
        sealed = [one for one in these if one.sealed is not None]
        room = KEPT_PER_REASON
        if sealed:
            room -= conn.scalar(select(func.count()).select_from(Reject).where(known)) or 0
        kept = sealed[: max(0, room)]
        if kept:
            conn.execute(insert(Reject), [_row(source_id, reason, one) for one in kept])
        if len(these) > len(kept):
            last = msgspec.to_builtins(these[-1].refusal.errors)
            _count_up(conn, source_id, REJECTED, reason, None, last, len(these) - len(kept))


def _count_up(
    conn: Connection, source_id: int | None, outcome: str, reason: str, key: str | None, errors: list[Any], count: int
) -> None:
    """One row for all that cannot be tried again, so that a flood of them costs no room."""
    row = (Reject.source_id == source_id) & (Reject.outcome == outcome) & (Reject.reason == reason)
    row &= (Reject.key == key) & Reject.payload.is_(None)
    now = clock.now()
    if not conn.execute(update(Reject).where(row).values(count=Reject.count + count, at=now)).rowcount:
        values = {"source_id": source_id, "at": now, "outcome": outcome, "key": key, "reason": reason}
        conn.execute(insert(Reject).values(**values, errors=errors, count=count))


def _row(source_id: int | None, reason: str, one: Refused) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "at": clock.now(),
        "outcome": REJECTED,
        "key": one.refusal.id,
        "reason": reason,
        "errors": msgspec.to_builtins(one.refusal.errors),
        "payload": one.sealed,
        "count": 1,
    }


def reason_of(refusal: Refusal) -> str:
    """The sentence by which pages and imports group refusals."""
    first = refusal.errors[0]
    return _clean(f"{first.field}: {first.message}".removeprefix(": "), 256)


def _clean(text: str, most: int) -> str:
    """Of people's records: without what databases refuse, and no longer than the column."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:most]


def _cut(text: str | None, most: int) -> str | None:
    return None if text is None else _clean(text, most)
