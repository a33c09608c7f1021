"""The pages say what the code says, every hook has a page's worth and an example, and the contract only grows."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import renown.api
from renown.api import API, Plugin
from tests.reference import FILES, grown, looks, names
from tests.reference.hooks import EXAMPLES, HOOKS, HOUSE, SAYS, read

#: Classes of ours that plugins get to see and never name: opaque to them, or read by their attributes alone.
OPAQUE = {
    "renown.access.signin.SignedIn",
    "renown.ledger.boards.Cursor",
    "renown.ledger.why.Cursor",
    "renown.ledger.why.Part",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_written_from_the_code_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == FILES[path](), f"docs/{path.name} is behind the code: python -m tests.reference"


# Hooks


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_and_has_an_example_that_is_a_test(name: str) -> None:
    told = read(HOOKS[name])
    assert told.text
    assert told.example.is_file(), f"{name}: write {told.example.name}, a plugin that implements it, with its test"
    module = importlib.import_module(f"tests.hooks.examples.{told.example.stem}")
    assert isinstance(module.plugin, Plugin)
    assert hasattr(getattr(module, name), "renown_impl"), f"{told.example.name} does not implement {name}"
    assert [one for one in vars(module) if one.startswith("test_")], f"{told.example.name} tests nothing"


def test_every_example_is_of_a_hook() -> None:
    assert {path.stem.removeprefix("test_") for path in EXAMPLES.glob("test_*.py")} == set(HOOKS)


@pytest.mark.parametrize("field", [*SAYS, "param viewer"])
def test_a_hook_that_leaves_something_out_is_refused_by_its_name_and_the_field(field: str) -> None:
    def greet(viewer: int) -> None:
        """Whom to greet."""

    whole = dict.fromkeys((*SAYS, "param viewer"), "always.")
    said = "\n".join(f":{one}: {text}" for one, text in whole.items() if one != field)
    greet.__doc__ = f"Whom to greet.\n\n{said}\n\n.. versionadded:: 0.2\n"
    with pytest.raises(ValueError, match=f"greet: its docstring has no `:{field}:`"):
        read(greet)
    greet.__doc__ += f":{field}: always.\n"
    assert read(greet).since == "0.2"


# The api


def test_every_name_says_what_it_is() -> None:
    assert [name for name in renown.api.__all__ if not names.said_of(name)] == []


def test_whatever_stands_in_a_signature_can_be_imported() -> None:
    assert names.unknown() == OPAQUE


# What templates stand on


@pytest.mark.parametrize("plugin", sorted(looks.plugins()))
def test_the_templates_of_our_plugins_stand_on_what_any_plugin_has(plugin: str) -> None:
    assert looks.beyond(plugin) == set()


def test_macros_filters_and_functions_say_what_they_are() -> None:
    assert [name for name in looks.MACROS if not looks.said_of(name)] == []
    works = {**looks.filters(), **looks.functions()}
    assert [name for name, work in works.items() if not work.__doc__] == []


def test_classes_and_blocks_are_there() -> None:
    styles = "".join(file.read_text() for file in looks.STATIC.glob("*.css"))
    assert [name for name in looks.CLASSES if not re.search(rf"\.{name}(?![\w-])", styles)] == []
    for file, blocks in looks.BLOCKS.items():
        assert [name for name in blocks if f"{{% block {name} %}}" not in (looks.TEMPLATES / file).read_text()] == []


def test_a_macro_that_takes_something_else_breaks_the_contract() -> None:
    lines = grown.keys(grown.lines())
    assert {"ui.input(0 name)", "ui.input(2 value=)", "ui.input(**attributes)", "filter rule_title(1 plugin)"} <= lines
    assert "global plural(2 other)" in lines


# The contract


@pytest.mark.parametrize(
    "page",
    [*EXAMPLES.glob("test_*.py"), *(HOUSE / "examples").glob("*/tests/*.py"), HOUSE / "docs" / "tutorial.md"],
    ids=lambda page: page.name,
)
def test_what_is_shown_stands_on_what_is_promised(page: Path) -> None:
    asked = set(re.findall(r"\b(?:renown_)?kit\.(\w+)", page.read_text()))
    assert asked <= {line.split(".")[2] for line in grown.keys(grown.lines()) if re.match(r"testing\.Kit\.\w+$", line)}


def test_no_line_of_the_contract_was_ever_taken_back() -> None:
    assert grown.breaks(_ever(grown.LIST), grown.lines()) == [], f"this needs api {int(API) + 1}: see docs/growing.md"


def _ever(path: Path) -> set[str]:
    """Who has no history cannot break a promise by mistake; CI is there to see it, and may not look away."""
    try:
        return grown.ever(path)
    except grown.NoHistory as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}: in CI the whole history has to be there (of actions/checkout: fetch-depth: 0)")
        pytest.skip(str(error))


BEFORE = ["board", "board(0 viewer)", "board(1 period=)", "Board", "Board.total", "hook panels", "hook panels(place)"]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: [*lines, "board(2 scope=)", "boards", "boards(0 viewer)", "Board.depth"], []),
        (lambda lines: [*lines, "hook panels(width)"], []),
        (lambda lines: _swap(lines, "board(0 viewer)", "board(0 viewer=)"), []),
        (lambda lines: _swap(lines, "Board.total", "Board.sum"), ["is gone: Board.total"]),
        (lambda lines: _swap(lines, "hook panels(place)", "hook panels(page)"), ["is gone: hook panels(place)"]),
        (lambda lines: _swap(lines, "board(1 period=)", "board(* period=)"), ["is gone: board(1 period=)"]),
        (lambda lines: [*lines, "board(2 scope)"], ["must be given now: board(2 scope)"]),
        (lambda lines: _swap(lines, "board(1 period=)", "board(1 period)"), ["is gone: board(1 period=)"]),
    ],
)
def test_what_breaks_a_plugin_is_told_from_what_grows(
    change: Callable[[list[str]], list[str]], broken: list[str]
) -> None:
    assert grown.breaks(BEFORE, change(BEFORE)) == broken


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("Board.total  int", "Board.total  () -> int", True),
        ("Board.total  () -> int", "Board.total  int", True),
        ("board(1 n=)  int = 1", "board(1 n=)  int = 2", True),
        ("board(1 n)  int", "board(1 n=)  int | None = None", False),
        ("board(1 n=)  int | None = None", "board(1 n=)  int = None", True),
        ("board  () -> list[int]", "board  () -> dict[str, int]", True),
        ("board  () -> list[int | str] | None", "board  () -> list[int | str]", False),
        ("board  () -> list[int]", "board  () -> list[int] | None", True),
        ("Board.place  Literal['top']", "Board.place  Literal['top', 'me']", False),
        ("Board.place  Literal['top', 'me']", "Board.place  Literal['top']", True),
        ("Blank is BadPayload", "Blank is ValueError", True),
        ("hook panels(subject)  int | None", "hook panels(subject)  int", False),
        ("hook panels(subject)  int", "hook panels(subject)  int | None", True),
        ("hook permit  () -> bool", "hook permit  () -> bool | None", False),
        ("Channel", "Channel.receipt  () -> None", True),
        ("Channel", "Channel.receipt  () -> None = ...", False),
        ("Channel", "Channel.icon  str", True),
        ("Channel", "Channel.icon  str = ''", False),
        ("Channel.icon", "Channel.icon  str", False),
    ],
)
def test_what_a_line_tells_may_change_where_nobody_trips_over_it(before: str, after: str, broken: bool) -> None:
    kept = [after] if before.partition("  ")[0] != "Channel" else ["Channel", after]
    assert bool(grown.breaks([before], kept)) is broken


def _swap(lines: list[str], old: str, new: str) -> list[str]:
    return [new if line == old else line for line in lines]


def test_lines_that_were_taken_back_are_found_in_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True)

    git("init")
    file = tmp_path / "contract-1.txt"
    for text in ("Board\nboard(0 viewer)\n", "board(0 viewer)\nboard(1 period=)\n"):
        file.write_text(text)
        git("add", ".")
        git("commit", "-m", "the list")
    assert _ever(file) == {"Board", "board(0 viewer)", "board(1 period=)"}
    shallow = tmp_path / "shallow"
    git("clone", "--depth", "1", tmp_path.as_uri(), str(shallow))
    for place in (shallow, tmp_path / "shallow" / ".git" / "hooks"):
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="the whole history has to be there"):
            _ever(place / file.name)
        monkeypatch.delenv("CI")
        with pytest.raises(pytest.skip.Exception):
            _ever(place / file.name)


def test_the_lines_tell_parameters_defaults_and_values() -> None:
    def made(first: int, second: int = 2, *, third: str, fourth: str = "") -> None: ...

    assert list(grown._taken("made", made)) == [
        "made(0 first)  int", "made(1 second=)  int = 2", "made(* third)  str", "made(* fourth=)  str = ''"
    ]  # fmt: skip
    lines = set(grown.lines())
    assert lines >= {
        "VERBS 'react'",
        "NotSigned is ValueError",
        "NotACustomer is SignInRefused",
        "Plugin  class",
        "Viewer.at_least  () -> bool",
        "PluginContext.urls  UrlsService",
        "ctx.people.find(0 text)  str",
        "hook score(rules)  Rules",
        "hook score  () -> Iterable[Entry]",
        "Connector.normalise(inbound, source)  Inbound, SourceInfo",
        "Connector.size  () -> int | None = ...",
        "Channel.send  () -> None",
        "IdentityProvider.admits  Admits = ...",
    }
