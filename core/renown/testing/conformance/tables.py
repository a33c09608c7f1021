"""Tables: whom they refer to, and that migrations make them, unmake them, and a purge leaves nothing of them."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from renown.hooks.manifest import Plugin
from renown.testing.conformance.base import Base, tables_of
from renown.testing.kit import Kit
from renown_migrations import MigrationError, config, differences, upgrade, version_table
from renown_migrations.dropping import purge

_FOREIGN = {"core_person.id", "core_event.id"}


class Tables(Base):
    def test_its_tables_refer_to_people_and_events_alone_and_drop_nothing(self, manifest: Plugin) -> None:
        for table in tables_of(self.plugin):
            for key in table.foreign_keys:
                where, own = f"{table.name}.{key.parent.name}", key.target_fullname.startswith(f"{self.plugin}_")
                assert own or key.target_fullname in _FOREIGN, (
                    f"{where} refers to {key.target_fullname}: refer to people or events, or keep a number"
                )
                assert own or key.ondelete in (None, "RESTRICT"), (
                    f"{where}: leave `ondelete` out; nobody is deleted, and {key.ondelete} would hide it"
                )

    def test_its_migrations_make_its_tables(self, manifest: Plugin, renown_kit: Kit) -> None:
        folder = renown_kit.renown.plugins.migrations.get(self.plugin)
        if folder is None:
            names = ", ".join(table.name for table in tables_of(self.plugin))
            assert not names, (
                f"there is no migrations folder for {names}: renown db revision --plugin {self.plugin} -m tables"
            )
            return
        found = differences(renown_kit.db, self.plugin, folder)
        assert found is None, f"models and migrations differ: renown db revision --plugin {self.plugin} -m why. {found}"

    def test_its_migrations_go_down_and_up_again(self, manifest: Plugin, renown_kit: Kit) -> None:
        folder = renown_kit.renown.plugins.migrations.get(self.plugin)
        if folder is None:
            return
        try:
            with renown_kit.db.write() as conn:
                command.downgrade(config(self.plugin, folder, conn), "base")
        except (CommandError, SQLAlchemyError, NotImplementedError) as error:
            pytest.fail(f"`downgrade` of a migration fails: let it undo what `upgrade` does. {error}")
        left = {name for name in _of(self.plugin, _names(renown_kit)) if version_table("") not in name}
        assert not left, f"{', '.join(sorted(left))} stays after `downgrade`: let it drop what `upgrade` makes"
        self._make_again(renown_kit, "`downgrade`")
        found = differences(renown_kit.db, self.plugin, folder)
        assert found is None, f"down and up again, the tables are others than before: {found}"

    def test_purging_leaves_nothing_and_takes_nothing_else(self, kit: Kit) -> None:
        self.lively(kit)
        kit.settle()
        before = _names(kit)
        kit.disable(self.plugin)
        try:
            with kit.db.write() as conn:
                purge(conn, self.plugin)
        except MigrationError as error:
            pytest.fail(f"it cannot be purged: name all that migrations make {self.plugin}_*. {error}")
        after = _names(kit)
        left = _of(self.plugin, after)
        assert not left, (
            f"{', '.join(sorted(left))} stays after a purge: only tables of yours go, and what hangs on them"
        )
        lost = before - after - _of(self.plugin, before)
        assert not lost, f"{', '.join(sorted(lost))} went with the purge, and is not {self.plugin}'s"
        if self.plugin in kit.renown.plugins.migrations:
            self._make_again(kit, "a purge")

    def _make_again(self, kit: Kit, what: str) -> None:
        try:
            upgrade(kit.db, {self.plugin: kit.renown.plugins.migrations[self.plugin]})
        except (MigrationError, SQLAlchemyError) as error:
            pytest.fail(
                f"after {what} its tables cannot be made again, for something is left: name all that migrations make "
                f"{self.plugin}_*, and drop the rest in `downgrade`. {error}"
            )


def _names(kit: Kit) -> set[str]:
    """Of all tables, views, indexes, sequences, types and functions."""
    with kit.db.read() as conn:
        if conn.dialect.name == "sqlite":
            return set(conn.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
        return set(inspect(conn).get_table_names()) | _on_postgresql(conn)


def _on_postgresql(conn: Connection) -> set[str]:
    return set(
        conn.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION "
            "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typelem = 0 UNION "
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).scalars()
    )


def _of(plugin: str, names: set[str]) -> set[str]:
    """Those that are the plugin's, with indexes and keys of its tables."""
    kinds = ("", "ix_", "uq_", "pk_", "ck_", "fk_", "sqlite_autoindex_")
    marks = tuple(f"{kind}{mark}" for kind in kinds for mark in (f"{plugin}_", version_table(plugin)))
    return {name for name in names if name.startswith(marks)}
