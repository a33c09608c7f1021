"""What a plugin asks the database: its own tables. What is in the core's, and in other plugins', comes by `ctx`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sqlalchemy import event

from renown.db.base import metadata
from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed
from renown.testing.conformance.imports import package_of
from renown.testing.conformance.pages import Pages
from renown.testing.kit import Kit

_WORDS = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


class Statements(Pages):
    def test_it_asks_its_own_tables_alone(self, kit: Kit, manifest: Plugin, installed: Installed) -> None:
        ada = kit.person("Ada", "administrator")
        with self._listening(kit, package_of(installed)) as found:
            ana, bea, cem = self.lively(kit)
            kit.settle()
            self.ask_everywhere(kit, manifest, ana, in_time=False)
            self.visit(kit, ada, [ana], in_time=False)
            merge = kit.merge(ana, bea)
            kit.settle()
            kit.split(merge)
            kit.erase(cem)
            kit.settle()
            with kit.db.read() as conn:
                kit.renown.dispatcher.export_person(ana, kit.viewer(ana), conn)
                kit.renown.dispatcher.health(conn)
                kit.renown.dispatcher.metrics(conn)
        said = "; ".join(f"{where} asks {', '.join(sorted(tables))}" for where, tables in sorted(found.items()))
        assert not found, (
            f"{said}: what is not its own may be another with the next release. `ctx` gives people, teams, events, "
            "standings and entries"
        )

    @contextmanager
    def _listening(self, kit: Kit, package: str) -> Iterator[dict[str, set[str]]]:
        """By function of the plugin's, which tables that are not its own its statements name."""
        found: dict[str, set[str]] = {}
        foreign = {name for name in metadata.tables if not name.startswith(f"{self.plugin}_")}

        def heard(conn: Any, cursor: Any, statement: str, *_: object) -> None:
            named = foreign.intersection(_WORDS.findall(statement))
            whose = _asking(sys._getframe(1), package) if named else ""
            if whose:
                found.setdefault(whose, set()).update(named)

        event.listen(kit.db.engine, "before_cursor_execute", heard)
        try:
            yield found
        finally:
            event.remove(kit.db.engine, "before_cursor_execute", heard)


def _asking(frame: FrameType | None, package: str) -> str:
    """The function of the plugin's that asks, where it is not the core that asks for it."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name == package or name.startswith(f"{package}."):
            return f"{name}.{frame.f_code.co_name}"
        if name == "renown" or name.startswith("renown."):
            return ""
        frame = frame.f_back
    return ""
