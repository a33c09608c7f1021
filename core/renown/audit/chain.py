"""Writing and checking the chain. The rows' hashes cover ids and salted digests, so details can go while it holds."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, null, select, update

from renown import clock
from renown.audit.models import Audit
from renown.db.engine import AUDIT_LOCK, lock
from renown.db.sets import among

_START = "0" * 64


@dataclass(frozen=True)
class Report:
    """What `verify` found: whole up to `rows`, or broken at row `broken` for the reason `what`."""

    rows: int
    at: int | None
    head: str
    blanked: int
    broken: int | None = None
    what: str | None = None

    @property
    def whole(self) -> bool:
        return self.broken is None


@dataclass(frozen=True)
class Act:
    """On what an act was done, on whom, and what is to be known of it."""

    target: str | None = None
    person_id: int | None = None
    details: Mapping[str, Any] | None = None


def record(
    conn: Connection,
    action: str,
    *,
    actor_id: int | None,
    via: str,
    target: str | None = None,
    person_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> int:
    """Add an act to the chain, in the caller's transaction, and return its number.

    `via` is web, api, cli or system. `action` and `target` ("person:12") stay for ever: no names in them. `details` may
    hold names. The chain's lock is held to the commit, so record last.
    """
    return record_all(conn, action, [Act(target, person_id, details)], actor_id=actor_id, via=via)


def record_all(conn: Connection, action: str, acts: Sequence[Act], *, actor_id: int | None, via: str) -> int:
    """Add several of one kind at once; returns the number of the last."""
    lock(conn, AUDIT_LOCK)
    last = conn.execute(select(Audit.id, Audit.hash).order_by(Audit.id.desc()).limit(1)).one_or_none()
    before, previous = (0, _START) if last is None else (int(last.id), str(last.hash))
    rows: list[dict[str, Any]] = []
    for number, act in enumerate(acts, before + 1):
        details = None if act.details is None else dict(act.details)
        row: dict[str, Any] = {
            "id": number,
            "at": clock.now(),
            "actor_id": actor_id,
            "via": via,
            "action": action,
            "target": act.target,
            "person_id": act.person_id,
            "details": details,
            "salt": secrets.token_hex(16),
            "previous": previous,
        }
        row["digest"] = _digest(row["salt"], details)
        previous = row["hash"] = _hash(row)
        rows.append(row)
    if rows:
        conn.execute(insert(Audit), rows)
    return before + len(rows)


def verify(conn: Connection, newest: int | None = None) -> Report:
    """Walk the whole chain, or its newest rows alone. Stops at the first row that does not fit."""
    number, at, head, blanked = 0, None, _START, 0
    chain = select(Audit.__table__).order_by(Audit.id).execution_options(yield_per=1000)
    last = conn.scalar(select(func.max(Audit.id))) or 0
    if newest is not None and last > newest:
        before = select(Audit.id, Audit.at, Audit.hash).where(Audit.id <= last - newest).order_by(Audit.id.desc())
        number, at, head = conn.execute(before.limit(1)).one()
        chain = chain.where(Audit.id > number)
    with conn.execute(chain) as rows:
        for row in rows:
            fault = _fault(row, number, head)
            if fault is not None:
                return Report(number, at, head, blanked, broken=row.id, what=fault)
            number, at, head = row.id, row.at, row.hash
            blanked += row.salt is None
    return Report(number, at, head, blanked)


def blank(conn: Connection, *, people: Collection[int], texts: Collection[str] = ()) -> int:
    """Take away the details of all acts by or on these people, and of those that hold one of these texts.

    The chain holds. Returns how many.
    """
    theirs = among(conn, Audit.person_id, people) | among(conn, Audit.actor_id, people)
    chosen = set(conn.scalars(select(Audit.id).where(theirs, Audit.salt.is_not(None))))
    if texts:
        rest = select(Audit.id, Audit.details).where(Audit.salt.is_not(None)).execution_options(yield_per=1000)
        with conn.execute(rest) as rows:
            for row in rows:
                written = "" if row.details is None else json.dumps(row.details, ensure_ascii=False)
                if any(one in written for one in texts):
                    chosen.add(row.id)
    conn.execute(update(Audit).where(among(conn, Audit.id, chosen)).values(details=null(), salt=None))
    return len(chosen)


def _fault(row: Row[Any], number: int, head: str) -> str | None:
    if row.id != number + 1:
        return f"row {number + 1} is missing"
    if row.previous != head:
        return "does not follow from the row before"
    if row.salt is not None and _digest(row.salt, row.details) != row.digest:
        return "its details were changed"
    if row.salt is None and row.details is not None:
        return "its details were changed"
    if _hash(row._asdict()) != row.hash:
        return "was changed"
    return None


def _digest(salt: str, details: Any) -> str:
    return hashlib.sha256(_canonical([salt, details])).hexdigest()


def _hash(row: Mapping[str, Any]) -> str:
    covered = ("previous", "id", "at", "actor_id", "via", "action", "target", "person_id", "digest")
    return hashlib.sha256(_canonical([row[name] for name in covered])).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
