"""A back-up of an embedded database while others write to it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from renown.db.engine import Database


class Unsound(Exception):
    """What the file says of itself does not hold together."""


def copy(db: Database, target: Path) -> int:
    """Write one state of an SQLite database, the one of this moment, into a new file. Returns its bytes.

    Writers are not held up. Whole or not at all, and on disk before it has its name; nobody but its owner may read it.
    Raises FileExistsError, OSError where it cannot be written, and Unsound.
    """
    if target.exists():
        raise FileExistsError(f"{target}: there is such a file already")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    draft = Path(name)
    try:
        with closing(db.engine.raw_connection()) as source, closing(sqlite3.connect(draft)) as made:
            connection = source.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            # All pages in one step: in several it would begin anew whenever somebody else had written.
            connection.backup(made)
            said = made.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise Unsound(f"the database is damaged: {said}")
        os.fsync(handle)
        try:
            os.link(draft, target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links: the name is taken first, so that nobody else's file is replaced.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
            draft.replace(target)
        _keep_name(target.parent)
        return target.stat().st_size
    finally:
        os.close(handle)
        for name in (draft.name, f"{draft.name}-wal", f"{draft.name}-shm"):
            draft.with_name(name).unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """Have the folder's list of names on disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
