"""Connected networks: added, found, changed and removed. Their secrets are sealed."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from renown import clock
from renown.db.engine import SOURCES_LOCK, lock
from renown.db.sets import listed as as_set
from renown.db.spelled import Spelled, spelled_among
from renown.events import log
from renown.events.receive import is_core_name, is_readable
from renown.people import affiliations, claims
from renown.sources.connector import Connector, SourceInfo
from renown.sources.models import Source
from renown.sources.secrets import Keyring

AFFILIATIONS = ("employee", "customer", "partner", "supplier")
#: Who posts CloudEvents with a token: no connector, no address of its own. The company gave the token to a program of
#: its own, so the accounts are its employees until an administrator says otherwise; their e-mails are not believed.
CLOUDEVENTS = "cloudevents"
#: How many secrets are tried: enough to rotate, few enough to compare all.
MAX_SECRETS = 5

_CHANGEABLE = frozenset(
    {"title", "affiliation", "vouches", "keep_text", "keep_private", "settings", "state", "step", "max_body"}
)
#: Of these the log tells, since the ledger depends on them.
_TOLD = frozenset({"affiliation", "vouches", "keep_text", "keep_private", "state"})

# Built once: every delivery asks for its source.
_BY_NAME = select(Source.__table__).where(Source.name == bindparam("wanted"))
_BY_SLUG = select(Source.__table__).where(Source.slug == bindparam("wanted"))
_LIVE = spelled_among(
    "SELECT id, name, slug, network, affiliation, vouches, keep_text, keep_private, CAST(settings AS TEXT) AS settings"
    " FROM core_source WHERE state = 'live' AND id {among}",
    "BIGINT",
)


class SourceError(ValueError):
    """What was asked of a source cannot be. The text says which field and why."""


def add(
    conn: Connection,
    keyring: Keyring,
    network: str,
    name: str,
    *,
    connector: Connector | None = None,
    secret: str | None = None,
    title: str | None = None,
    settings: Mapping[str, Any] | None = None,
    state: str = "live",
) -> Row[Any]:
    """Connect a network and give its row. Without `secret` one is made. What a connector says of its accounts holds."""
    if not name or len(name) > 256 or not is_readable(name):
        raise SourceError("name: 1 to 256 printable characters")
    if is_core_name(name):
        raise SourceError("name: is the core's own")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,23}", network):
        raise SourceError(f"network: {network!r} is no network's name")
    lock(conn, SOURCES_LOCK)
    found = by_name(conn, name)
    if found is not None and found.state != "removed":
        raise SourceError(f"name: there is a source {name!r} already")
    sealed = keyring.seal_all([secret or secrets.token_hex(32)])
    if found is not None:
        conn.execute(update(Source).where(Source.id == found.id).values(secrets=sealed))
        change(conn, found.id, state=state)
        return _required(conn, found.id)
    values = {
        "name": name,
        "network": network,
        "title": (title or name)[:256],
        "affiliation": connector.affiliation if connector else "employee" if network == CLOUDEVENTS else "customer",
        "vouches": connector.vouches if connector else False,
        "settings": dict(settings or {}),
        "secrets": sealed,
        "state": state,
        "created_at": clock.now(),
    }
    made = conn.execute(insert(Source).values(values | {"slug": _free_slug(conn, network, name)}).returning(Source.id))
    return _required(conn, made.scalar_one())


def ensure(conn: Connection, keyring: Keyring, name: str) -> Row[Any]:
    """The source of that name for somebody who posts CloudEvents; it appears in the list from its first event on."""
    found = by_name(conn, name)
    if found is not None:
        return found
    # Its first events may come in several requests at once.
    lock(conn, SOURCES_LOCK)
    return by_name(conn, name) or add(conn, keyring, CLOUDEVENTS, name)


def ensure_core_source(conn: Connection) -> int:
    """The id of the core's own source, made at first start."""
    return log.core_source(conn)


def listed(conn: Connection) -> Sequence[Row[Any]]:
    """All sources but the core's own and those removed, by name."""
    return conn.execute(
        select(Source.__table__).where(Source.state != "removed", Source.name != log.CORE).order_by(Source.name)
    ).all()


def by_name(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(_BY_NAME, {"wanted": name}).one_or_none()


def by_slug(conn: Connection, slug: str) -> Row[Any] | None:
    return conn.execute(_BY_SLUG, {"wanted": slug}).one_or_none()


class Door(NamedTuple):
    """What a delivery must know of the source that it is for. `secrets` are sealed."""

    source: SourceInfo
    secrets: Sequence[str]
    state: str
    max_body: int | None


def door(conn: Connection, slug: str) -> Door | None:
    """What listens at this address: asked by every delivery, of the driver itself."""
    row = _DOOR.row(conn, {"slug": slug})
    if row is None:
        return None
    number, name, slug, network, affiliation, vouches, text, private, settings, secrets, state, max_body = row
    source = SourceInfo(
        number, name, slug, network, affiliation, bool(vouches), bool(text), bool(private), json.loads(settings) or {}
    )
    return Door(source, json.loads(secrets), state, max_body)


_DOOR = Spelled("""
    SELECT id, name, slug, network, affiliation, vouches, keep_text, keep_private, CAST(settings AS TEXT),
           CAST(secrets AS TEXT), state, max_body
    FROM core_source WHERE slug = :slug
""")


def by_id(conn: Connection, source_id: int) -> Row[Any] | None:
    return conn.execute(select(Source.__table__).where(Source.id == source_id)).one_or_none()


def change(conn: Connection, source_id: int, **values: Any) -> None:
    """Change settings of a source. Those that scores depend on are told in the log. Raises SourceError."""
    unknown = values.keys() - _CHANGEABLE
    if unknown:
        raise SourceError(f"{min(unknown)}: cannot be changed")
    if values.get("affiliation", "customer") not in AFFILIATIONS:
        raise SourceError(f"affiliation: none of {', '.join(AFFILIATIONS)}")
    before = _required(conn, source_id)
    changed = {name: value for name, value in values.items() if getattr(before, name) != value}
    if not changed:
        return
    told = {name: changed[name] for name in sorted(changed.keys() & _TOLD)}
    if told.get("vouches"):
        claims.sweep(conn, source_id)
    conn.execute(update(Source).where(Source.id == source_id).values(changed))
    if "affiliation" in told:
        affiliations.source_changed(conn, source_id, before.affiliation, told.pop("affiliation"))
    if told:
        log.append_core(conn, "source-changed", extra={"source": source_id, **told})


def remove(conn: Connection, source_id: int) -> None:
    """Take no more from it. Its history stays, and its secrets go."""
    change(conn, source_id, state="removed")
    conn.execute(update(Source).where(Source.id == source_id).values(secrets=[]))


def add_secret(conn: Connection, keyring: Keyring, source_id: int, secret: str | None = None) -> str:
    """One more secret that is believed, beside those there; give it. The oldest goes when there are too many."""
    row = _required(conn, source_id)
    made = secret or secrets.token_hex(32)
    sealed = [*keyring.seal_all([made]), *row.secrets][:MAX_SECRETS]
    conn.execute(update(Source).where(Source.id == source_id).values(secrets=sealed))
    return made


def drop_old_secrets(conn: Connection, source_id: int) -> None:
    """Believe the newest secret alone."""
    row = _required(conn, source_id)
    conn.execute(update(Source).where(Source.id == source_id).values(secrets=row.secrets[:1]))


def info(row: Row[Any]) -> SourceInfo:
    """What connectors and the log need of a source's row."""
    return SourceInfo(
        id=row.id,
        name=row.name,
        slug=row.slug,
        network=row.network,
        affiliation=row.affiliation,
        vouches=row.vouches,
        keep_text=row.keep_text,
        keep_private=row.keep_private,
        settings=row.settings or {},
    )


def live(conn: Connection, ids: Collection[int]) -> dict[int, SourceInfo]:
    """The same of those that may be written to, by id."""
    rows = _LIVE(conn, {"given": as_set(conn, ids)})
    return {
        row.id: SourceInfo(
            id=row.id,
            name=row.name,
            slug=row.slug,
            network=row.network,
            affiliation=row.affiliation,
            vouches=bool(row.vouches),
            keep_text=bool(row.keep_text),
            keep_private=bool(row.keep_private),
            settings=json.loads(row.settings) or {},
        )
        for row in rows
    }


def path(row: Row[Any]) -> str:
    """Where the network delivers to, below the site's address."""
    return f"/in/{row.network}/{row.slug}"


def _required(conn: Connection, source_id: int) -> Row[Any]:
    row = by_id(conn, source_id)
    if row is None or row.name == log.CORE:
        raise SourceError("source: there is none")
    return row


def _free_slug(conn: Connection, network: str, name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix(network)).strip("-")[:48] or network
    taken = set(conn.scalars(select(Source.slug).where(Source.slug.like(f"{base}%"))))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
