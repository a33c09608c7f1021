"""Everything that stands in `renown.api`: where it comes from, what it says of itself, what hangs on it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from types import FunctionType, ModuleType
from typing import Any

import msgspec

import renown.api
import renown.testing
from renown.context import PluginContext, base
from renown.hooks import specs
from renown.testing import plugin

_WORD = re.compile(r"[A-Za-z_]\w*")


@cache
def homes() -> Mapping[str, ModuleType]:
    """The module that each name is imported from, in the order of the imports."""
    body = ast.parse(inspect.getsource(renown.api)).body
    found = [node for node in body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    return {alias.name: importlib.import_module(str(node.module)) for node in found for alias in node.names}


@cache
def services() -> Mapping[str, type]:
    """What hangs on the context, by the name of its attribute."""
    given = {name: _given(value) for name, value in vars(PluginContext).items() if not name.startswith("_")}
    return {name: vars(base)[kind] for name, kind in given.items() if kind and kind.endswith("Service")}


#: What tests of plugins ask pytest for.
FIXTURES = ("renown_clock", "renown_database_url", "renown_dialect", "renown_kit")
#: Of the suite, what a plugin's author writes: the rest of it asks ever more.
_WRITTEN = ("fill", "plugin")


def testing() -> Mapping[str, type]:
    """What tests of plugins import, beside `renown.api`."""
    return {name: getattr(renown.testing, name) for name in renown.testing.__all__}


def fixtures() -> Mapping[str, FunctionType]:
    return {name: inspect.unwrap(vars(plugin)[name]) for name in FIXTURES}


def _is_promised(kind: type, name: str) -> bool:
    return not name.startswith("_") and (kind is not renown.testing.Conformance or name in _WRITTEN)


def _given(attribute: object) -> str | None:
    work = getattr(attribute, "func", None) or getattr(attribute, "fget", None)
    return str(work.__annotations__["return"]) if work else None


def said_of(name: str) -> str:
    """What a name says of itself: a docstring of its own, or the `#:` comment above where it is written."""
    value = getattr(renown.api, name)
    if inspect.isclass(value) or isinstance(value, FunctionType):
        return inspect.cleandoc(vars(value).get("__doc__") or "" if inspect.isclass(value) else value.__doc__ or "")
    return _comment(homes()[name], name)


def _comment(module: ModuleType, name: str) -> str:
    before = re.split(rf"^{name}\b[^=\n]*=", inspect.getsource(module), maxsplit=1, flags=re.M)[0]
    found = re.search(r"((?:^#:.*\n)+)\Z", before, re.M)
    return " ".join(line[2:].strip() for line in found[1].splitlines()) if found else ""


def fields(kind: type) -> Iterator[tuple[str, str, str | None]]:
    """The public data of a class: name, type, and the default as it is written; None where it must be given."""
    if issubclass(kind, msgspec.Struct):
        for one in msgspec.structs.fields(kind):
            yield one.name, _type(kind, one.name), None if one.required else spelled(one.default)
        return
    known = inspect.signature(kind).parameters if "__dataclass_fields__" in vars(kind) else {}
    for name in dict.fromkeys(name for one in reversed(_ours(kind)) for name in inspect.get_annotations(one)):
        if _is_promised(kind, name):
            taken = known.get(name)
            given = vars(kind).get(name, inspect.Parameter.empty) if taken is None else taken.default
            yield name, _type(kind, name), None if given is inspect.Parameter.empty else spelled(given)


def _ours(kind: type) -> list[type]:
    return [one for one in kind.__mro__ if one.__module__.startswith("renown.")]


def _type(kind: type, name: str) -> str:
    told = next(inspect.get_annotations(one)[name] for one in _ours(kind) if name in inspect.get_annotations(one))
    return str(told)


def spelled(value: object) -> str:
    """A default as it is written; an ellipsis where it is made anew each time."""
    return (
        "..." if "object at" in repr(value) or isinstance(value, type) or "HAS_DEFAULT" in repr(value) else repr(value)
    )


def methods(kind: type) -> Iterator[tuple[str, Callable[..., Any] | None]]:
    """Public methods, and properties with None in their place, inherited ones of ours among them."""
    for name in dict.fromkeys(name for one in reversed(_ours(kind)) for name in vars(one)):
        value = inspect.getattr_static(kind, name)
        if not _is_promised(kind, name):
            continue
        if isinstance(value, staticmethod | classmethod | FunctionType):
            yield name, getattr(kind, name)
        elif isinstance(value, property | cached_property) or hasattr(value, "func"):
            yield name, None


def of_property(kind: type, name: str) -> str:
    """What a property gives."""
    return _given(inspect.getattr_static(kind, name)) or ""


def unknown() -> set[str]:
    """Classes of Renown that stand in what plugins see and cannot be imported by them."""
    offered = {id(getattr(renown.api, name)) for name in renown.api.__all__} | set(map(id, services().values()))
    found = set()
    for told, module in _annotations():
        for word in _WORD.findall(told):
            value = _meaning(word, module)
            ours = getattr(value, "__module__", "").startswith("renown.")
            if ours and inspect.isclass(value) and id(value) not in offered:
                found.add(f"{value.__module__}.{value.__qualname__}")
    return found


def _annotations() -> Iterator[tuple[str, ModuleType]]:
    functions = [one for module in specs.MODULES for one in vars(module).values() if hasattr(one, "renown_spec")]
    for kind in [*services().values(), *(getattr(renown.api, name) for name in renown.api.__all__)]:
        if isinstance(kind, FunctionType):
            functions.append(kind)
        elif inspect.isclass(kind) and kind.__module__.startswith("renown."):
            functions += [work for _, work in methods(kind) if work]
            yield from ((told, sys.modules[kind.__module__]) for _, told, _ in fields(kind))
    for function in functions:
        work = inspect.unwrap(function)
        yield from ((str(told), sys.modules[work.__module__]) for told in work.__annotations__.values())


def _meaning(word: str, module: ModuleType) -> Any:
    return vars(module).get(word) or _typed(module).get(word)


@cache
def _typed(module: ModuleType) -> Mapping[str, Any]:
    """What a module imports for type checkers alone."""
    found: dict[str, Any] = {}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for one in node.body:
                if isinstance(one, ast.ImportFrom) and str(one.module).startswith("renown"):
                    home = importlib.import_module(str(one.module))
                    found |= {alias.asname or alias.name: getattr(home, alias.name) for alias in one.names}
    return found
