"""What sources hold of a person outside of the log: deliveries shown live, rejects and quarantine. All of it goes."""

from __future__ import annotations

from sqlalchemy import Connection, LargeBinary, cast, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from renown.db.sets import among
from renown.people import subject
from renown.people.subject import Subject, containing
from renown.sources.models import Quarantine, Receipt, Reject
from renown.sources.secrets import Keyring, WrongKey


def wire(keyring: Keyring) -> None:
    """Rejects and quarantine are sealed: whoever puts the parts together says with which keys."""

    def forget(conn: Connection, whom: Subject) -> None:
        _plain(conn, whom)
        for table in (Reject, Quarantine):
            _sealed(conn, whom, keyring, table)

    subject.forgetters["sources"] = forget


_PLAIN = (
    (Receipt, (Receipt.who, Receipt.reason, Receipt.payload)),
    (Reject, (Reject.key, Reject.reason, Reject.errors)),
    (Quarantine, (Quarantine.key, Quarantine.reason)),
)


def _plain(conn: Connection, whom: Subject) -> None:
    texts = whom.everything()
    for table, columns in _PLAIN:
        found = [one for one in (containing(column, texts) for column in columns) if one is not None]
        if found:
            conn.execute(delete(table).where(or_(*found)))


def _sealed(conn: Connection, whom: Subject, keyring: Keyring, table: type[Reject] | type[Quarantine]) -> None:
    texts = [text.encode() for text in whom.everything()]
    sealed: InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None] = table.payload
    gone = []
    for number, payload in conn.execute(select(table.id, cast(sealed, LargeBinary)).where(sealed.is_not(None))).all():
        try:
            plain = keyring.open(payload)
        except WrongKey:
            # Nobody can read it any more, so nobody can say that it holds nothing.
            gone.append(number)
            continue
        if any(text in plain for text in texts):
            gone.append(number)
    if gone:
        conn.execute(delete(table).where(among(conn, table.id, gone)))
