"""People as rows: finding, adding, changing, leaving. Whoever was merged is found as the one they count as."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import Connection, column, func, insert, select, table, update

from renown import clock
from renown.db.engine import Database
from renown.people import changes
from renown.people.handles import allot
from renown.people.merge import Refused, members, root
from renown.people.models import ACTIVE, ERASED, LEFT, SUSPENDED, Identity, Person


@dataclass(frozen=True)
class Profile:
    """A root person. `status` is one of models.ACTIVE, LEFT, SUSPENDED, ERASED."""

    id: int
    handle: str
    name: str
    email: str | None
    timezone: str | None
    status: int
    bot: bool
    claimed: bool
    shown: bool | None
    joined_day: int | None
    left_day: int | None


_COLUMNS = tuple(getattr(Person, name) for name in Profile.__dataclass_fields__)


def get(conn: Connection, person: int) -> Profile:
    """Raises Refused for an unknown person."""
    return Profile(*conn.execute(select(*_COLUMNS).where(Person.id == root(conn, person))).one())


def find(conn: Connection, text: str) -> Profile | None:
    """Whose handle, or else e-mail, this is."""
    wanted = text.strip().lower()
    if "\0" in wanted:
        return None  # which PostgreSQL cannot even look for
    found = conn.scalars(select(Person.id).where(Person.handle == wanted)).first()
    if found is None and "@" in wanted:
        found = by_email(conn, wanted)
    return None if found is None else get(conn, found)


def by_account(conn: Connection, handle: str) -> int | None:
    """The root person whose account has this for an id: their handle before a name was known. None if that is two."""
    sources = table("core_source", column("id"))
    roots = conn.scalars(
        select(func.coalesce(Person.root_id, Person.id))
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.source_id.in_(select(sources.c.id)), Identity.key.in_((handle, handle.upper())))
        .distinct()
        .limit(2)
    ).all()
    return roots[0] if len(roots) == 1 else None


def by_email(conn: Connection, email: str) -> int | None:
    """The root person who has this e-mail, one who may sign in before others."""
    found = conn.scalars(
        select(func.coalesce(Person.root_id, Person.id))
        .where(Person.email == email.strip().lower(), Person.status != ERASED)
        .order_by(Person.claimed.desc(), Person.id)
    ).first()
    return None if found is None else int(found)


def add(
    conn: Connection,
    name: str,
    email: str | None = None,
    *,
    handle: str | None = None,
    bot: bool = False,
    entered: bool = True,
) -> int:
    """Somebody known before any of their accounts is. Returns the new person's id.

    `entered` False: not by a directory or an administrator, but by themselves.
    """
    changes.begin(conn)
    mail = email.strip().lower() if email else None
    free = allot(conn, Person.handle, {name: (handle or "", name)})[name]
    values = {"handle": free, "name": name, "email": mail, "bot": bot, "entered": entered, "created_at": clock.now()}
    return conn.execute(insert(Person).values(values).returning(Person.id)).scalar_one()


def check_timezone(name: str) -> str:
    """Raises Refused where no such time zone is known."""
    if name not in available_timezones():
        raise Refused(f"time zone: {name!r} is not known; use a name like Europe/Lisbon")
    return name


def change(
    conn: Connection, person: int, *, name: str | None = None, email: str | None = None, timezone: str | None = None
) -> bool:
    """Write what is not None; False if nothing is new."""
    told = {"name": name, "email": email and email.strip().lower(), "timezone": timezone and check_timezone(timezone)}
    now = get(conn, person)
    news = {key: value for key, value in told.items() if value is not None and getattr(now, key) != value}
    if news:
        conn.execute(update(Person).where(Person.id == now.id).values(news))
    return bool(news)


def joins(conn: Connection, person: int, day: int | None) -> None:
    conn.execute(update(Person).where(Person.id == root(conn, person)).values(joined_day=day))


def leaves(conn: Connection, person: int, day: int, today: int) -> bool:
    """The first day on which somebody is gone. From then on they are off the boards; their history stays."""
    now = get(conn, person)
    if now.left_day == day and (now.status == LEFT or day > today):
        return False
    changes.begin(conn)
    conn.execute(update(Person).where(Person.id == now.id).values(left_day=day))
    if day <= today:
        _status(conn, now, LEFT, day=day)
    return True


def returns(conn: Connection, person: int) -> None:
    """A leaver is back, or a suspension ends."""
    changes.begin(conn)
    now = get(conn, person)
    conn.execute(update(Person).where(Person.id == now.id).values(left_day=None))
    _status(conn, now, ACTIVE)


def suspends(conn: Connection, person: int) -> None:
    """Off the boards and out of the house until `returns`."""
    changes.begin(conn)
    _status(conn, get(conn, person), SUSPENDED)


def drain_leavers(db: Database, today: int, latest: int | None = None) -> bool:
    """A job: those whose last day is over have left. Does at most 100; says whether there may be more.

    Whose last day is still to come after `latest` never left: a clock that was ahead said so, and locked them out.
    """

    def work(conn: Connection) -> bool:
        # What is kept of a merged person's last day says nothing of the one whom they count as.
        roots = select(Person.id).where(func.coalesce(Person.root_id, Person.id) == Person.id)
        due = conn.scalars(
            roots.where(Person.left_day <= today, Person.status == ACTIVE).order_by(Person.id).limit(100)
        ).all()
        for person in due:
            changes.begin(conn)
            now = get(conn, person)
            _status(conn, now, LEFT, day=now.left_day)
        early = roots.where(Person.left_day > (latest or today), Person.status == LEFT).order_by(Person.id)
        for person in conn.scalars(early.limit(100)).all():
            changes.begin(conn)
            _status(conn, get(conn, person), ACTIVE)
        return len(due) == 100

    return db.retrying(work)


def _status(conn: Connection, now: Profile, status: int, **extra: int | None) -> None:
    if now.status == status:
        return
    if now.status == ERASED:
        raise Refused("this person was erased")
    group = members(conn, now.id)
    changes.announce(conn, "left", group, person=now.id, status=status, **extra)
    conn.execute(update(Person).where(Person.id.in_(group)).values(status=status))
