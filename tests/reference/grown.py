"""The contract line by line, and what breaks it: a list that may only grow.

A line is a name, a piece of data of a class, a value of a constant, or one parameter. `f(1 x=)` is the second of `f`
and may be left out, `f(* x)` is given by name. What plugins implement has all its parameters on one line, for the core
gives them; hooks have one line for each, for a plugin takes those that it names. What templates stand on is there as
well; of a filter, the first parameter is what it is put to.

After two spaces stands what it is: its type, after `() ->` what calling it gives, after ` = ` what it is unless given.
What calls give may become narrower, what they take wider; for what the core calls it is the other way round.
"""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import textwrap
import typing
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import renown.api
from renown.hooks.markers import API
from tests.reference import looks, names
from tests.reference.hooks import HOOKS, HOUSE

LIST = HOUSE / "docs" / f"contract-{API}.txt"
#: Of these plugins write their own.
IMPLEMENTED = ("Channel", "Connector", "Directory", "IdentityProvider")
#: Lines that turned into others and broke nobody, such as a type in other words: each with its reason.
HARMLESS: Mapping[str, str] = {}
#: Nobody but the core makes one, or they are made without arguments.
UNMADE = ("Connector", "Export", "Owned", "PluginContext", "testing.Conformance", "testing.Kit")


def page() -> str:
    return "".join(f"{line}\n" for line in lines())


def lines() -> list[str]:
    """The contract as the code has it, sorted."""
    found = {f"hook {name}  {_gives(work)}" for name, work in HOOKS.items()}
    found |= {
        f"hook {name}({one})  {work.__annotations__[one]}"
        for name, work in HOOKS.items()
        for one in inspect.signature(work).parameters
    }
    for name in renown.api.__all__:
        found |= {*_of(name, getattr(renown.api, name))}
    for name, kind in names.services().items():
        found |= {f"ctx.{name}", *_members(f"ctx.{name}", kind)}
    for name, work in looks.lines():
        found |= {name, *(_taken(name, work) if work else ())}
    for name, kind in names.testing().items():
        found |= {f"testing.{name}", *_members(f"testing.{name}", kind)}
    found |= {f"fixture {name}  {_gives(work)}" for name, work in names.fixtures().items()}
    return sorted(found)


def breaks(before: Collection[str], after: Collection[str]) -> list[str]:
    """What somebody who went by the lines of before would trip over."""
    now = {line.partition("  ")[0]: line.partition("  ")[2] for line in after}
    then = keys(before)
    gone = [f"is gone: {key}" for key in sorted(then) if _kept(key, now) is None]
    added = [key for key in sorted(now.keys() - then) if re.search(r"\((?:\d+|\*) \w+\)$", key)]
    asked = [key for key in added if key.partition("(")[0] in then and key[:-1] + "=)" not in then]
    asked += [key for key in sorted(now.keys() - then) if _is_asked_of_plugins(key, now[key], then)]
    return [*gone, *(f"must be given now: {key}" for key in asked), *_turned(before, now)]


def keys(these: Collection[str]) -> set[str]:
    """What a line names, without what it tells of it."""
    return {line.partition("  ")[0] for line in these}


def _kept(key: str, now: Mapping[str, str]) -> str | None:
    """The line of now: the same, or that of a parameter which may be left out since."""
    return next((one for one in (key, key.removesuffix(")") + "=)") if one in now), None)


def _is_asked_of_plugins(key: str, told: str, then: Collection[str]) -> bool:
    """Whether a plugin of before lacks it, and the class has nothing in its place."""
    owner, _, name = key.partition(".")
    return owner in IMPLEMENTED and owner in then and name.isidentifier() and _default(told) is None


def _turned(before: Collection[str], now: Mapping[str, str]) -> Iterator[str]:
    for line in sorted(before):
        key, _, told = line.partition("  ")
        kept = _kept(key, now)
        if told and kept is not None and not _fits(kept, told, now[kept]):
            yield f"was {told}, is {now[kept]}: {kept}"


def _fits(key: str, then: str, now: str) -> bool:
    """Whether who went by what a line told of before does well with what it tells now."""
    if _default(then) not in (None, _default(now)) or then.startswith("() ->") != now.startswith("() ->"):
        return False
    if not _values(then) <= _values(now):
        return False
    old, new = _types(then), _types(now)
    owner = re.split(r"[. (]", key)[0]
    core_calls, taken = owner == "hook" or owner in IMPLEMENTED, key.endswith(")")
    if core_calls and taken:
        return old == new if owner in IMPLEMENTED else old >= new
    return old <= new if core_calls or taken else old >= new


def _default(told: str) -> str | None:
    """What stands after ` = `, None where it has to be given."""
    found = re.search(r"(?:^| )= (.*)$", told)
    return found[1] if found else None


_LITERAL = re.compile(r"Literal\[([^\]]*)\]")


def _values(told: str) -> set[str]:
    """Single values of which it is one: there may be more of them one day, as of verbs and places."""
    return {value.strip() for found in _LITERAL.findall(told) for value in found.split(",")}


def _types(told: str) -> set[str]:
    """What the bars outside of brackets part."""
    told, parts, depth = _LITERAL.sub("Literal", re.sub(r"^\(\) -> |(?:^| )= .*$", "", told)), [""], 0
    for char in told:
        depth += (char in "[(") - (char in "])")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return {part.strip() for part in parts}


def ever(path: Path = LIST) -> set[str]:
    """All lines that the list ever had. Raises NoHistory."""
    if _git(path, "rev-parse", "--is-shallow-repository").strip() != "false":
        raise NoHistory("this clone is shallow: git fetch --unshallow")
    told = _git(path, "log", "-p", "--format=", "--", path.name)
    found = {line[1:] for line in told.splitlines() if re.match(r"\+(?!\+\+ )", line) and line != "+"}
    if not found:
        raise NoHistory(f"no commit has {path.name}")
    return found - HARMLESS.keys()


class NoHistory(Exception):
    """What once stood in the list cannot be told. The text says why."""


def _git(path: Path, *words: str) -> str:
    try:
        return subprocess.run(
            ["git", "-C", str(path.parent), *words], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoHistory(f"git tells no history: {getattr(error, 'stderr', '') or error}") from error


def _of(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"{name}  class"
        yield from _members(name, value)
        yield from (f"{name} is {base.__name__}" for base in value.__mro__[1:] if _told_apart(base))
        return
    if inspect.isfunction(value):
        yield f"{name}  {_gives(value)}"
        yield from _taken(name, value)
        return
    yield name
    if isinstance(value, tuple | frozenset | dict):
        yield from (f"{name} {one!r}" for one in value)
    else:
        yield from (f"{name} {one!r}" for one in typing.get_args(value) if isinstance(one, str))


def _told_apart(base: type) -> bool:
    """Whether plugins can ask for it: what they can import, and what Python has built in."""
    ours = getattr(renown.api, base.__name__, None) is base
    return ours or (base.__module__ == "builtins" and base not in (object, Exception, BaseException))


def _members(name: str, kind: type) -> Iterator[str]:
    for one, told, default in names.fields(kind):
        unless = "" if default is None or name not in IMPLEMENTED else f" = {default}"
        yield f"{name}.{one}  {_plain(told)}{unless}"
    if not name.startswith("ctx.") and not getattr(kind, "_is_protocol", False) and name not in UNMADE:
        yield from _taken(name, kind)
    for one, work in names.methods(kind):
        told = _gives(work) if work else names.of_property(kind, one)
        yield f"{name}.{one}  {told}{' = ...' if name in IMPLEMENTED and _does_something(kind, one) else ''}"
        if work and name in IMPLEMENTED:
            taken = {word: told.annotation for word, told in inspect.signature(work).parameters.items()}
            taken.pop("self", None)
            yield f"{name}.{one}({', '.join(taken)})  {_plain(', '.join(map(str, taken.values())))}"
        elif work:
            yield from _taken(f"{name}.{one}", work)


def _taken(name: str, work: Any) -> Iterator[str]:
    try:
        parameters = [one for one in inspect.signature(work).parameters.values() if one.name != "self"]
    except ValueError:  # of a class that takes none
        return
    said = {one: told for one, told, _ in names.fields(work)} if inspect.isclass(work) else {}
    for number, one in enumerate(parameters):
        by_name = one.kind is inspect.Parameter.KEYWORD_ONLY
        star = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(one.kind)
        if star:
            yield f"{name}({star}{one.name}){_is(one, said)}"
        else:
            given = "" if one.default is inspect.Parameter.empty else "="
            yield f"{name}({'*' if by_name else number} {one.name}{given}){_is(one, said)}"


def _is(one: inspect.Parameter, said: Mapping[str, str]) -> str:
    """What stands behind the parameter: its type, as it is `said` of a class, and what it is unless given."""
    told = [] if one.annotation is one.empty else [_plain(said.get(one.name, str(one.annotation)))]
    told += [] if one.default is one.empty else [f"= {names.spelled(one.default)}"]
    return f"  {' '.join(told)}" if told else ""


def _gives(work: Any) -> str:
    return f"() -> {_plain(str(inspect.unwrap(work).__annotations__['return']))}"


def _plain(told: str) -> str:
    return " ".join(told.split())


def _does_something(kind: type, name: str) -> bool:
    """Whether a method or property of what plugins implement is more than a place for theirs."""
    value = inspect.getattr_static(kind, name)
    source = textwrap.dedent(inspect.getsource(getattr(value, "fget", value)))
    [made] = ast.parse(source).body
    assert isinstance(made, ast.FunctionDef)
    told = [one for one in made.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return [ast.unparse(one) for one in told] not in ([], ["pass"], ["raise NotImplementedError"])
