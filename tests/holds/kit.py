"""What the tests that break things share: fresh databases, a site over one, and an API client for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from renown import app
from renown.app import Renown
from renown.cli.ledger import counted
from renown.db.engine import Database
from renown.ledger import replay
from renown.ledger.reconcile import reconcile
from renown.ledger.score import Scorer
from renown.settings import Settings
from tests import tables
from tests.postgres import serving

#: They count what is done on their own pages, of which these stories have nothing.
_PORTAL = {"ideation"}


@contextmanager
def database(url: str | None) -> Iterator[str]:
    """The address of a new, migrated database: an SQLite file, or one on the server at `url`.

    "postgresql" alone starts a server for the while.
    """
    if url == "postgresql":
        with serving() as server, database(server) as made:
            yield made
        return
    with tempfile.TemporaryDirectory(prefix="renown-holds-") as folder:
        if url is None:
            made = f"sqlite:///{folder}/renown.sqlite3"
        else:
            name = Path(folder).name.replace("-", "_").lower()
            address = make_url(url).set(drivername="postgresql+psycopg")
            admin = create_engine(address, isolation_level="AUTOCOMMIT")
            with admin.connect() as conn:
                conn.execute(text(f'CREATE DATABASE "{name}"'))
            made = address.set(database=name).render_as_string(hide_password=False)
        try:
            db = Database(made)
            tables.make(db)
            db.close()
            yield made
        finally:
            if url is not None:
                with admin.connect() as conn:
                    conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
                admin.dispose()


@contextmanager
def house(url: str) -> Iterator[Renown]:
    """An installation over a migrated database, begun."""
    with tempfile.TemporaryDirectory(prefix="renown-holds-") as folder:
        renown = app.build(Settings(data=Path(folder), database_url=url, secret_key="k" * 40, development=True))
        try:
            renown.begin()
            yield renown
        finally:
            renown.close()


def settle(renown: Renown) -> None:
    """Bring readers and boards up to date."""
    while renown.catch_up():
        pass


def whole(renown: Renown) -> None:
    """Fails where anything derived does not follow from what it is derived from."""
    settle(renown)
    drift = reconcile(renown.db)
    assert not drift, "; ".join(one.said for one in drift)


def scorers(renown: Renown) -> list[Scorer]:
    """Of all plugins that count."""
    return [renown.follower.scorer(plugin) for plugin in counted(renown)]


def replayed(renown: Renown) -> None:
    """Fails where a plugin counts the whole log again and comes to other entries than it has, or to none."""
    for scorer in scorers(renown):
        again = replay.replay(renown.db, scorer, dry_run=True, digest=True)
        assert again.same, again.differences
        assert again.entries or scorer.plugin in _PORTAL, f"{scorer.plugin} counted nothing"


class Peak:
    """How far this process grows from here on, whatever it had to hold before."""

    def __init__(self) -> None:
        # The kernel's mark of the most that was held, put back to what is held now.
        Path("/proc/self/clear_refs").write_text("5")
        self._before = _memory("VmRSS")

    @property
    def grown(self) -> int:
        """Bytes held at most since, beyond those that were held."""
        return _memory("VmHWM") - self._before


def _memory(name: str) -> int:
    (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(f"{name}:")]
    return int(line.split()[1]) << 10
