"""The page of hooks, from the specifications and from the examples beside them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from renown.hooks import specs
from renown.hooks.markers import leaves

HOUSE = Path(__file__).parents[2]
EXAMPLES = HOUSE / "tests" / "hooks" / "examples"

#: What the docstring of every hook says, beside its parameters.
SAYS = ("called", "not called", "when it raises", "time")
HOOKS: dict[str, Callable[..., Any]] = {
    name: function
    for module in specs.MODULES
    for name, function in vars(module).items()
    if hasattr(function, "renown_spec")
}
_FIELD = re.compile(r"^:([a-z_ ]+):(.*?)(?=^:|^\.\. |\Z)", re.M | re.S)

_HEAD = """# Hooks

Written from the code by `python -m tests.reference`; a test fails where it is not what stands there.

A plugin implements a function of a hook's name, marked `@hookimpl`, in the module of its entry point. It takes as many
of the parameters as it needs, by name and in any order; there may be new ones later. Wrappers are refused: nothing
would call them. Each call is guarded: `Exception` and `SystemExit` stay inside, what the hook wrote before it raised is
undone, its time is taken. *Three faults in a row open the breaker* means that this hook of this plugin is called no
more, in all processes, until somebody presses "try again". [Writing a plugin](plugins.md) tells the rest,
[the api](api.md) the types.

Each example is a whole plugin with its test, and runs with the tests of Renown.
"""


@dataclass(frozen=True)
class Hook:
    """One hook as its docstring tells it: `says` by field, parameters by `param <name>`."""

    name: str
    function: Callable[..., Any]
    text: str
    says: Mapping[str, str]
    since: str

    @property
    def signature(self) -> str:
        told = self.function.__annotations__
        taken = ", ".join(f"{name}: {told[name]}" for name in inspect.signature(self.function).parameters)
        return f"def {self.name}({taken}) -> {told['return']}"

    @property
    def example(self) -> Path:
        return EXAMPLES / f"test_{self.name}.py"


def read(function: Callable[..., Any]) -> Hook:
    """Raises ValueError, naming the hook, where a field is missing or empty."""
    name = function.__name__
    doc = inspect.getdoc(function) or ""
    says = {field: " ".join(text.split()) for field, text in _FIELD.findall(doc)}
    for field in (*SAYS, *(f"param {one}" for one in inspect.signature(function).parameters)):
        if not says.get(field):
            raise ValueError(f"{name}: its docstring has no `:{field}:`")
    since = re.search(r"^\.\. versionadded:: (\S+)$", doc, re.M)
    if since is None:
        raise ValueError(f"{name}: its docstring has no `.. versionadded::`")
    return Hook(name, function, _FIELD.split(doc)[0].strip(), says, since[1])


def page() -> str:
    parts = [_HEAD, _table()]
    for module in specs.MODULES:
        subject = (module.__doc__ or "").strip()
        parts += [f"## {subject.split('. ')[0].rstrip('.')}\n", *(_hook(read(one)) for one in _of(module))]
    return "\n".join(parts)


def _of(module: ModuleType) -> list[Callable[..., Any]]:
    return [HOOKS[name] for name in vars(module) if name in HOOKS]


def _table() -> str:
    rows = [
        f"| [`{one.name}`](#{one.name}) "
        f"| {_first(one.says['called']).split('; ')[0]} "
        f"| {_first(one.says['when it raises'])} "
        f"| {re.split('[.;:]', one.says['time'])[0]} |"
        for one in map(read, HOOKS.values())
    ]
    return "\n".join(["| hook | called | when it raises | time |", "| --- | --- | --- | --- |", *rows, ""])


def _first(text: str) -> str:
    """The first sentence."""
    return re.split(r"(?<=[a-z*`])\. ", text)[0].rstrip(".")


def _hook(one: Hook) -> str:
    names = inspect.signature(one.function).parameters
    taken = [f"- `{name}`: {one.says[f'param {name}']}" for name in names]
    gives = [f"- gives: {one.says['returns']}"] if "returns" in one.says else []
    source = one.example.read_text().replace("from __future__ import annotations\n\n", "", 1).strip()
    return "\n".join(
        [
            f"### {one.name}\n",
            f"```python\n{one.signature}\n```\n",
            f"{one.text}\n",
            *taken,
            *gives,
            f"\n{_facts(one)}\n",
            f"An example, `{one.example.relative_to(HOUSE).as_posix()}`:\n",
            f"```python\n{source}\n```\n",
        ]
    )


def _facts(one: Hook) -> str:
    leaving = [(f"`{name}`: " if name else "") + text for name, text in leaves(one.function).items()]
    rows = [
        *((field, one.says[field]) for field in SAYS),
        *(("leaving", text) for text in leaving),
        ("since", one.since),
    ]
    return "\n".join(["| | |", "| --- | --- |", *(f"| {field} | {text} |" for field, text in rows)])
