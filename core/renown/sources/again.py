"""What did not go on, tried again: refused events and deliveries, and those that were held back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, select

from renown.events.receive import SINGLE, FieldError, Refusal, parse
from renown.sources import intake, receive, registry
from renown.sources.connector import BadPayload, SourceInfo
from renown.sources.intake import Counts, Prepared
from renown.sources.models import Quarantine, Reject
from renown.sources.notes import Refused
from renown.sources.reception import Reception

logger = structlog.get_logger("renown.sources")

#: Rows taken in one transaction.
_BATCH = 100


def try_again(reception: Reception, source_id: int, reason: str) -> Counts:
    """Try all that was refused for `reason` once more; what is refused again is noted anew."""
    where = (Reject.source_id == source_id) & (Reject.reason == reason) & Reject.payload.is_not(None)
    with reception.db.read() as conn:
        ids = conn.scalars(select(Reject.id).where(where).order_by(Reject.id)).all()
    return _batches(reception, source_id, Reject, ids, force=False)


def release(reception: Reception, source_id: int, ids: Collection[int] | None = None, *, force: bool = False) -> Counts:
    """Let events out of quarantine: screened once more, or with `force` not any more. None are all of the source."""
    where = Quarantine.source_id == source_id
    with reception.db.read() as conn:
        held = conn.scalars(select(Quarantine.id).where(where).order_by(Quarantine.id)).all()
    return _batches(reception, source_id, Quarantine, [one for one in held if ids is None or one in ids], force=force)


def discard(conn: Connection, source_id: int, ids: Collection[int]) -> int:
    """Drop events that are held back; gives how many there were."""
    where = (Quarantine.source_id == source_id) & Quarantine.id.in_(list(ids))
    return conn.execute(delete(Quarantine).where(where)).rowcount


def dismiss(conn: Connection, source_id: int | None, reason: str) -> int:
    """Forget what was refused or skipped for `reason`, of a source or of none; gives how many rows there were."""
    return conn.execute(delete(Reject).where(Reject.source_id == source_id, Reject.reason == reason)).rowcount


def _batches(
    reception: Reception, source_id: int, table: type[Reject] | type[Quarantine], ids: Collection[int], *, force: bool
) -> Counts:
    total, numbers = Counts(), list(ids)
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        total.add(
            reception.db.retrying(lambda conn, part=part: _take(conn, reception, source_id, table, part, force))  # type: ignore[misc]
        )
    return total


def _take(
    conn: Connection,
    reception: Reception,
    source_id: int,
    table: type[Reject] | type[Quarantine],
    ids: list[int],
    force: bool,
) -> Counts:
    row = registry.by_id(conn, source_id)
    if row is None:
        return Counts()
    source = registry.info(row)
    rows = conn.execute(select(table.__table__).where(table.id.in_(ids)).order_by(table.id).with_for_update()).all()
    # First, so that what fails once more is written anew beside it.
    conn.execute(delete(table).where(table.id.in_([one.id for one in rows])))
    group = [_prepare(reception, source, one, force) for one in rows]
    total = Counts()
    for counts in intake.write(conn, group):
        total.add(counts)
    return total


def _prepare(reception: Reception, source: SourceInfo, row: Row[Any], force: bool) -> Prepared:
    raw = reception.keyring.open(row.payload)
    if raw.startswith(b'{"delivery":'):
        return _redeliver(reception, source, row, raw)
    item = parse(raw, SINGLE, reception.words(external=False))[0]
    if isinstance(item, Refusal):
        return _kept(source, item, row)
    return intake.judge(reception, source, [(0, item)], parsed=True, force=force)


def _redeliver(reception: Reception, source: SourceInfo, row: Row[Any], raw: bytes) -> Prepared:
    connector = reception.connectors().get(source.network)
    reason = reception.why_nobody(source.network)
    if connector is not None:
        try:
            return receive.read(reception, connector, source, receive.unpack(raw)).prepared
        except BadPayload as error:
            reason = str(error)
        except Exception as error:
            logger.exception("connector failed", network=source.network)
            reason = f"the connector failed: {type(error).__name__}"
    return _kept(source, Refusal(index=0, id=row.key, errors=[FieldError("", reason)]), row)


def _kept(source: SourceInfo, refusal: Refusal, row: Row[Any]) -> Prepared:
    """Refused again, to be tried later still."""
    prepared = Prepared(source)
    prepared.notes.refused.append(Refused(refusal, row.payload))
    return prepared
