"""What is to go with the next api still works, and says by whom it is used."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from renown.cli import main
from renown.hooks import specs
from renown.hooks.manager import Plugins
from renown.hooks.markers import going, hookspec, leaving
from tests.hooks.plugins import installed, made
from tests.reference import api, hooks
from tests.reference.hooks import read


@hookspec
@leaving(colour="since 0.3; take `theme`")
def paint(colour: str, theme: str) -> None:
    """How a page is painted.

    :param colour: its name.
    :param theme: the whole of them.
    :called: on each page.
    :not called: on fragments.
    :when it raises: the page stays as it is.
    :time: none.

    .. versionadded:: 0.1
    """


@hookspec
@leaving("since 0.3; implement `paint`")
def whitewash() -> None:
    """Everything white."""


@going("since 0.3; call `paint`")
def whiten(walls: int) -> int:
    """How many walls are white then."""
    return walls + 1


@pytest.fixture(autouse=True)
def more_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("more_hooks")
    module.__dict__.update(paint=paint, whitewash=whitewash)
    monkeypatch.setattr(specs, "MODULES", (*specs.MODULES, module))


def test_a_parameter_that_leaves_is_given_and_the_warning_names_plugin_and_hook() -> None:
    told = r"plugin thanks: paint\(colour\) goes with api 2: since 0\.3; take `theme`"
    with pytest.warns(DeprecationWarning, match=told):
        plugins = made({"paint": lambda colour: None})
    [(_, _, parameters)] = plugins.implementations("paint")
    assert parameters == ("colour",)
    assert plugins.status("thanks").on


def test_a_hook_that_leaves_is_told_by_its_name() -> None:
    with pytest.warns(DeprecationWarning, match=r"plugin thanks: whitewash goes with api 2: since 0\.3; implement"):
        made({"whitewash": lambda: None})


def test_whoever_takes_what_stays_hears_nothing() -> None:
    plugins = Plugins(
        [installed("good", {"paint": lambda theme: None}), installed("other", {"navigation": lambda viewer: []})]
    )
    assert [one.outdated for one in plugins.installed] == [(), ()]


def test_a_function_that_leaves_works_and_warns_where_it_is_called() -> None:
    with pytest.warns(DeprecationWarning, match=r"whiten goes with api 2: since 0\.3; call `paint`") as told:
        assert whiten(2) == 3
    assert told[0].filename == __file__


def test_the_pages_say_what_leaves() -> None:
    assert [*api._leaving(whiten)] == ["Leaving: since 0.3; call `paint`\n"]
    assert api._signature("whiten", whiten) == "def whiten(walls: int) -> int"
    assert "| leaving | `colour`: since 0.3; take `theme` |" in hooks._facts(read(paint))


@pytest.fixture
def old(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A plugin that is installed and takes a parameter that leaves."""
    (tmp_path / "old_plugin.py").write_text(
        "from renown.api import Plugin, hookimpl\n"
        "plugin = Plugin(name='old', title='Old', summary='Not renewed yet.')\n"
        "@hookimpl\n"
        "def paint(colour): ...\n"
    )
    info = tmp_path / "old-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: old\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\nold = old_plugin\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("RENOWN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RENOWN_DATABASE_URL", database_url)
    monkeypatch.delitem(sys.modules, "old_plugin", raising=False)


def run(*words: str) -> Result:
    with pytest.warns(DeprecationWarning, match="plugin old"):
        return CliRunner().invoke(main, words)


@pytest.mark.usefixtures("old")
def test_the_list_of_plugins_and_the_doctor_say_it_too() -> None:
    assert "old uses what is leaving: paint(colour) goes with api 2" in run("plugins", "list").output
    assert "look  what is leaving: old: paint(colour) goes with api 2" in run("doctor").output
