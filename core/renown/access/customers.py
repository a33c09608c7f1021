"""Customers come in by themselves: whoever proved an e-mail, or is vouched for, and is nobody who works here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from renown import clock
from renown.access.models import Login, VouchedAccount
from renown.access.signin import SignedIn, SignInRefused, add_login
from renown.db import stored
from renown.db.sets import among
from renown.people import affiliations, calendar, changes, emails, facts, persons
from renown.people.merge import Refused, members, root
from renown.people.models import ACTIVE, ERASED, Affiliation, Identity, Person

#: "no": administrators let them in one by one. "vouched": those for whom a provider or product vouches. "open": all.
Policy = Literal["no", "vouched", "open"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
LONGEST_NAME = 80
_NAME = "customers_join"
#: After every position: what is known now.
_NOW = 1 << 62


class NotACustomer(SignInRefused):
    """Whoever it is works here, and never comes in as a customer. The text says so."""


@dataclass(frozen=True)
class Known:
    """Whom an e-mail is known to be: "closed" may not come in; `person` is None where nobody has it yet."""

    kind: Literal["new", "customer", "employee", "closed"]
    person: int | None = None


def policy(conn: Connection) -> Policy:
    """Which customers may join. What cannot be understood lets in nobody."""
    found = stored.get(conn, "core", _NAME, "no")
    return found if found in POLICIES else "no"


def set_policy(conn: Connection, chosen: str) -> None:
    """Raises ValueError."""
    if chosen not in POLICIES:
        raise ValueError(f"customers: {chosen!r} is none of {', '.join(POLICIES)}")
    stored.put(conn, "core", _NAME, chosen)


def known(conn: Connection, mail: str) -> Known:
    """`mail` as `emails.cleaned` gives it."""
    people = set(conn.scalars(select(Login.person_id).where(Login.email == mail)))
    people |= set(conn.scalars(select(Person.id).where(Person.email == mail, Person.status != ERASED)))
    roots = sorted({root(conn, person) for person in people})
    found = [Known(_kind(conn, one), one) for one in roots]
    # Who has it among employees is one of them, whoever else has it.
    return min(found, key=lambda one: _ORDER.index(one.kind), default=Known("new"))


_ORDER = ("employee", "closed", "customer", "new")


def let_in(conn: Connection, person: int, mail: str) -> None:
    """An administrator's word: this person signs in as a customer. Raises ValueError.

    Of whom nothing was said, and whom no source knows, it says that they do not work here: rules count them so.
    """
    changes.begin(conn)
    top = root(conn, person)
    group = members(conn, top)
    said = select(Affiliation.id).where(among(conn, Affiliation.person_id, group), Affiliation.dropped.is_(None))
    known_by = select(Identity.id).where(among(conn, Identity.person_id, group))
    add_login(conn, person, mail, "customer")
    if conn.scalar(said.limit(1)) is None and conn.scalar(known_by.limit(1)) is None:
        affiliations.affiliate(conn, top, "customer")


def admit(conn: Connection, mail: str, name: str) -> SignedIn:
    """Who proved that this e-mail is theirs: the customer it belongs to, or a new one. Raises SignInRefused."""
    changes.begin(conn)
    found = known(conn, mail)
    if found.kind == "employee":
        raise NotACustomer(f"{mail} belongs to somebody who works here. Sign in as employees do.")
    if found.kind == "closed":
        raise SignInRefused(f"Nobody can sign in as {mail}.")
    person = found.person
    if person is None:
        if _by_another_address(conn, mail):
            raise SignInRefused("This mailbox is known here by another of its addresses: sign in with that one.")
        person = persons.add(conn, named(name, mail), mail, entered=False)
        affiliations.affiliate(conn, person, "customer")
    if not _logins(conn, person):
        add_login(conn, person, mail, "customer")
    return enter(conn, person)


def enter(conn: Connection, person: int) -> SignedIn:
    """Begin as this root person, who is a customer. Raises SignInRefused, NotACustomer."""
    kind = _kind(conn, person)
    if kind == "employee":
        raise NotACustomer("This account belongs to somebody who works here. Sign in as employees do.")
    logins = _logins(conn, person)
    if kind != "customer" or not logins:
        raise SignInRefused("Nobody can sign in with this account.")
    conn.execute(update(Login).where(Login.person_id == logins[0].person_id).values(last_at=clock.now()))
    return SignedIn(logins[0].person_id, logins[0].epoch)


def vouch(
    conn: Connection, plugin: str, issuer: str, subject: str, email: str, *, verified: bool, name: str = ""
) -> SignedIn:
    """The customer whom `plugin` knows as this subject of an issuer. Raises SignInRefused, NotACustomer, ValueError.

    Whoever was vouched for before is known by the subject, whatever the e-mail. Others need a verified e-mail: it is
    a customer's who is here, or makes a new one where customers may join.
    """
    for field, value, most in (("issuer", issuer, 512), ("subject", subject, 256)):
        if not 1 <= len(value) <= most or not value.isprintable():
            raise ValueError(f"{field}: 1 to {most} characters that can be printed")
    changes.begin(conn)
    now, key = clock.now(), (plugin, issuer, subject)
    account = tuple(one == given for one, given in zip(_KEY, key, strict=True))
    person = conn.scalar(update(VouchedAccount).where(*account).values(last_at=now).returning(VouchedAccount.person_id))
    if person is not None:
        found = enter(conn, root(conn, person))
        if verified:
            # An e-mail that cannot be kept says nothing new; the subject says who it is.
            with suppress(Refused):
                _follow(conn, found.person_id, emails.cleaned(email))
        return found
    if not verified:
        raise SignInRefused("Your e-mail is not verified there, so it says nothing about who you are.")
    mail = emails.cleaned(email)
    here = known(conn, mail)
    # A customer who was only introduced never came in so far.
    outside = here.person is None or (here.kind == "customer" and not _logins(conn, here.person))
    if policy(conn) == "no" and outside:
        raise SignInRefused(f"Nobody signs in here as {mail}.")
    found = admit(conn, mail, name)
    values = dict(zip(("plugin", "issuer", "subject"), key, strict=True))
    conn.execute(insert(VouchedAccount).values(**values, person_id=found.person_id, first_at=now, last_at=now))
    return found


_KEY = (VouchedAccount.plugin, VouchedAccount.issuer, VouchedAccount.subject)


def introduce(conn: Connection, email: str, name: str) -> int:
    """The customer with this e-mail, on the word of somebody who works here; a new one has no login.

    Raises NotACustomer, SignInRefused, ValueError.
    """
    try:
        mail = emails.cleaned(email)
    except Refused as error:
        raise ValueError(str(error)) from None
    changes.begin(conn)
    found = known(conn, mail)
    if found.kind == "employee":
        raise NotACustomer(f"{mail} belongs to somebody who works here.")
    if found.kind == "closed":
        raise SignInRefused(f"Nobody can take part as {mail}.")
    if found.person is not None:
        return found.person
    person = persons.add(conn, named(name, mail), mail, entered=False)
    affiliations.affiliate(conn, person, "customer")
    return person


def named(name: str, mail: str) -> str:
    """What somebody calls themselves, in one line; the first part of their e-mail where that says nothing."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    return plain[:LONGEST_NAME].strip() or mail.partition("@")[0][:LONGEST_NAME]


def _by_another_address(conn: Connection, mail: str) -> bool:
    """Whether the mailbox of an address that nobody has is somebody's already: one mailbox, one customer."""
    box = emails.mailbox(mail)
    local, _, domain = box.rpartition("@")

    def like(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
        return column.startswith(local, autoescape=True) & column.endswith(f"@{domain}", autoescape=True)

    logins = conn.scalars(select(Login.email).where(like(Login.email))).all()
    people = conn.scalars(select(Person.email).where(like(Person.email), Person.status != ERASED)).all()
    return any(emails.mailbox(one) == box for one in (*logins, *people) if one is not None)


def _follow(conn: Connection, person: int, mail: str) -> None:
    """A customer's e-mail changed where they are vouched for: it changes here, unless somebody else has it."""
    before = conn.scalar(select(Login.email).where(Login.person_id == person))
    if mail != before and known(conn, mail).kind == "new":
        conn.execute(update(Login).where(Login.person_id == person).values(email=mail))
        top = root(conn, person)
        conn.execute(update(Person).where(Person.id.in_((person, top)), Person.email == before).values(email=mail))


def _kind(conn: Connection, person: int) -> Literal["customer", "employee", "closed"]:
    """What a root person is, with all who count as them: by their roles where they have one, else by affiliation."""
    logins = _logins(conn, person)
    if any(one.role != "customer" for one in logins):
        return "employee"
    today = clock.day_of(clock.now(), calendar.organisation_zone(conn))
    affiliation = facts.load(conn, people=[person]).affiliation(person, today, _NOW)
    if affiliation == "employee" and not logins:
        return "employee"
    group = members(conn, person)
    out = select(func.count()).where(among(conn, Person.id, group), Person.status != ACTIVE)
    return "closed" if conn.scalar(out) or affiliation == "bot" else "customer"


def _logins(conn: Connection, person: int) -> Sequence[Any]:
    """Of all who count as this root person, its own first."""
    chosen = select(Login.person_id, Login.role, Login.epoch).where(among(conn, Login.person_id, members(conn, person)))
    return conn.execute(chosen.order_by(Login.person_id != person, Login.person_id)).all()
