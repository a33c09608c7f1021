"""Plugins made in the test, installed as entry points are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

from renown.hooks.discovery import discover
from renown.hooks.manager import Plugins
from renown.hooks.manifest import Plugin
from renown.hooks.markers import hookimpl
from renown.hooks.states import Installed, Store

Hooks = Mapping[str, Callable[..., Any]]


def manifest(name: str = "thanks", **fields: Any) -> Plugin:
    return Plugin(name=name, title=name.title(), summary="Something for a test.", **fields)


def module(name: str, plugin: object, hooks: Hooks | None = None) -> ModuleType:
    """A module as a plugin's author writes it, importable by name."""
    made = ModuleType(f"made_{name}")
    made.__dict__["plugin"] = plugin
    for hook, function in (hooks or {}).items():
        made.__dict__[hook] = function if hasattr(function, "renown_impl") else hookimpl(function)
    sys.modules[made.__name__] = made
    return made


def point(name: str) -> EntryPoint:
    return EntryPoint(name, f"made_{name}", "renown.plugins")


def installed(name: str = "thanks", hooks: Hooks | None = None, **fields: Any) -> Installed:
    """A bundled plugin, so that it is on from the start."""
    module(name, manifest(name, **fields), hooks)
    (one,) = discover(points=[point(name)])
    one.bundled = True
    return one


def made(hooks: Hooks | None = None, store: Store | None = None, name: str = "thanks", **fields: Any) -> Plugins:
    """One plugin, installed and on."""
    return Plugins([installed(name, hooks, **fields)], store)
