"""Tables: whom they refer to, and that migrations make them, unmake them, and a purge leaves nothing of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from renown.context import purging
from renown.hooks.manifest import Plugin
from renown.testing.conformance.base import Base, tables_of
from renown.testing.databases import Template
from renown.testing.kit import Kit
from renown.testing.schema import names
from renown_migrations import MigrationError, config, differences, upgrade, version_table

_FOREIGN = {"core_person.id", "core_event.id"}


class Tables(Base):
    @pytest.fixture
    def made(self, renown_dialect: str, renown_template: Callable[[str], Template]) -> frozenset[str]:
        """The names of all that the plugin's migrations made where it was not before."""
        return renown_template(renown_dialect).made.get(self.plugin, frozenset())

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

    def test_its_migrations_make_its_tables(self, manifest: Plugin, renown_kit: Kit, made: frozenset[str]) -> None:
        folder = renown_kit.renown.plugins.migrations.get(self.plugin)
        if folder is None:
            own = ", ".join(table.name for table in tables_of(self.plugin))
            assert not own, (
                f"there is no migrations folder for {own}: renown db revision --plugin {self.plugin} -m tables"
            )
            pytest.skip("it has no tables")
        found = differences(renown_kit.db, self.plugin, folder)
        assert found is None, f"models and migrations differ: renown db revision --plugin {self.plugin} -m why. {found}"
        others = sorted(made - _of(self.plugin, made))
        assert not others, (
            f"its migrations make {', '.join(others)}, which is not named {self.plugin}_*: a purge would not find it, "
            "and what is the core's may be another with the next release"
        )

    def test_its_migrations_go_down_and_up_again(self, manifest: Plugin, renown_kit: Kit, made: frozenset[str]) -> None:
        folder = renown_kit.renown.plugins.migrations.get(self.plugin)
        if folder is None:
            pytest.skip("it has no tables")
        try:
            with renown_kit.db.write() as conn:
                command.downgrade(config(self.plugin, folder, conn), "base")
        except (CommandError, SQLAlchemyError, NotImplementedError) as error:
            pytest.fail(f"`downgrade` of a migration fails: let it undo what `upgrade` does. {error}")
        left = sorted(name for name in made & _names(renown_kit) if version_table("") not in name)
        assert not left, f"{', '.join(left)} stays after `downgrade`: let it drop what `upgrade` makes"
        self._make_again(renown_kit, "`downgrade`")
        found = differences(renown_kit.db, self.plugin, folder)
        assert found is None, f"down and up again, the tables are others than before: {found}"

    def test_purging_leaves_nothing_and_takes_nothing_else(self, kit: Kit, made: frozenset[str]) -> None:
        without = _names(kit) - made
        self.lively(kit)
        kit.settle()
        kit.disable(self.plugin)
        renown = kit.renown
        try:
            purging.purge(kit.db, renown.plugins, self.plugin, renown.settings.data, actor_id=None, via="system")
        except purging.NotPurged as error:
            pytest.fail(f"it cannot be purged: name all that migrations make {self.plugin}_*. {error}")
        after = _names(kit)
        left = sorted(after - without)
        assert not left, (
            f"{', '.join(left)} stays after a purge: only tables named {self.plugin}_* go, and what hangs on them"
        )
        lost = sorted(without - after)
        assert not lost, f"{', '.join(lost)} went with the purge, and is not {self.plugin}'s"
        if self.plugin in renown.plugins.migrations:
            self._make_again(kit, "a purge")

    def _make_again(self, kit: Kit, what: str) -> None:
        try:
            upgrade(kit.db, {self.plugin: kit.renown.plugins.migrations[self.plugin]})
        except (MigrationError, SQLAlchemyError) as error:
            pytest.fail(
                f"after {what} its tables cannot be made again, for something is left: name all that migrations make "
                f"{self.plugin}_*, and drop the rest in `downgrade`. {error}"
            )


def _names(kit: Kit) -> frozenset[str]:
    with kit.db.read() as conn:
        return names(conn)


def _of(plugin: str, found: frozenset[str]) -> frozenset[str]:
    """Those that are the plugin's, with indexes and keys of its tables."""
    kinds = ("", "ix_", "uq_", "pk_", "ck_", "fk_", "sqlite_autoindex_")
    marks = tuple(f"{kind}{mark}" for kind in kinds for mark in (f"{plugin}_", version_table(plugin)))
    return frozenset(name for name in found if name.startswith(marks))
