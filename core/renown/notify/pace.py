"""When a notice leaves: at once but not in quiet hours, or with the next digest; by the clock of the person's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select

from renown import clock
from renown.db.upsert import upsert
from renown.notify.models import QuietHours

#: Digests leave at this hour, weekly ones on Mondays.
DIGEST_HOUR = 8


@dataclass(frozen=True)
class Quiet:
    """Hours [start, end) of the day, over midnight where start is later. None is quiet where they are equal."""

    start: int = 20
    end: int = 7

    def holds(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def quiet_of(conn: Connection, person_id: int) -> Quiet:
    row = conn.execute(select(QuietHours.start, QuietHours.end).where(QuietHours.person_id == person_id)).one_or_none()
    return Quiet() if row is None else Quiet(row.start, row.end)


def set_quiet(conn: Connection, person_id: int, quiet: Quiet | None) -> None:
    """None goes back to 20:00 to 7:00. Raises ValueError for what is no hour."""
    if quiet is None:
        conn.execute(delete(QuietHours).where(QuietHours.person_id == person_id))
        return
    if not (0 <= quiet.start < 24 and 0 <= quiet.end < 24):
        raise ValueError("quiet hours: an hour is 0 to 23")
    row = {"person_id": person_id, "start": quiet.start, "end": quiet.end}
    upsert(conn, QuietHours.__table__, [row], update=("start", "end"))


def due(pace: str, at: int, zone: ZoneInfo, quiet: Quiet) -> int:
    """When a notice of instant `at` leaves (microseconds). `pace` is not "never"."""
    local = clock.to_datetime(at).astimezone(zone)
    if pace == "at once":
        return clock.from_datetime(_awake(local, quiet))
    day = local.date()
    if local.time() >= time(DIGEST_HOUR):
        day += timedelta(days=1)
    if pace == "weekly":
        day += timedelta(days=(7 - day.weekday()) % 7)
    return clock.from_datetime(datetime.combine(day, time(DIGEST_HOUR), zone))


def _awake(local: datetime, quiet: Quiet) -> datetime:
    if not quiet.holds(local.hour):
        return local
    day = local.date() + timedelta(days=local.hour >= quiet.end)
    return datetime.combine(day, time(quiet.end), local.tzinfo)
