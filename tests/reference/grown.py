"""The contract line by line, and what breaks it: a list that may only grow.

A line is a name, a piece of data of a class, a value of a constant, or one parameter. `f(1 x=)` is the second of `f`
and may be left out, `f(* x)` is given by name. What plugins implement has all its parameters on one line, for the core
gives them; hooks have one line for each, for a plugin takes those that it names. What templates stand on is there as
well; of a filter, the first parameter is what it is put to.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import typing
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import renown.api
from renown.hooks.markers import API
from tests.reference import looks, names
from tests.reference.hooks import HOOKS, HOUSE

LIST = HOUSE / "docs" / f"contract-{API}.txt"
#: Of these plugins write their own.
IMPLEMENTED = ("Channel", "Connector", "Directory", "IdentityProvider")
#: Nobody but the core makes one, or they are made without arguments.
UNMADE = ("Connector", "Export", "Owned", "PluginContext")


def page() -> str:
    return "".join(f"{line}\n" for line in lines())


def lines() -> list[str]:
    """The contract as the code has it, sorted."""
    found = {f"hook {name}" for name in HOOKS}
    found |= {f"hook {name}({one})" for name, work in HOOKS.items() for one in inspect.signature(work).parameters}
    for name in renown.api.__all__:
        found |= {name, *_of(name, getattr(renown.api, name))}
    for name, kind in names.services().items():
        found |= {f"ctx.{name}", *_members(f"ctx.{name}", kind)}
    for name, work in looks.lines():
        found |= {name, *(_taken(name, work) if work else ())}
    return sorted(found)


def breaks(before: Collection[str], after: Collection[str]) -> list[str]:
    """What somebody who went by the lines of before would trip over."""
    now, then = set(after), set(before)
    gone = [f"is gone: {line}" for line in sorted(then - now) if line.removesuffix(")") + "=)" not in now]
    added = [line for line in sorted(now - then) if re.search(r"\((?:\d+|\*) \w+\)$", line)]
    asked = [line for line in added if line.partition("(")[0] in then and line[:-1] + "=)" not in then]
    return gone + [f"must be given now: {line}" for line in asked]


def ever(path: Path = LIST) -> set[str]:
    """All lines that the list ever had. Raises OSError or CalledProcessError where there is no history."""
    command = ["git", "-C", str(path.parent), "log", "-p", "--format=", "--", path.name]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {line[1:] for line in told.splitlines() if re.match(r"\+(?!\+\+ )", line) and line != "+"}


def _of(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield from _members(name, value)
        yield from (f"{name} is {base.__name__}" for base in value.__mro__[1:] if _told_apart(base))
    elif inspect.isfunction(value):
        yield from _taken(name, value)
    elif isinstance(value, tuple | frozenset | dict):
        yield from (f"{name} {one!r}" for one in value)
    else:
        yield from (f"{name} {one!r}" for one in typing.get_args(value) if isinstance(one, str))


def _told_apart(base: type) -> bool:
    return issubclass(base, Exception) and base is not Exception and base.__module__ == "builtins"


def _members(name: str, kind: type) -> Iterator[str]:
    yield from (f"{name}.{one}" for one, _, _ in names.fields(kind))
    if not name.startswith("ctx.") and not getattr(kind, "_is_protocol", False) and name not in UNMADE:
        yield from _taken(name, kind)
    for one, work in names.methods(kind):
        yield f"{name}.{one}"
        if work and name in IMPLEMENTED:
            taken = [word for word in inspect.signature(work).parameters if word != "self"]
            yield f"{name}.{one}({', '.join(taken)})"
        elif work:
            yield from _taken(f"{name}.{one}", work)


def _taken(name: str, work: Any) -> Iterator[str]:
    try:
        parameters = [one for one in inspect.signature(work).parameters.values() if one.name != "self"]
    except ValueError:  # of a class that takes none
        return
    for number, one in enumerate(parameters):
        by_name = one.kind is inspect.Parameter.KEYWORD_ONLY
        star = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(one.kind)
        if star:
            yield f"{name}({star}{one.name})"
        else:
            given = "" if one.default is inspect.Parameter.empty else "="
            yield f"{name}({'*' if by_name else number} {one.name}{given})"
