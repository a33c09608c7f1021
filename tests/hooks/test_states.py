from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from renown.api import hookimpl
from renown.context.store import PluginStore, switch, try_again
from renown.db.engine import Database
from renown.hooks.discovery import discover
from renown.hooks.manager import Plugins
from renown.hooks.states import Snapshot, State
from tests.hooks.plugins import installed, made, manifest, module, point


class Said:
    """A store that says one thing."""

    def __init__(self, **snapshot: Any) -> None:
        self.snapshot = Snapshot(1, **snapshot)

    def version(self) -> int:
        return 1

    def read(self, migrations: Mapping[str, Path]) -> Snapshot:
        return self.snapshot

    def suspend(self, plugin: str, hook: str, reason: str) -> None:
        raise AssertionError("nobody should be suspended here")


def test_a_blocked_plugin_is_not_imported() -> None:
    sys.modules.pop("made_thanks", None)
    plugins = Plugins.discover(frozenset({"thanks"}), points=[point("thanks")])
    assert plugins.status("thanks").state is State.BLOCKED
    assert "RENOWN_BLOCKED_PLUGINS" in plugins.status("thanks").reason


def test_a_plugin_for_another_contract_is_incompatible_and_says_which() -> None:
    status = made(api="2").status("thanks")
    assert status.state is State.INCOMPATIBLE
    assert "contract 2" in status.reason


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (None, "holds no `plugin = Plugin(...)`"),
        (manifest("other"), "the manifest says 'other'"),
    ],
)
def test_a_module_without_its_manifest_fails(plugin: object, reason: str) -> None:
    module("thanks", plugin)
    status = Plugins.discover(points=[point("thanks")]).status("thanks")
    assert status.state is State.FAILED
    assert reason in status.reason


def test_a_plugin_that_cannot_be_imported_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_broken.py").write_text("raise SystemExit('no licence')")
    monkeypatch.syspath_prepend(tmp_path)
    module("thanks", manifest())
    plugins = Plugins.discover(points=[point("thanks"), point("broken")])
    assert plugins.status("broken").state is State.FAILED
    assert "no licence" in plugins.status("broken").reason
    assert plugins["thanks"].fault is None


def nothing() -> list[Any]:
    return []


def _wrapper() -> Any:
    return (yield)


@pytest.mark.parametrize(
    ("hooks", "reason"),
    [
        ({"navigation": hookimpl(wrapper=True)(_wrapper)}, "navigation: wrappers are not called"),
        ({"navigate": nothing}, "navigate: there is no such hook"),
        ({"navigation": lambda viewer, colour: []}, "colour"),
    ],
)
def test_hooks_that_would_never_be_called_are_refused(hooks: dict[str, Any], reason: str) -> None:
    status = made(hooks).status("thanks")
    assert status.state is State.FAILED
    assert reason in status.reason


def test_two_distributions_of_one_name_fail() -> None:
    module("thanks", manifest())
    (one,) = discover(points=[point("thanks"), point("thanks")])
    assert one.fault is not None
    assert one.fault.state is State.FAILED


def test_required_plugins_come_first_and_carry_the_others_with_them() -> None:
    order: list[str] = []
    late = installed("aaa", {"navigation": lambda: order.append("aaa") or []}, requires=("zzz",))
    early = installed("zzz", {"navigation": lambda: order.append("zzz") or []})
    plugins = Plugins([late, early])
    assert plugins.enabled == ("zzz", "aaa")
    for _, function, _ in plugins.implementations("navigation"):
        function()
    assert order == ["zzz", "aaa"]

    off = Plugins([late, early], Said(enabled=frozenset({"aaa"})))
    assert off.status("aaa").state is State.DISABLED
    assert off.status("aaa").reason == "requires: zzz is disabled"
    assert Plugins([late]).status("aaa").reason == "requires: zzz is not installed"


def test_a_circle_of_requirements_fails_all_in_it() -> None:
    plugins = Plugins([installed("aaa", requires=("zzz",)), installed("zzz", requires=("aaa",)), installed("other")])
    assert (
        plugins.status("aaa").reason == plugins.status("zzz").reason == "requires: goes in a circle, aaa -> zzz -> aaa"
    )
    assert plugins.enabled == ("other",)


def test_the_database_decides_between_off_behind_suspended_and_on() -> None:
    on = frozenset({"thanks"})
    assert made(store=Said(enabled=frozenset())).status("thanks").state is State.DISABLED
    behind = made(store=Said(enabled=on, behind=on)).status("thanks")
    assert behind.state is State.NEEDS_UPGRADE
    assert behind.remedy == "renown db upgrade --plugin thanks"
    held = made({"health": nothing}, Said(enabled=on, suspended={"thanks": {"health": "ZeroDivisionError"}}))
    assert held.status("thanks").state is State.SUSPENDED
    assert held.is_on("thanks")
    assert held.suspension("thanks", "health") == "ZeroDivisionError"


def test_bundled_plugins_start_on_and_others_off(db: Database) -> None:
    bundled, other = installed("bundled"), installed("other")
    other.bundled = False
    plugins = Plugins([bundled, other], PluginStore(db))
    assert plugins.enabled == ("bundled",)


def test_switching_in_one_process_is_seen_in_another_without_a_restart(db: Database) -> None:
    other_db = Database(db.engine.url.render_as_string(hide_password=False))
    here = Plugins([installed("bundled"), installed("thanks")], PluginStore(db))
    there = Plugins([installed("bundled"), installed("thanks")], PluginStore(other_db))
    assert there.enabled == ("bundled", "thanks")
    with db.write() as conn:
        switch(conn, "thanks", False, bundled=("bundled", "thanks"))
    assert here.refresh(now=True)
    there._checked = 0.0
    assert there.refresh()
    assert here.enabled == there.enabled == ("bundled",)
    with db.write() as conn:
        switch(conn, "thanks", True, bundled=("bundled", "thanks"))
    there._checked = 0.0
    assert there.refresh()
    assert there.enabled == ("bundled", "thanks")
    there._checked = 0.0
    assert not there.refresh()
    other_db.close()


def test_nobody_waits_for_another_who_asks_a_database_that_is_silent() -> None:
    asked, speaks = threading.Event(), threading.Event()

    class Silent(Said):
        def version(self) -> int:
            asked.set()
            speaks.wait(60)
            return 1

    plugins = made(store=Silent(enabled=frozenset({"thanks"})))
    plugins._checked = 0.0
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(plugins.refresh)
        assert asked.wait(10)
        plugins._checked = 0.0
        try:
            assert pool.submit(plugins.refresh).result(10) is False
        finally:
            speaks.set()
        assert waiting.result(10) is False
    assert plugins.enabled == ("thanks",)


def test_a_breaker_opened_inside_a_transaction_reaches_the_others_after_it(db: Database) -> None:
    here, there = made(store=PluginStore(db)), made(store=PluginStore(db))
    with db.write() as conn:
        conn.execute(text("DELETE FROM core_plugin"))
        here.suspend("thanks", "health", "ZeroDivisionError: division by zero")
    assert here.suspension("thanks", "health")
    here.refresh()
    there.refresh(now=True)
    assert there.status("thanks").reason == "health: ZeroDivisionError: division by zero"
    with db.write() as conn:
        try_again(conn, "thanks", "health")
    there.refresh(now=True)
    assert there.status("thanks").state is State.ENABLED
