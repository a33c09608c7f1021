"""Reading the record: by who, what and when, newest first, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from renown.audit.models import Audit


@dataclass(frozen=True)
class Line:
    """One act. `details` is None where there were none, or where they were blanked (`blanked`)."""

    id: int
    at: int
    actor_id: int | None
    via: str
    action: str
    target: str | None
    person_id: int | None
    details: dict[str, Any] | None
    blanked: bool
    hash: str


def lines(
    conn: Connection,
    *,
    actor_id: int | None = None,
    person_id: int | None = None,
    action: str | None = None,
    since: int | None = None,
    until: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Line]:
    """Newest first. `action` may be a prefix ("person."); `before` is the id after which to page on."""
    chosen = select(Audit.__table__).order_by(Audit.id.desc()).limit(limit)
    for column, value in ((Audit.actor_id, actor_id), (Audit.person_id, person_id)):
        if value is not None:
            chosen = chosen.where(column == value)
    if action:
        chosen = chosen.where(Audit.action.startswith(action, autoescape=True))
    if since is not None:
        chosen = chosen.where(Audit.at >= since)
    if until is not None:
        chosen = chosen.where(Audit.at < until)
    if before is not None:
        chosen = chosen.where(Audit.id < before)
    return [
        Line(
            row.id,
            row.at,
            row.actor_id,
            row.via,
            row.action,
            row.target,
            row.person_id,
            row.details,
            row.salt is None,
            row.hash,
        )
        for row in conn.execute(chosen)
    ]


def export(conn: Connection) -> Iterator[str]:
    """The whole chain as JSON lines, oldest first, with all that is needed to check it elsewhere."""
    chain = select(Audit.__table__).order_by(Audit.id).execution_options(yield_per=1000)
    with conn.execute(chain) as rows:
        for row in rows:
            yield json.dumps(row._asdict(), sort_keys=True, ensure_ascii=False) + "\n"
