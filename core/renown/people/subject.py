"""One human as the subject of data: all that they are known by, and the rooms that hold something of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.utils import cached_property

from renown.db.sets import among
from renown.people.merge import members, root
from renown.people.models import Identity, Person

#: Shorter ids, and short numbers, say nothing by themselves: they are looked for in the person's own acts only.
_TELLING = 4

ERASED_TEXT = "[erased]"


@dataclass(frozen=True)
class Account:
    id: int
    source: int
    key: str
    username: str | None
    email: str | None


@dataclass(frozen=True)
class Subject:
    """`people` are the person and all merged into them; `names` are what people call them, and e-mails."""

    person: int
    people: tuple[int, ...]
    accounts: tuple[Account, ...]
    names: tuple[str, ...]

    @cached_property
    def identities(self) -> tuple[int, ...]:
        return tuple(account.id for account in self.accounts)

    @cached_property
    def sources(self) -> tuple[int, ...]:
        return tuple(sorted({account.source for account in self.accounts}))

    def ids(self, source: int, *, weak: bool = False) -> tuple[str, ...]:
        """By what the person's accounts may stand in keys of a source; `weak` also what is too short to be sure."""
        mine = (account for account in self.accounts if account.source == source)
        found = {one for account in mine for one in (account.key, account.username, account.email) if one}
        return tuple(sorted(one for one in found if weak or _tells(one)))

    def holds(self, text: str | None, source: int, *, weak: bool = False) -> bool:
        """Whether one of the ids stands in `text`, as a part of its own."""
        ids = self.ids(source, weak=weak)
        return bool(text and ids and _pattern(ids).search(text))

    def named(self, text: str | None) -> bool:
        """Whether a name or e-mail stands in a text for people."""
        return bool(text and self.names and _pattern(self.names).search(text))

    def unnamed(self, text: str) -> str:
        """The text without names and e-mails."""
        return _pattern(self.names).sub(ERASED_TEXT, text) if self.names else text

    def without_ids(self, text: str, source: int) -> str:
        """The text without telling ids of that source."""
        ids = self.ids(source)
        return _pattern(ids).sub(ERASED_TEXT, text) if ids else text

    def everything(self) -> tuple[str, ...]:
        """All telling ids of all sources, and the names: for places where sources are not told apart."""
        found = set(self.names)
        for source in self.sources:
            found.update(self.ids(source))
        return tuple(sorted(found))


Forget = Callable[[Connection, Subject], None]
Tell = Callable[[Connection, Subject], Collection[dict[str, Any]]]

#: What must be there before anybody is erased: a room that was not wired would keep what it has.
ROOMS = frozenset({"access", "events", "ledger", "notify", "sources"})

forgetters: dict[str, Forget] = {}
tellers: dict[str, Tell] = {}


def load(conn: Connection, person: int) -> Subject:
    """Raises Refused for an unknown person."""
    top = root(conn, person)
    group = members(conn, top)
    people = conn.execute(select(Person.name, Person.email, Person.handle).where(among(conn, Person.id, group))).all()
    rows = conn.execute(
        select(
            Identity.id, Identity.source_id, Identity.key, Identity.username, Identity.email, Identity.name
        ).where(among(conn, Identity.person_id, group)).order_by(Identity.id)
    ).all()  # fmt: skip
    names = {name for row in (*people, *rows) for name in (row.name, row.email) if name and len(name) >= _TELLING}
    accounts = tuple(Account(row.id, row.source_id, row.key, row.username, row.email) for row in rows)
    return Subject(top, group, accounts, tuple(sorted(names)))


def containing(
    column: InstrumentedAttribute[Any] | ColumnElement[Any], texts: Iterable[str]
) -> ColumnElement[bool] | None:
    """A rough filter for rows whose text may hold one of these; None where there is nothing to look for."""
    parts = [cast(column, String).contains(_as_stored(column, one), autoescape=True) for one in texts]
    return or_(*parts) if parts else None


def scrub(conn: Connection, whom: Subject, *columns: InstrumentedAttribute[Any]) -> None:
    """Take the names out of texts that people or programs wrote."""
    for column in columns:
        naming = containing(column, whom.names)
        if naming is not None:
            for text in set(conn.scalars(select(column).where(naming))):
                conn.execute(update(column.class_).where(column == text).values({column: whom.unnamed(text)}))


def _as_stored(column: Any, text: str) -> str:
    """In JSON columns other letters than ASCII may be written as escapes: look for the longest plain stretch."""
    if str(column.type) != "JSON":
        return text
    stretches: list[str] = re.findall(r"[ !#-\[\]-~]+", text)
    return max(stretches, key=len, default="")


def _tells(one: str) -> bool:
    return len(one) >= _TELLING and not (one.isdigit() and len(one) < 6)


def _pattern(texts: tuple[str, ...]) -> re.Pattern[str]:
    one_of = "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
    return re.compile(f"(?<![A-Za-z0-9])(?:{one_of})(?![A-Za-z0-9])")
