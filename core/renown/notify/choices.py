"""How people want to hear of each kind of notice, on each channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from sqlalchemy import Connection, select

from renown.db.upsert import upsert
from renown.notify.models import NotifyChoice

Pace = Literal["at once", "daily", "weekly", "never"]
PACES: tuple[Pace, ...] = get_args(Pace)


def chosen(conn: Connection, person_id: int) -> Mapping[tuple[str, str], str]:
    """A person's own choices by (kind, channel); where there is none, the kind's own pace holds."""
    rows = conn.execute(
        select(NotifyChoice.kind, NotifyChoice.channel, NotifyChoice.pace).where(NotifyChoice.person_id == person_id)
    )
    return {(row.kind, row.channel): row.pace for row in rows}


def choose(conn: Connection, person_id: int, paces: Mapping[tuple[str, str], str]) -> None:
    """Write choices by (kind, channel). Raises ValueError for a pace that is none of PACES."""
    for (kind, channel), pace in paces.items():
        if pace not in PACES:
            raise ValueError(f"{kind}, {channel}: {pace!r} is none of {', '.join(PACES)}")
    rows = [
        {"person_id": person_id, "kind": kind, "channel": channel, "pace": pace}
        for (kind, channel), pace in sorted(paces.items())
    ]
    if rows:
        upsert(conn, NotifyChoice.__table__, rows, update=("pace",))
