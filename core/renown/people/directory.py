"""Taking a company's list of people and teams over. Doing it twice changes nothing the second time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, column, func, insert, select, table, update

from renown import audit, clock
from renown.db.engine import Database
from renown.db.sets import among
from renown.people import affiliations, calendar, changes, merge, persons, pseudonym, teams
from renown.people.models import ERASED, Affiliation, Identity, Person, Team, TeamMember
from renown.people.sheet import BadSheet, Fault, Line, read

CHUNK = 200
_source = table("core_source", column("id"), column("slug"))

__all__ = ["BadSheet", "Counts", "import_csv"]


@dataclass
class Counts:
    """What an import did, or would do."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    teams: int = 0
    merged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


class _Undone(Exception):
    """Ends the transaction of a dry run."""


def import_csv(
    db: Database,
    path: Path,
    *,
    dry_run: bool = False,
    by: int | None = None,
    via: str = "cli",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Counts:
    """Raises BadSheet before anything is written. Teams that it makes belong to the directory "csv".

    Written in pieces, so that receiving goes on beside it: a piece that was written is found unchanged the next time.
    """
    lines = read(path)
    with db.read() as conn:
        _check_accounts(conn, lines)
    total = Counts()
    if dry_run:
        try:
            with db.write() as conn:
                total = _take(conn, lines, by, via)
                raise _Undone
        except _Undone:
            return total
    done = 0
    for chunk in _chunks(lines):
        total += db.retrying(lambda conn, chunk=chunk: _take(conn, chunk, by, via))  # type: ignore[misc]
        done += len(chunk)
        progress(done, len(lines))
    details = {one.name: getattr(total, one.name) for one in fields(total)}
    db.retrying(lambda conn: audit.record(conn, "people.imported", actor_id=by, via=via, details=details))
    return total


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _check_accounts(conn: Connection, lines: Sequence[Line]) -> None:
    known = set(conn.scalars(select(_source.c.slug)))
    faults = [
        Fault(line.number, "accounts", f"no source has the slug {slug!r}")
        for line in lines
        for slug, _ in line.accounts
        if slug not in known
    ]
    if faults:
        raise BadSheet(faults)


def _take(conn: Connection, lines: Sequence[Line], by: int | None, via: str) -> Counts:
    changes.begin(conn)
    counts, found, today = Counts(), _found(conn, lines), _today(conn)
    known_teams = _teams(conn, lines, counts)
    for line in lines:
        person = _whose(conn, line, found, counts, by, via)
        if person is None:
            person = persons.add(conn, line.name or line.email or line.keys[0][1], line.email, handle=line.handle)
            counts.created += 1
            _write(conn, person, line, known_teams, today)
        else:
            news = _write(conn, person, line, known_teams, today)
            counts.changed += news
            counts.unchanged += not news
        counts.merged += _join(conn, person, line, by, via)
    return counts


def _found(conn: Connection, lines: Sequence[Line]) -> dict[tuple[str, str], int]:
    """Who is there already, by each of the keys of the lines; always the person they count as now."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for name, value in line.keys:
            wanted[name].add(value)
    found: dict[tuple[str, str], int] = {}
    for name, values in wanted.items():
        key = getattr(Person, name)
        chosen = select(key, func.coalesce(Person.root_id, Person.id)).where(
            among(conn, key, values), Person.status != ERASED
        )
        for value, person in conn.execute(chosen.order_by(Person.claimed.desc(), Person.id)):
            found.setdefault((name, value), person)
    return found


def _whose(
    conn: Connection, line: Line, found: dict[tuple[str, str], int], counts: Counts, by: int | None, via: str
) -> int | None:
    """Who the line speaks of. Where its external id and its e-mail are two people's, the file says they are one."""
    people = [merge.root(conn, found[key]) for key in line.keys if key in found and key[0] != "handle"]
    if not people:
        named = found.get(("handle", line.handle or ""))
        return named if named is not None and line.email in (None, persons.get(conn, named).email) else None
    if len(set(people)) == 2 and not _external_id(conn, people[1]):
        merge.merge(conn, people[0], people[1], "external-id", by, via)
        counts.merged += 1
    return people[0]


def _external_id(conn: Connection, person: int) -> str | None:
    return conn.scalar(select(Person.external_id).where(Person.id == person))


def _teams(conn: Connection, lines: Sequence[Line], counts: Counts) -> dict[str, int]:
    names = list(dict.fromkeys(line.team for line in lines if line.team))
    rows = conn.execute(select(Team.name, Team.id).where(among(conn, Team.name, names)).order_by(Team.id.desc())).all()
    known = {row.name: row.id for row in rows}
    for name in names:
        if name not in known:
            known[name] = teams.add(conn, name, directory="csv")
            counts.teams += 1
    return known


def _write(conn: Connection, person: int, line: Line, known_teams: dict[str, int], today: int) -> bool:
    """What the line says; whether any of it is new."""
    now = persons.get(conn, person)
    conn.execute(update(Person).where(Person.id == now.id, Person.entered.is_(False)).values(entered=True))
    news = persons.change(conn, person, name=line.name, email=line.email, timezone=line.timezone)
    if line.external_id:
        told = (
            update(Person)
            .where(Person.id == now.id, Person.external_id.is_distinct_from(line.external_id))
            .values(external_id=line.external_id)
            .returning(Person.id)
        )
        news |= conn.scalar(told) is not None
    if line.affiliation:
        since = _since(conn, Affiliation, now.id, line.affiliation_from, today)
        news |= affiliations.affiliate(conn, person, line.affiliation, since)
    if line.joined is not None and line.joined != now.joined_day:
        persons.joins(conn, person, line.joined)
        news = True
    if line.team:
        since = _since(conn, TeamMember, now.id, line.team_from, today)
        news |= teams.place(conn, person, known_teams[line.team], since)
    if line.left is not None:
        news |= persons.leaves(conn, person, line.left, today)
    return news


def _since(
    conn: Connection, dated: type[Affiliation] | type[TeamMember], person: int, given: int | None, today: int
) -> int | None:
    """From which day a line holds that names none: for ever if it is the first that is said, else from today."""
    said = select(dated.id).where(dated.person_id == person, dated.dropped.is_(None)).limit(1)
    return given if given is not None or conn.scalar(said) is None else today


def _join(conn: Connection, person: int, line: Line, by: int | None, via: str) -> int:
    """Give the accounts that the line names to its person, on the word of whoever gave the file."""
    merged, hashed = 0, pseudonym.hasher(conn) if line.accounts else None
    for slug, key in line.accounts:
        source = conn.scalars(select(_source.c.id).where(_source.c.slug == slug)).one()
        keys = [key, hashed(key)] if hashed else [key]
        named = (Identity.source_id == source, Identity.key.in_(keys))
        owner = conn.scalar(select(Identity.person_id).where(*named))
        # The file says whose it is; until now it may only have been mentioned.
        conn.execute(update(Identity).where(*named, Identity.first_seen.is_(None)).values(first_seen=clock.now()))
        if owner is None:
            values = {"source_id": source, "key": key, "person_id": person, "first_seen": clock.now()}
            conn.execute(insert(Identity).values(values))
        elif persons.get(conn, owner).status != ERASED and merge.root(conn, owner) != merge.root(conn, person):
            merge.merge(conn, person, owner, "administrator", by, via)
            merged += 1
    return merged


def _today(conn: Connection) -> int:
    return clock.day_of(clock.now(), calendar.organisation_zone(conn))
