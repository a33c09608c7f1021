"""Checks of the database and the machine under it."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from renown import clock
from renown.clock import SECOND
from renown.db.trouble import is_full, said
from renown.events.models import Event
from renown.health import Finding, Site, good
from renown.jobs.presence import alive, serving
from renown_migrations import CORE, status
from renown_migrations.fit import REMEDY, misfits

#: File systems whose locks SQLite cannot rely on.
NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"})


def answers(site: Site) -> Finding:
    with site.db.read() as conn:
        version = conn.dialect.server_version_info
        events = conn.scalar(select(func.max(Event.id))) or 0
    name = "SQLite" if site.db.is_sqlite else "PostgreSQL"
    if not site.db.is_sqlite and version and version < (14,):
        return Finding("database", "bad", f"PostgreSQL {version[0]} is too old", "use PostgreSQL 14 or later")
    dotted = ".".join(map(str, (version or ())[:2]))
    return good("database", f"{name} {dotted} answers; the log is at position {events:,}")


def migrations(site: Site) -> Finding:
    with site.db.read() as conn:
        behind = [one.owner for one in status(conn) if one.behind]
    if behind:
        return Finding("tables", "bad", f"not up to date: {', '.join(behind)}", "renown db upgrade")
    return good("tables", "up to date")


def fit(site: Site, owners: Mapping[str, Path] = CORE) -> Finding:
    """Whether the tables themselves are as the models say, beside the numbers of their migrations."""
    with site.db.read() as conn:
        found = [text for texts in misfits(conn, owners).values() for text in texts]
    if found:
        more = f", and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        return Finding("fit of tables", "bad", f"{'; '.join(found[:_TOLD])}{more}", REMEDY)
    return good("fit of tables", "they are those of this version")


def disk(site: Site) -> Finding:
    folder = _folder(site)
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    text = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.0f} GB ({free:.0%})"
    if free < 0.03 or usage.free < 200e6:
        return Finding("disk", "bad", text, "make room: nothing can be recorded when it is full")
    if free < 0.1 and usage.free < 10e9:
        return Finding("disk", "warning", text, "make room soon")
    return good("disk", text)


def room(site: Site) -> Finding:
    """Whether more can be written just now: a disk may be full that is not ours to look at, or a quota used up."""
    try:
        if site.db.is_sqlite:
            with tempfile.TemporaryFile(dir=_folder(site)) as file:
                file.write(bytes(_PROBE))
                file.flush()
        else:
            with site.db.read() as conn:
                conn.exec_driver_sql("CREATE TEMPORARY TABLE renown_room (filler text)")
                rows = "SELECT repeat('x', 2000) FROM generate_series(1, %s)"
                conn.exec_driver_sql(f"INSERT INTO renown_room {rows}", (_PROBE // 2000,))
    except (OSError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not is_full(error):
            raise
        return _no_room(str(error) if isinstance(error, OSError) else said(error))
    refused = site.db.refusals.within(_LATELY)
    return good("room", "the database can grow") if refused is None else _no_room(refused)


def writing(site: Site) -> Finding:
    """SQLite has one writer: who keeps it waits on behalf of everybody. Seen in the process that serves."""
    writer = site.db.writer
    if writer is None or monotonic() - writer.since < _LONG:
        return good("writing", "nobody holds up the writing of others")
    return Finding(
        "writing", "bad",
        f"{writer.name} has held the one writing transaction for {monotonic() - writer.since:,.0f} s: nothing else"
        " can be recorded", "if it is a plugin's job, switch the plugin off and start anew; or use PostgreSQL",
    )  # fmt: skip


def _no_room(what: str) -> Finding:
    remedy = "make room on its disk; nothing is recorded until then, and all goes on by itself"
    return Finding("room", "bad", f"the database has no room to write: {what}", remedy)


def network_disk(site: Site) -> Finding:
    if not site.db.is_sqlite:
        return good("embedded database", "not in use")
    kind = _file_system(_folder(site))
    if kind in NETWORK_DISKS:
        return Finding(
            "embedded database", "bad", f"lies on a network disk ({kind}), whose locks cannot be relied on",
            "move RENOWN_DATA to a local disk, or use PostgreSQL",
        )  # fmt: skip
    return good("embedded database", f"on a local disk ({kind or 'kind unknown'})")


def servers(site: Site) -> Finding:
    with site.db.read() as conn:
        count = serving(conn)
    if site.db.is_sqlite and count > 1:
        return Finding(
            "servers", "bad", f"{count} servers share an embedded database", "stop all but one, or use PostgreSQL"
        )
    return good("servers", f"{count} running")


def workers(site: Site) -> Finding:
    with site.db.read() as conn:
        count = alive(conn)
    if not count:
        return Finding(
            "workers", "warning", "no worker runs: numbers stand still", "renown worker, or renown serve, which has one"
        )
    return good("workers", f"{count} running")


def clock_skew(site: Site) -> Finding:
    with site.db.read() as conn:
        newest = conn.scalar(select(Event.recorded_at).order_by(Event.id.desc()).limit(1)) or 0
    ahead = (newest - clock.now()) / SECOND
    if ahead > 5:
        return Finding(
            "clock", "bad", f"was set back: the newest event was recorded {_long(ahead)} ahead of it",
            "set it by NTP; what waited for a time is done anyway, and nothing is lost",
        )  # fmt: skip
    if site.db.is_sqlite:
        return good("clock", "the database has the same clock")
    with site.db.read() as conn:
        theirs = int(conn.scalar(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")) or 0)
    skew = (theirs - clock.now()) / SECOND
    if abs(skew) > 5:
        return Finding(
            "clock", "bad", f"differs from the database's by {skew:+.1f} s", "set both by NTP: signatures depend on it"
        )  # fmt: skip
    return good("clock", f"within {max(abs(skew), 0.1):.1f} s of the database's")


def _long(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 3600:,.1f} h"


def keys(site: Site) -> Finding:
    if site.settings.origin.get("RENOWN_SECRET_KEY"):
        return good("secret key", "from the environment")
    path = site.settings.data / "secret.key"
    if not path.exists():
        return good("secret key", "is made at first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding("secret key", "bad", f"{path.name} can be read by others (mode {mode:o})", f"chmod 600 {path}")
    return good("secret key", f"{path.name}, readable by its owner alone")


def address(site: Site) -> Finding:
    url = site.settings.url
    if not url:
        return Finding(
            "address", "warning", "RENOWN_URL is not set: links in mail are made from the request that caused them",
            "set RENOWN_URL to the address at which people reach Renown",
        )  # fmt: skip
    if not url.startswith("https://") and "://localhost" not in url and "://127.0.0.1" not in url:
        return Finding("address", "warning", f"{url} is not encrypted", "serve it over https, and set RENOWN_URL so")
    return good("address", url)


def _folder(site: Site) -> Path:
    database = site.db.engine.url.database
    folder = Path(database).parent if site.db.is_sqlite and database else site.settings.data
    while not folder.exists():
        folder = folder.parent
    return folder


def _file_system(folder: Path) -> str | None:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    best, kind = "", None
    for line in mounts.read_text().splitlines():
        _, point, this, *_ = line.split()
        if folder.resolve().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, this
    return kind


#: Bytes that are written, and not kept, to see whether there is room.
_PROBE = 3 << 19
#: Differences that are spelled out.
_TOLD = 8
#: Seconds from which on a writing transaction is long.
_LONG = 10
#: Seconds for which a refusal is told.
_LATELY = 60

#: What can be told without the tables.
BARE = frozenset({"tables", "disk", "embedded database", "secret key", "address"})

CHECKS = (
    ("database", answers), ("tables", migrations), ("disk", disk), ("room", room), ("embedded database", network_disk),
    ("writing", writing), ("servers", servers), ("workers", workers), ("clock", clock_skew), ("secret key", keys),
    ("address", address),
)  # fmt: skip
