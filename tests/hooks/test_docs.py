"""What is written down is what is there."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import renown.api
from renown.context import PluginContext, base
from renown.hooks import specs
from renown.hooks.dispatch import Dispatcher
from renown.hooks.loading import NAMED_BY
from renown.hooks.manifest import Plugin
from renown.hooks.states import State
from tests.reference.hooks import HOOKS

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_column(title: str) -> list[str]:
    rows = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("|")]
    return [row.strip().strip("`") for row in rows[2:]]


def test_the_page_lists_every_field_of_the_manifest_and_every_state() -> None:
    fields = [name for row in first_column("The manifest") for name in re.findall(r"\w+", row)]
    assert sorted(fields) == sorted(Plugin.__dataclass_fields__)
    assert first_column("States") == [state.value for state in State]


def test_the_page_lists_every_service_of_the_context() -> None:
    listed = [name for row in first_column("The context") for name in re.findall(r"\w+", row)]
    offered = [name for name in vars(PluginContext) if not name.startswith("_")]
    assert sorted(listed) == sorted(set(offered) - {"reading", "writing"})


def test_the_page_tells_how_what_comes_packed_is_called() -> None:
    for row in first_column("Reckoning with everything"):
        told = re.fullmatch(r"ctx\.(\w+)\.(\w+)\((.*)\)", row)
        assert told, row
        service = getattr(base, inspect.signature(vars(PluginContext)[told[1]].fget).return_annotation)
        offered = [str(one) for one in inspect.signature(getattr(service, told[2])).parameters.values()][1:]
        named = [one.partition("=")[0].strip() for one in told[3].split(",") if one]
        assert named == [one.partition(":")[0] for one in offered][: len(named)], row


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_typed_and_called(name: str) -> None:
    function = HOOKS[name]
    assert {*inspect.signature(function).parameters, "return"} == set(function.__annotations__)
    assert name in NAMED_BY or callable(getattr(Dispatcher, name))


def test_specifications_import_nothing_when_they_run() -> None:
    for module in specs.MODULES:
        body = ast.parse(inspect.getsource(module)).body
        imported = {node.module for node in body if isinstance(node, ast.ImportFrom)}
        assert imported == {"__future__", "typing", "renown.hooks.markers"}


def test_the_api_offers_what_it_says_sorted() -> None:
    names = renown.api.__all__
    public = {
        name for name, value in vars(renown.api).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert set(names) == public - {"annotations"}
    kinds = [(0 if name.isupper() else 1 if name[0].isupper() else 2, name) for name in names]
    assert kinds == sorted(kinds)
