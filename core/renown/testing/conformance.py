"""What every plugin keeps to. A plugin's author subclasses `Conformance` and names the plugin; pytest does the rest."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, inspect

from renown.access.routes import rule_of
from renown.access.viewer import NOBODY, Viewer
from renown.context.work import shown
from renown.db.base import metadata
from renown.events import read
from renown.hooks.guard import Fault
from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed, State
from renown.ledger import rules as rulebook
from renown.ledger.entries import Entry, ScoredEvent
from renown.ledger.seen import Names
from renown.testing.kit import Kit
from renown_migrations import CORE, differences, purge

_PLACES = ("home", "person", "team", "board", "admin", "source")
_FOREIGN = {"core_person.id", "core_event.id"}


class Conformance:
    """`class TestConformance(Conformance): plugin = "thanks"`."""

    plugin: ClassVar[str]

    @pytest.fixture
    def kit(self, renown_kit: Kit) -> Kit:
        renown_kit.enable(self.plugin)
        return renown_kit

    @pytest.fixture
    def installed(self, renown_kit: Kit) -> Installed:
        return renown_kit.renown.plugins[self.plugin]

    @pytest.fixture
    def manifest(self, installed: Installed) -> Plugin:
        assert installed.manifest is not None, installed.fault
        return installed.manifest

    def test_it_can_be_switched_on_and_off(self, kit: Kit) -> None:
        plugins = kit.renown.plugins
        assert plugins.status(self.plugin).state is State.ENABLED, plugins.status(self.plugin).reason
        kit.disable(self.plugin)
        assert plugins.status(self.plugin).state is State.DISABLED
        kit.enable(self.plugin)
        assert plugins.is_on(self.plugin)

    def test_it_imports_nothing_of_renown_but_the_api(self, installed: Installed) -> None:
        assert installed.folder is not None
        wrong = [
            f"{path.relative_to(installed.folder)} imports {name}"
            for path in sorted(installed.folder.rglob("*.py"))
            for name in _imports(path)
            if name.split(".")[0] == "renown" and name not in ("renown.api", "renown.testing")
        ]
        assert wrong == []

    def test_its_settings_work_before_anybody_set_them(self, kit: Kit, manifest: Plugin) -> None:
        with kit.context(self.plugin) as ctx:
            assert set(ctx.settings) <= set(manifest.settings().fields if manifest.settings else ())

    def test_its_tables_refer_to_people_and_events_alone_and_drop_nothing(self, installed: Installed) -> None:
        for table in _tables(self.plugin):
            for key in table.foreign_keys:
                own = key.target_fullname.startswith(f"{self.plugin}_")
                assert own or key.target_fullname in _FOREIGN, f"{table.name}.{key.parent.name}"
                assert own or key.ondelete in (None, "RESTRICT"), f"{table.name}.{key.parent.name}: {key.ondelete}"

    def test_its_migrations_make_its_tables(self, renown_kit: Kit) -> None:
        folder = renown_kit.renown.plugins.migrations.get(self.plugin)
        if folder is None:
            assert _tables(self.plugin) == [], "there are tables, but no migrations folder"
            return
        assert differences(renown_kit.db, self.plugin, folder) is None

    def test_its_tables_can_be_purged_and_nothing_else_goes(self, renown_kit: Kit) -> None:
        with renown_kit.db.read() as conn:
            before = set(inspect(conn).get_table_names())
        with renown_kit.db.write() as conn:
            purge(conn, self.plugin)
        with renown_kit.db.read() as conn:
            left = set(inspect(conn).get_table_names())
        gone = before - left
        assert not {name for name in left if name.startswith(f"{self.plugin}_")}
        assert all(name.startswith(f"{self.plugin}_") or name.endswith(f"_{self.plugin}") for name in gone)
        assert set(CORE) == {"core"}

    def test_its_score_is_pure_and_the_same_in_batches_of_any_size(self, kit: Kit, manifest: Plugin) -> None:
        if self.plugin not in kit.renown.dispatcher.scoring():
            return
        events = _lively(kit)
        score = kit.renown.dispatcher.score
        with kit.db.read() as conn:
            book = rulebook.load(conn, self.plugin, 0, ZoneInfo("UTC"))
        whole = score(self.plugin, events, book)
        assert all(isinstance(one, Entry) for one in whole)
        assert score(self.plugin, events, book) == whole, "scored twice, it gave two results"
        single = [entry for event in events for entry in score(self.plugin, [event], book)]
        assert sorted(map(repr, single)) == sorted(map(repr, whole)), "scored one by one, it gave another result"
        sums = {measure.name for measure in manifest.measures if measure.kind == "sum"}
        assert {entry.measure for entry in whole} <= sums
        assert {entry.rule for entry in whole} <= {rule.name for rule in manifest.rules}

    def test_its_routes_say_who_may_use_them(self, kit: Kit) -> None:
        app = kit.client().application
        unsaid = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if rule.endpoint.partition(".")[0].partition("_")[0] == self.plugin
            and not rule.endpoint.endswith(".static")
            and rule_of(app.view_functions[rule.endpoint]) is None
        ]
        assert unsaid == [], "default deny: these answer 404 for everybody"

    def test_its_panels_and_links_bear_anybody_anywhere(self, kit: Kit) -> None:
        person = kit.person("Ana")
        dispatcher = kit.renown.dispatcher
        for viewer in (NOBODY, Viewer(person, "customer"), Viewer(person, "member"), Viewer(person, "administrator")):
            for place in _PLACES:
                for subject in (None, person):
                    with kit.db.read() as conn:
                        found = dispatcher.panels(self.plugin, place, subject, viewer, conn)
                    assert not isinstance(found, Fault) or found.slow, found
            dispatcher.navigation(viewer, "top")
        assert dispatcher.calls.faults() == {}

    def test_people_may_be_merged_split_and_erased_more_than_once(self, kit: Kit) -> None:
        ana, bea = kit.person("Ana"), kit.person("Bea")
        dispatcher = kit.renown.dispatcher
        for _ in range(2):
            with kit.db.write() as conn:
                dispatcher.person_merged(self.plugin, ana, bea, conn)
                dispatcher.person_split(self.plugin, ana, bea, conn)
                dispatcher.person_erased(self.plugin, bea, conn)

    def test_what_it_holds_of_somebody_can_be_written_down(self, kit: Kit) -> None:
        ana = kit.person("Ana")
        for viewer in (Viewer(ana, "member"), Viewer(kit.person("Bea"), "administrator")):
            with kit.db.read() as conn:
                json.dumps(kit.renown.dispatcher.export_person(ana, viewer, conn))
        assert kit.renown.dispatcher.calls.faults() == {}

    def test_it_lives_through_a_lively_day(self, kit: Kit) -> None:
        _lively(kit)
        kit.settle()
        assert kit.renown.dispatcher.calls.faults() == {}
        assert kit.renown.plugins.status(self.plugin).state is State.ENABLED


def _tables(plugin: str) -> list[Table]:
    return [table for name, table in sorted(metadata.tables.items()) if name.startswith(f"{plugin}_")]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "renown":
                yield from (f"renown.{alias.name}" for alias in node.names)
            else:
                yield node.module


def _lively(kit: Kit) -> list[ScoredEvent]:
    """Some of everything: messages, answers, likes taken back, a deletion, a merge. As scoring sees it."""
    ana, bea, cem = kit.person("Ann"), kit.person("Ben"), kit.person("Cem")
    question = kit.act(ana, "ask", kind="question", words=40)
    answer = kit.act(bea, "answer", kind="answer", to=question, words=80)
    kit.act(ana, "accept", on=answer, owner=bea, to=question, kind="answer")
    kit.act(cem, "react", on=answer, owner=bea, content="+1")
    kit.act(bea, "react", on=answer, owner=bea, content="tada")
    kit.act(cem, "create", words=1, mentions=(ana, cem), days_ago=3)
    kit.act(cem, "delete", on=kit.act(cem, "create"))
    kit.act(cem, "create", kind="document", words=None)
    with kit.db.read() as conn:
        rows = read.after(conn, 0, 1000)
        return [event for event in shown(conn, rows, Names()) if not event.type.startswith("renown.")]
