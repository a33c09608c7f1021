"""All that Renown holds of a person, for that person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from renown import audit, clock
from renown.db.sets import among
from renown.people import calendar, subject
from renown.people.models import Affiliation, Identity, Merge, Person, Quiet, Team, TeamMember


def export(conn: Connection, person: int) -> dict[str, Any]:
    """JSON-like. Days and instants are ISO texts in UTC, amounts are what pages show. Raises Refused."""
    whom = subject.load(conn, person)
    told: dict[str, Any] = {
        "made_at": moment(clock.now()),
        "people": _rows(conn, select(Person.__table__).where(among(conn, Person.id, whom.people))),
        "accounts": _rows(conn, select(Identity.__table__).where(among(conn, Identity.person_id, whom.people))),
        "merges": _rows(conn, select(Merge.__table__).where(among(conn, Merge.gone_id, whom.people))),
        "affiliations": _rows(
            conn, select(Affiliation.__table__).where(among(conn, Affiliation.person_id, whom.people))
        ),
        "teams": _rows(
            conn,
            select(Team.name, TeamMember.from_day, TeamMember.to_day, TeamMember.known, TeamMember.dropped)
            .join(Team, Team.id == TeamMember.team_id)
            .where(among(conn, TeamMember.person_id, whom.people)),
        ),
        "leave": [{"from": day(start), "to": day(end)} for start, end in calendar.leaves_of(conn, person)],
        "not_to_be_asked": [
            {"until": day(until)}
            for until in conn.scalars(select(Quiet.until).where(among(conn, Quiet.person_id, whom.people)))
        ],
        "administrative_acts": [
            {"at": moment(line.at), "action": line.action, "via": line.via, "details": line.details}
            for one in whom.people
            for line in audit.lines(conn, person_id=one, limit=100_000)
        ],
    }
    for name in sorted(subject.tellers):
        told[name] = list(subject.tellers[name](conn, whom))
    return told


def moment(instant: int | None) -> str | None:
    return None if instant is None else clock.to_datetime(instant).isoformat()


def day(number: int | None) -> str | None:
    return None if number is None else clock.to_date(number).isoformat()


def _rows(conn: Connection, chosen: Any) -> list[dict[str, Any]]:
    return [{name: _told(name, value) for name, value in row._asdict().items()} for row in conn.execute(chosen)]


def _told(name: str, value: Any) -> Any:
    if name.endswith("_day"):
        return day(value)
    return moment(value) if name in ("created_at", "first_seen") else value
