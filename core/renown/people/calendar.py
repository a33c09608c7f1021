"""The working calendar: weekdays and holidays of the organisation, leave and time zones of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, or_, select

from renown.db import stored
from renown.db.sets import among
from renown.db.upsert import upsert
from renown.people import changes
from renown.people.dated import write
from renown.people.merge import Refused, members, root
from renown.people.models import Holiday, Leave, Person

#: Monday is 0.
WEEKDAYS = (0, 1, 2, 3, 4)
#: 1970-01-01 was a Thursday.
_OFFSET = 3


@dataclass(frozen=True)
class Calendar:
    """Loaded once, asked in memory. Days are ints since 1970-01-01."""

    weekdays: frozenset[int]
    holidays: Mapping[int, str]
    #: By person: stretches of leave [from_day, to_day).
    leave: Mapping[int, tuple[tuple[int, int], ...]]

    def works(self, day: int) -> bool:
        """Whether the organisation works on that day."""
        return (day + _OFFSET) % 7 in self.weekdays and day not in self.holidays

    def away(self, person: int, day: int) -> bool:
        return any(start <= day < end for start, end in self.leave.get(person, ()))

    def back(self, person: int, day: int) -> int:
        """The first day from `day` on when the person is at work again."""
        while self.away(person, day) or not self.works(day):
            day += 1
        return day

    def after(self, day: int, working_days: int) -> int:
        """The day that is so many working days after `day`: what "within 10 days" promises."""
        while working_days > 0:
            day += 1
            working_days -= self.works(day)
        return day

    def between(self, start: int, end: int) -> int:
        """Working days on [start, end)."""
        return sum(self.works(day) for day in range(start, end))


def load(conn: Connection, people: Collection[int] | None = ()) -> Calendar:
    """The organisation's calendar, with the leave of these root people and of whoever was merged into them.

    None: of everybody.
    """
    weekdays = frozenset(stored.get(conn, "core", "weekdays", list(WEEKDAYS)))
    holidays = {row.day: row.name for row in conn.execute(select(Holiday.day, Holiday.name))}
    leave: dict[int, list[tuple[int, int]]] = {}
    if people is None or people:
        away = (
            select(Person.id, Person.root_id, Leave.from_day, Leave.to_day)
            .join(Leave, Leave.person_id == Person.id)
            .where(Leave.dropped.is_(None))
            .order_by(Leave.from_day)
        )
        if people is not None:
            away = away.where(or_(among(conn, Person.id, people), among(conn, Person.root_id, people)))
        for row in conn.execute(away):
            leave.setdefault(row.root_id or row.id, []).append((row.from_day, row.to_day))
    return Calendar(weekdays or frozenset(WEEKDAYS), holidays, {who: tuple(when) for who, when in leave.items()})


def set_weekdays(conn: Connection, weekdays: Iterable[int]) -> None:
    """Which weekdays are worked, Monday is 0. Raises Refused."""
    chosen = sorted(set(weekdays))
    if not chosen or not set(chosen) <= set(range(7)):
        raise Refused("weekdays: at least one, Monday is 0 and Sunday 6")
    stored.put(conn, "core", "weekdays", chosen)


def set_holiday(conn: Connection, day: int, name: str | None) -> None:
    """Name a holiday, or with None make it an ordinary day again."""
    if name is None:
        conn.execute(delete(Holiday).where(Holiday.day == day))
    else:
        upsert(conn, Holiday.__table__, [{"day": day, "name": name.strip()[:128]}], update=("name",))


def set_leave(conn: Connection, person: int, from_day: int, to_day: int, away: bool = True) -> bool:
    """Somebody is away on days [from_day, to_day), or is not after all. Appends `renown.leave-changed`."""
    if not from_day < to_day:
        raise Refused("leave: the first day must come before the day of return")
    changes.begin(conn)
    return write(conn, Leave, "leave-changed", root(conn, person), {} if away else None, from_day, to_day)


def leaves_of(conn: Connection, person: int) -> list[tuple[int, int]]:
    """A person's leave, first to last, as days [from, to)."""
    group = members(conn, root(conn, person))
    chosen = select(Leave.from_day, Leave.to_day).where(among(conn, Leave.person_id, group), Leave.dropped.is_(None))
    return [(row.from_day, row.to_day) for row in conn.execute(chosen.order_by(Leave.from_day))]


def organisation_zone(conn: Connection) -> ZoneInfo:
    return ZoneInfo(stored.get(conn, "core", "timezone", "UTC"))


def zone_of(conn: Connection, person: int) -> ZoneInfo:
    """The person's own time zone, else the organisation's."""
    own = conn.scalar(select(Person.timezone).where(Person.id == root(conn, person)))
    return ZoneInfo(own) if own else organisation_zone(conn)
