"""`POST /in/<network>/<slug>`: a delivery is checked over its raw bytes, read, and answered once it is committed."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection

from renown import clock
from renown.events import log
from renown.events.diagnose import MAX_DEPTH, too_deep
from renown.events.receive import FieldError, Refusal
from renown.events.types import CloudEvent
from renown.sources import intake, notes, registry
from renown.sources.bodies import BadBody, unpacked
from renown.sources.connector import Answer, BadPayload, BadSignature, Connector, Inbound, Skipped, SourceInfo
from renown.sources.intake import Counts, Prepared
from renown.sources.notes import Delivery, Refused
from renown.sources.reception import Reception
from renown.sources.redact import redacted
from renown.sources.registry import Door

logger = structlog.get_logger("renown.sources")

#: A source whose signature is wrong is noted this often, so that strangers cannot fill the live view.
_REFUSED_EVERY = 5 * clock.SECOND


class NoSuchAddress(Exception):
    """No source listens there."""


@dataclass(frozen=True)
class _Taken:
    """A verified delivery, read."""

    prepared: Prepared
    answer: Answer | None = None


def body_cap(reception: Reception, slug: str) -> int:
    """How many bytes a delivery to this address may have. Raises NoSuchAddress."""
    with reception.db.glance() as conn:
        return _cap(reception, _door(conn, slug, None))


def deliver(reception: Reception, slug: str, inbound: Inbound, network: str | None = None) -> Answer:
    """What to answer. Raises NoSuchAddress where nothing listens; all else is an answer and a line in the live view."""
    begun = time.perf_counter_ns()
    with reception.db.glance() as conn:
        door = _door(conn, slug, network)
    source, connector = door.source, reception.connectors().get(door.source.network)
    if door.state == "paused" or connector is None:
        why = "this source is paused" if connector else reception.why_nobody(source.network)
        return _refuse(reception, source, 503, why)
    if len(inbound.body) > _cap(reception, door):
        return _refuse(reception, source, 413, f"the body is larger than {_cap(reception, door):,} bytes")
    try:
        connector.verify(inbound, reception.keyring.open_all(door.secrets))
    except BadSignature as error:
        return _refuse(reception, source, 401, str(error))
    try:
        inbound = replace(inbound, body=unpacked(inbound, _cap(reception, door)))
        if too_deep(inbound.body):
            raise BadBody(400, f"the body is nested deeper than {MAX_DEPTH}")
        taken = read(reception, connector, source, inbound)
    except (BadBody, BadPayload) as error:
        status = error.status if isinstance(error, BadBody) else 400
        return _unreadable(reception, source, inbound, status, str(error), begun)
    except Exception as error:
        # The connector's fault, not the sender's: nothing is lost, it can be tried again when that is mended.
        logger.exception("connector failed", network=source.network)
        return _unreadable(reception, source, inbound, 200, f"the connector failed: {type(error).__name__}", begun)
    if taken.answer is not None:
        reception.db.retrying(
            lambda conn: notes.write_deliveries(conn, [(source.id, _line(inbound, "skipped", "handshake"))])
        )
        return taken.answer
    taken.prepared.notes.delivery = _delivery(inbound, taken.prepared, begun)
    counts = reception.grouping.commit(reception.db, taken.prepared, intake.commit)
    return _json(200, {**counts.figures(), "rejected": [msgspec.to_builtins(one) for one in counts.details]})


def read(reception: Reception, connector: Connector, source: SourceInfo, inbound: Inbound) -> _Taken:
    """A verified delivery's events, judged. Raises BadPayload, and whatever a connector may raise by mistake."""
    answer = connector.answer(inbound)
    if answer is not None:
        return _Taken(Prepared(source), answer)
    items: list[CloudEvent | Skipped] = list(connector.normalise(inbound, source))
    return _Taken(intake.prepare(reception, source, items))


def _door(conn: Connection, slug: str, network: str | None) -> Door:
    found = registry.door(conn, slug)
    if found is None or found.state == "removed":
        raise NoSuchAddress(slug)
    if found.source.name == log.CORE or network not in (None, found.source.network):
        raise NoSuchAddress(slug)
    return found


def _cap(reception: Reception, door: Door) -> int:
    return door.max_body or reception.max_body


def _refuse(reception: Reception, source: SourceInfo, status: int, reason: str) -> Answer:
    """What does not come from the network, as far as we know, is noted now and then and kept nowhere."""

    def work(conn: Connection) -> None:
        last = notes.deliveries(conn, source.id, limit=1)
        if not last or last[0].outcome != "refused" or abs(clock.now() - last[0].at) > _REFUSED_EVERY:
            notes.write_deliveries(conn, [(source.id, Delivery("refused", reason=reason))])

    reception.db.retrying(work)
    return _json(status, {"error": reason})


def _unreadable(
    reception: Reception, source: SourceInfo, inbound: Inbound, status: int, reason: str, begun: int
) -> Answer:
    """Keep the whole delivery, sealed, to be tried again."""
    refusal = Refusal(index=0, id=None, errors=[FieldError("", reason)])
    prepared = Prepared(source)
    prepared.notes.refused.append(Refused(refusal, reception.keyring.seal(pack(inbound))))
    prepared.notes.delivery = _line(inbound, "rejected", None, reason, begun)
    reception.grouping.commit(reception.db, prepared, intake.commit)
    return _json(status, {**Counts(rejected=1).figures(), "error": reason})


def pack(inbound: Inbound) -> bytes:
    """A delivery as bytes, without what signs it."""
    headers = {
        name: value for name, value in inbound.headers.items() if "signature" not in name and "token" not in name
    }
    return msgspec.json.encode({"delivery": replace(inbound, headers=headers)})


def unpack(raw: bytes) -> Inbound:
    """The reverse of `pack`."""
    found: Inbound = msgspec.json.decode(raw, type=dict[str, Inbound])["delivery"]
    return found


def _delivery(inbound: Inbound, prepared: Prepared, begun: int) -> Delivery:
    """One line for all of a delivery's events: the worst of what became of them, and the first of them as example.

    That all of them were there already is known, and written, on commit.
    """
    noted = prepared.notes
    if noted.held:
        return _line(inbound, "quarantined", None, noted.held[0].reason, begun, shown=False)
    if noted.refused:
        error = noted.refused[0].refusal.errors[0]
        return _line(inbound, "rejected", None, f"{error.field}: {error.message}".removeprefix(": "), begun)
    if prepared.events:
        first = prepared.events[0]
        line = _line(inbound, "accepted", first.type, None, begun)
        return replace(line, who=first.data.actor.name or first.data.actor.username or first.data.actor.id)
    reason, what = next(iter(noted.skipped), ("nothing in it", ""))
    return _line(inbound, "skipped", what or None, reason, begun, shown=reason != intake.PRIVATE)


def _line(
    inbound: Inbound,
    outcome: str,
    what: str | None,
    reason: str | None = None,
    begun: int | None = None,
    shown: bool = True,
) -> Delivery:
    micros = None if begun is None else (time.perf_counter_ns() - begun) // 1000
    return Delivery(outcome, what, None, reason, micros, redacted(inbound.body) if shown else None)


def _json(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, msgspec.json.encode(body).decode(), "application/json")
