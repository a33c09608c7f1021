"""What administrators do to the ledger by hand, each an event of the core with a reason: adjust, set aside."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from renown import audit, clock
from renown.db.engine import ring
from renown.events.log import append_core, core_source
from renown.events.models import Consumer, Event
from renown.ledger.models import Measure, SetAside
from renown.people import changes
from renown.people.merge import root
from renown.people.models import Identity

#: Thousandths; far beyond any sum that was ever earned.
MOST = 10**12


def adjust(
    conn: Connection, person: int, measure: str, amount: int, reason: str, *, by: int | None, via: str = "system"
) -> int:
    """Give (or take) `amount` thousandths of a sum measure, today. Returns the position of `renown.adjusted`.

    The entry goes to an account of the person's own in the source "renown". Raises ValueError, naming the field.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError("reason: say why, the person will read it")
    if not 0 < abs(amount) <= MOST:
        raise ValueError(f"amount: must not be 0, and at most {MOST // 1000} either way")
    found = conn.execute(select(Measure.generation, Measure.listed).where(Measure.name == measure)).one_or_none()
    if found is None or found.generation is None or not found.listed:
        raise ValueError(f"measure: {measure!r} is no sum that is counted")
    changes.begin(conn)
    person = root(conn, person)
    identity = _account(conn, person)
    said = {"identity": identity, "measure": measure, "amount": amount, "reason": reason[:500]}
    position = append_core(conn, "adjusted", extra=said)
    changes.tell(conn, changes.Change("adjusted", (person,), position, (said,)))
    details = {"measure": measure, "amount": amount, "reason": reason}
    audit.record(
        conn, "ledger.adjusted", actor_id=by, via=via, target=f"event:{position}", person_id=person, details=details
    )
    return position


def set_aside(
    conn: Connection, plugin: str, event: int, reason: str, *, by: int | None, via: str = "system"
) -> int | None:
    """Take an event out of a plugin's reckoning, and let a cursor that stopped at it go on.

    Returns the position of `renown.set-aside`, None where that was done before. Raises LookupError for no event.
    """
    if conn.scalar(select(Event.id).where(Event.id == event)) is None:
        raise LookupError(f"event {event} is not in the log")
    mine = (SetAside.plugin == plugin, SetAside.event_id == event)
    if conn.execute(select(SetAside.known).where(*mine)).one_or_none() is not None:
        return None
    position = append_core(conn, "set-aside", cites=event, extra={"plugin": plugin})
    conn.execute(insert(SetAside).values(plugin=plugin, event_id=event, known=position, reason=reason))
    conn.execute(
        update(Consumer)
        .where(Consumer.plugin == plugin, Consumer.kind == "score", Consumer.state == "stopped")
        .values(state="running", error=None, failed_event=None, attempts=0, retry_at=None)
    )
    ring(conn, "log")
    details = {"reason": reason}
    audit.record(
        conn, "event.set-aside", actor_id=by, via=via, target=f"event:{event}", details={"plugin": plugin, **details}
    )
    return position


def _account(conn: Connection, person: int) -> int:
    """The person's account in the core's own source, made where it is missing."""
    source, key = core_source(conn), f"person:{person}"
    found = conn.scalar(select(Identity.id).where(Identity.source_id == source, Identity.key == key))
    if found is not None:
        return found
    made = insert(Identity).values(source_id=source, key=key, person_id=person, first_seen=clock.now())
    return int(conn.execute(made.returning(Identity.id)).scalar_one())
