"""The page of the api, from `renown.api` and what its names say of themselves."""

from __future__ import annotations

import inspect
import re
import textwrap
import typing
from collections.abc import Iterator
from itertools import groupby
from types import FunctionType
from typing import Any

import renown.api
from renown.hooks.markers import leaves
from tests.reference import names

#: Characters of a line of code that is shown.
_WIDE = 100

_HEAD = """# The api

Written from the code by `python -m tests.reference`; a test fails where it is not what stands there.

All that a plugin may import of Renown stands in `renown.api`, and is here; in tests, `renown.testing` comes beside it.
It grows by addition: [How the api grows](growing.md) says how, [`contract-1.txt`](contract-1.txt) has it line by line.
[The hooks](hooks.md) have a page of their own.

Unless it says otherwise an instant is in microseconds since 1970 in UTC, a day is counted since 1970-01-01, an amount
is in thousandths of a measure's unit, and a person is an id.
"""


_TESTING = """## In tests

`renown.testing`, which comes with the extra `renown[testing]`, is promised like the rest: these names, and fixtures
that pytest finds by itself. What hangs on a kit besides, such as `kit.db` and `kit.renown`, is Renown's own, and
changes as it likes.
"""


def page() -> str:
    rest = [one for one in names.homes() if one != "PluginContext"]
    parts = [_HEAD, "## The context\n", *_entry("PluginContext")]
    parts += [part for name, kind in sorted(names.services().items()) for part in _service(name, kind)]
    for module, group in groupby(rest, key=lambda one: names.homes()[one]):
        parts.append(f"## {_subject(module.__doc__ or '')}\n")
        parts += [part for name in group for part in _entry(name)]
    parts += [_TESTING, *_fixtures()]
    for name, kind in names.testing().items():
        parts += [f"### {name}\n", f"```python\nclass {name}\n```\n", f"{inspect.getdoc(kind)}\n"]
        parts += [*_data(kind), *_methods(kind, name)]
    return "\n".join(parts)


def _fixtures() -> Iterator[str]:
    rows = [
        f"| `{name}` | {' '.join((inspect.getdoc(work) or '').split())} |" for name, work in names.fixtures().items()
    ]
    yield "\n".join(["| fixture | |", "| --- | --- |", *rows, ""])


def _subject(doc: str) -> str:
    return re.split(r"[.:] ", " ".join(doc.split("\n\n")[0].split()))[0].rstrip(".")


def _entry(name: str) -> Iterator[str]:
    value = getattr(renown.api, name)
    yield f"### {name}\n"
    yield f"```python\n{_head(name, value)}\n```\n"
    yield f"{names.said_of(name)}\n"
    yield from _leaving(value)
    if inspect.isclass(value):
        yield from _data(value)
        yield from _methods(value, name)


def _head(name: str, value: Any) -> str:
    if inspect.isclass(value):
        bases = [
            one.__name__ for one in value.__bases__ if one not in (object, typing.Protocol) and one.__name__[0] != "_"
        ]
        return f"class {name}({', '.join(bases)})" if bases else f"class {name}"
    if isinstance(value, FunctionType):
        return _signature(name, value)
    if isinstance(value, str | int | tuple | dict):
        return "\n".join(textwrap.wrap(f"{name} = {value!r}", _WIDE))
    options = typing.get_args(value)
    if options and all(isinstance(one, str) for one in options):
        return "\n".join(textwrap.wrap(f"{name} = Literal[{', '.join(map(repr, options))}]", _WIDE))
    return f"{name}: {type(value).__name__.lstrip('_')}"


def _data(kind: type) -> Iterator[str]:
    rows = [
        f"| `{name}` | `{_plain(told)}` | {'' if default is None else f'`{default}`'} |".replace(" | None", " \\| None")
        for name, told, default in names.fields(kind)
    ]
    if rows:
        yield "\n".join(["| | type | unless given |", "| --- | --- | --- |", *(_piped(row) for row in rows), ""])


def _piped(row: str) -> str:
    """What stands in a cell of a table has its bars marked."""
    return re.sub(r"`[^`]*`", lambda found: re.sub(r"(?<!\\)\|", r"\\|", found[0]), row)


def _plain(told: str) -> str:
    return " ".join(told.split())


def _methods(kind: type, owner: str) -> Iterator[str]:
    found = [
        (name, work) for name, work in names.methods(kind) if name not in names.services() or owner != "PluginContext"
    ]
    for name, work in found:
        doc = inspect.getdoc(inspect.getattr_static(kind, name)) or ""
        head = _signature(f"{owner}.{name}", work) if work else f"{owner}.{name}"
        yield f"```python\n{head}\n```\n"
        if doc:
            yield f"{doc}\n"
        yield from _leaving(work)


def _leaving(work: Any) -> Iterator[str]:
    yield from (f"Leaving: {said}\n" for said in leaves(work).values())


def _service(name: str, kind: type) -> Iterator[str]:
    yield f"### ctx.{name}\n"
    told = re.sub(r"^`ctx\.\w+`(\. |: |\.$)", "", inspect.cleandoc(kind.__doc__ or ""))
    if told:
        yield f"{told[0].upper()}{told[1:]}\n"
    yield from _methods(kind, f"ctx.{name}")


def _signature(name: str, work: Any) -> str:
    taken = [one for one in inspect.signature(work).parameters.values() if one.name not in ("self", "cls")]
    parts, star = [], False
    for one in taken:
        if one.kind is one.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        mark = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        star = star or mark == "*"
        default = "" if one.default is one.empty else f" = {names.spelled(one.default)}"
        parts.append(f"{mark}{one.name}: {_plain(str(one.annotation))}{default}")
    gives = _plain(str(inspect.unwrap(work).__annotations__["return"]))
    line = f"def {name}({', '.join(parts)}) -> {gives}"
    return (
        line if len(line) <= _WIDE else f"def {name}(\n" + "".join(f"    {one},\n" for one in parts) + f") -> {gives}"
    )
