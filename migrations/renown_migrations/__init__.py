"""Migrations: one environment, one version table per owner of tables, so that a plugin that is gone stops nobody.

An owner is "core" (scripts in `versions/core` here) or a plugin's name (scripts in its own `migrations` folder).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, inspect

from renown.db.engine import MIGRATION_LOCK, Database, lock

HERE = Path(__file__).parent
CORE: Mapping[str, Path] = {"core": HERE / "versions" / "core"}


class MigrationError(Exception):
    """A schema could not be brought up to date. The text says for which owner, and what to do."""


@dataclass(frozen=True)
class Status:
    """`current` is None where the owner has no tables here yet. `behind`: `renown db upgrade` has work to do."""

    owner: str
    current: str | None
    head: str | None

    @property
    def behind(self) -> bool:
        return self.current != self.head


def version_table(owner: str) -> str:
    return f"alembic_version_{owner}"


def config(owner: str, versions: Path, conn: Connection | None = None) -> Config:
    # Alembic speaks on standard output, which belongs to the commands.
    made = Config(stdout=io.StringIO())
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("version_locations", str(versions).replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    made.attributes.update(owner=owner, connection=conn)
    return made


def status(conn: Connection, owners: Mapping[str, Path] = CORE) -> list[Status]:
    found = []
    for owner, versions in owners.items():
        context = MigrationContext.configure(conn, opts={"version_table": version_table(owner)})
        script = ScriptDirectory.from_config(config(owner, versions))
        found.append(Status(owner, context.get_current_revision(), script.get_current_head()))
    return found


def upgrade(db: Database, owners: Mapping[str, Path] = CORE) -> list[Status]:
    """Bring every owner's tables up to date, in the order given; one transaction and one upgrade at a time."""
    with db.write() as conn:
        lock(conn, MIGRATION_LOCK)
        for owner, versions in owners.items():
            try:
                command.upgrade(config(owner, versions, conn), "head")
            except CommandError as error:
                raise MigrationError(f"{owner}: {error}. This database was made by a newer version of it.") from error
        return status(conn, owners)


def revision(db: Database, owner: str, versions: Path, message: str) -> Path:
    """Write the next script of `owner` by comparing its tables with the database, which must be up to date."""
    with db.write() as conn:
        made = command.revision(
            config(owner, versions, conn), message=message, autogenerate=True, version_path=str(versions)
        )
    assert isinstance(made, Script)
    return Path(made.path)


def differences(db: Database, owner: str, versions: Path) -> str | None:
    """What the models of `owner` have and its migrations have not, in Alembic's words; None where they agree."""
    with db.write() as conn:
        try:
            command.check(config(owner, versions, conn))
        except CommandError as error:
            return str(error)
    return None


def is_empty(conn: Connection) -> bool:
    """Whether this database has no table of ours."""
    return not any(name.startswith(("core_", "alembic_version_")) for name in inspect(conn).get_table_names())


def purge(conn: Connection, owner: str) -> Sequence[str]:
    """Drop all tables of `owner`, found by their prefix, so that its code is not needed. Returns their names."""
    if owner == "core":
        raise MigrationError("core: its tables are never purged")
    reflected = MetaData()
    reflected.reflect(conn, only=lambda name, _: name.startswith(f"{owner}_") or name == version_table(owner))
    # Referred core tables come along with reflection and must stay.
    doomed = [t for t in reflected.sorted_tables if t.name.startswith(f"{owner}_") or t.name == version_table(owner)]
    for table in reversed(doomed):
        table.drop(conn)
    return [table.name for table in doomed]
