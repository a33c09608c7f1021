"""From accounts named in events to rows: one statement per step, whatever the size of the batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, insert, select, update

from renown.db.sets import among, listed
from renown.db.spelled import spelled_among
from renown.people import changes, handles, pseudonym
from renown.people.models import ERASED, Erased, Identity, Person

if TYPE_CHECKING:
    from renown.events.types import Actor
    from renown.sources.connector import SourceInfo

_MACHINES = frozenset({"Service", "Application", "Group", "Organization"})


@dataclass(frozen=True)
class Claim:
    """An account's e-mail became known, verified by a source that vouches: whoever has it is the same person."""

    person: int
    email: str


class Recognised(dict[str, int]):
    """Identity ids by account key. Events of `erased` accounts are skipped, the rest is settled under the log lock."""

    def __init__(self) -> None:
        super().__init__()
        #: Keys of accounts whose person was erased. They keep their id, so that others' acts stay true.
        self.erased: set[str] = set()
        self.claims: list[Claim] = []
        #: People of accounts that turned out to be machines only now.
        self.machines: list[int] = []
        #: People of accounts that were only mentioned before.
        self.met: list[int] = []


def identities(
    conn: Connection,
    source: SourceInfo,
    actors: Mapping[str, Actor],
    at: int,
    bots: Collection[str] = (),
    mentioned: Collection[str] = (),
) -> Recognised:
    """The identity of each account, made where it is new, with an unclaimed person of its own.

    `bots` are keys that the events themselves call bots, `mentioned` those that did nothing and made nothing. Pass no
    anonymous actors: they have no person. Whoever calls takes the log's lock afterwards and hands the result to
    `people.claims.settle`.
    """
    found = Recognised()
    rows = _rows(conn, source.id, actors)
    missing = _without_erased(conn, source.id, actors.keys() - rows.keys(), found)
    todo = missing | {key for key, row in rows.items() if _news(row, actors[key])}
    todo |= {key for key, row in rows.items() if row.first_seen is None and key not in mentioned}
    machines = {key for key, row in rows.items() if not row.bot and _is_bot(actors[key], key in bots)}
    if todo or machines:
        # Writers of people come one after the other: so two batches that bring the same account, or the same verified
        # e-mail, see each other, and nobody is made twice.
        changes.begin(conn)
        rows |= _rows(conn, source.id, todo)
        new = sorted(todo - rows.keys())
        known = {key: rows[key] for key in sorted(todo & rows.keys())}
        _fill(conn, source, known, actors, found)
        _meet(conn, [row for key, row in known.items() if row.first_seen is None and key not in mentioned], at, found)
        _make(conn, source, {key: actors[key] for key in new}, at, frozenset(bots), frozenset(mentioned), found)
        found.machines.extend(sorted({rows[key].person_id for key in machines}))
    found.update((key, row.id) for key, row in rows.items())
    return found


def _rows(conn: Connection, source_id: int, keys: Collection[str]) -> dict[str, Any]:
    if not keys:
        return {}
    return {row.key: row for row in _FIND(conn, {"source": source_id, "given": listed(conn, keys)})}


_FIND = spelled_among("""
    SELECT id, key, person_id, name, username, email, email_verified, bot, first_seen
    FROM core_identity WHERE source_id = :source AND key {among}
""")


def _without_erased(conn: Connection, source_id: int, keys: Collection[str], found: Recognised) -> set[str]:
    """The keys that are new; those of erased accounts go to `found` with the identity that was blanked."""
    hashed = pseudonym.hasher(conn) if keys else None
    if hashed is None:
        return set(keys)
    digests = {hashed(key): key for key in keys}
    erased = select(Identity.id, Identity.key).join(
        Erased, (Erased.source_id == Identity.source_id) & (Erased.digest == Identity.key)
    )
    for row in conn.execute(erased.where(Identity.source_id == source_id, among(conn, Identity.key, digests))):
        key = digests.pop(row.key)
        found[key] = row.id
        found.erased.add(key)
    return set(digests.values())


def _is_bot(actor: Actor, said: bool) -> bool:
    return said or actor.type in _MACHINES


def _email(actor: Actor) -> str | None:
    return actor.email.strip().lower() or None if actor.email else None


def _news(row: Any, actor: Actor) -> dict[str, Any]:
    """What the actor tells that the row does not know yet."""
    news: dict[str, Any] = {}
    if actor.name and row.name is None:
        news["name"] = actor.name
    if actor.username and row.username is None:
        news["username"] = actor.username
    email, verified = _email(actor), bool(actor.emailVerified)
    if email and (row.email is None or (verified and not row.email_verified)):
        news |= {"email": email, "email_verified": verified}
    return news


def _fill(
    conn: Connection, source: SourceInfo, rows: Mapping[str, Any], actors: Mapping[str, Actor], found: Recognised
) -> None:
    """Write what became known of accounts; their people get a name and handle where they only had the account's."""
    if not rows:
        return
    people = {
        person.id: person
        for person in conn.execute(
            select(Person.id, Person.handle, Person.name, Person.email, Person.claimed, Person.status).where(
                among(conn, Person.id, {row.person_id for row in rows.values()})
            )
        )
    }
    accounts, renamed, mailed = [], [], []
    named: dict[str, tuple[str, str]] = {}
    for key, row in rows.items():
        person, news = people[row.person_id], _news(row, actors[key])
        if person.status == ERASED or not news:
            continue
        told = {"name": row.name, "username": row.username, "email": row.email, "email_verified": row.email_verified}
        accounts.append({"_id": row.id, **told, **news})
        name = news.get("name") or (None if row.name else news.get("username"))
        if name and not person.claimed and person.name in (key, row.username):
            renamed.append({"_id": person.id, "name": name})
        if not row.name and not row.username and handles.is_from(person.handle, key):
            named[key] = (news.get("username", ""), news.get("name", ""))
        if news.get("email_verified") and source.vouches and not row.bot:
            found.claims.append(Claim(person.id, news["email"]))
            if person.email is None:
                mailed.append({"_id": person.id, "email": news["email"]})
    wanted = {key: texts for key, texts in named.items() if any(map(handles.slug, texts))}
    free = handles.allot(conn, Person.handle, wanted)
    better = [{"_id": rows[key].person_id, "handle": handle} for key, handle in free.items()]
    for table, written in ((Identity, accounts), (Person, renamed), (Person, mailed), (Person, better)):
        if written:
            conn.execute(update(table).where(table.id == bindparam("_id")), written)


def _meet(conn: Connection, rows: Sequence[Any], at: int, found: Recognised) -> None:
    """Accounts that were only mentioned did something at last."""
    if rows:
        seen = update(Identity).where(among(conn, Identity.id, [row.id for row in rows]))
        conn.execute(seen.values(first_seen=at))
        found.met.extend(row.person_id for row in rows)


def _make(
    conn: Connection,
    source: SourceInfo,
    actors: Mapping[str, Actor],
    at: int,
    bots: Collection[str],
    mentioned: Collection[str],
    found: Recognised,
) -> None:
    if not actors:
        return
    wanted = {key: (a.username or "", a.name or "", key) for key, a in actors.items()}
    given = handles.allot(conn, Person.handle, wanted)
    people: list[dict[str, Any]] = []
    accounts: list[dict[str, Any]] = []
    for key, actor in actors.items():
        email, bot = _email(actor), _is_bot(actor, key in bots)
        verified = bool(email and actor.emailVerified)
        people.append(
            {
                "handle": given[key],
                "name": (actor.name or actor.username or key)[:256],
                "email": email if verified and source.vouches and not bot else None,
                "bot": bot,
                "created_at": at,
            }
        )
        accounts.append(
            {
                "source_id": source.id,
                "key": key,
                "name": actor.name,
                "username": actor.username,
                "email": email,
                "email_verified": verified,
                "bot": bot,
                "first_seen": None if key in mentioned else at,
            }
        )
    ids = dict(conn.execute(insert(Person).returning(Person.handle, Person.id), people).all())
    for account in accounts:
        account["person_id"] = ids[given[account["key"]]]
    made = conn.execute(insert(Identity).returning(Identity.key, Identity.id), accounts)
    found.update((key, identity) for key, identity in made)
    if source.vouches:
        found.claims.extend(
            Claim(account["person_id"], account["email"])
            for account in accounts
            if account["email_verified"] and not account["bot"]
        )
