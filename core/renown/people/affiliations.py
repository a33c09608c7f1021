"""What people are to the organisation, with dates: employee, customer, partner, supplier or bot."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from renown.people import changes
from renown.people.dated import write
from renown.people.merge import Refused, members, root
from renown.people.models import Affiliation, Person, SourceAffiliation

KINDS = ("employee", "partner", "supplier", "customer", "bot")


def affiliate(conn: Connection, person: int, kind: str, from_day: int | None = None, to_day: int | None = None) -> bool:
    """Say what a person is on days [from_day, to_day). Appends `renown.affiliated`; False if that was so already."""
    if kind not in KINDS:
        raise Refused(f"affiliation: {kind!r} is none of {', '.join(KINDS)}")
    changes.begin(conn)
    person = root(conn, person)
    return write(conn, Affiliation, "affiliated", person, {"kind": kind}, from_day, to_day)


def set_bot(conn: Connection, person: int) -> None:
    """An account turned out to be a machine: so is its person, from here on."""
    changes.begin(conn)
    person = root(conn, person)
    if write(conn, Affiliation, "affiliated", person, {"kind": "bot"}, None, None):
        conn.execute(update(Person).where(Person.id.in_(members(conn, person))).values(bot=True))


def source_changed(conn: Connection, source_id: int, before: str, after: str) -> int:
    """The affiliation that a source gives its accounts changes from now on. Returns the event's position."""
    changes.begin(conn)
    known = conn.scalars(select(SourceAffiliation.id).where(SourceAffiliation.source_id == source_id)).first()
    position = changes.announce(conn, "source-changed", (), source=source_id, affiliation=after, was=before)
    rows = [] if known else [{"source_id": source_id, "kind": before, "known": 0}]
    conn.execute(insert(SourceAffiliation), [*rows, {"source_id": source_id, "kind": after, "known": position}])
    return position
