"""Connections that a plugin opens by itself are refused: what goes out goes through `ctx.http`, or the core's mail.

An audit hook of the interpreter sees each connection and each name that is looked up, and the frames above say whose
it is. It stops what somebody wrote without thinking, or a library that they took for it. It stops nobody who means
harm: a plugin is Python code in the process, and can go by C code, another process, or this very module.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any

import structlog

log = structlog.get_logger("renown.hooks")

#: What opens connections of the core's for a plugin: whoever is called last decides.
_HOUSE = frozenset({"renown", "sqlalchemy", "psycopg"})
_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})
_INTERNET = (socket.AF_INET, socket.AF_INET6)

#: Top-level packages of plugins, with the plugin's name. There is no way to take an audit hook away, so it is set once.
_packages: dict[str, str] = {}
_set = False


class NotByItself(PermissionError):
    """A plugin opened a connection of its own. The text names it, and what to use."""


def watch(plugins: Iterable[tuple[str, str]]) -> None:
    """Refuse connections of these plugins, by name and top-level package, from now on, in this process."""
    global _set
    _packages.update((package, name) for name, package in plugins if package not in _HOUSE)
    if not _set:
        _set = True
        sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    # Called for much else as well, some hundred times a page: this line is what it costs, 0.1 us.
    if event not in _EVENTS or not _packages:
        return
    first = arguments[0]
    if isinstance(first, socket.socket) and first.family not in _INTERNET:
        return
    plugin = _whose(sys._getframe(1))
    if plugin is not None:
        log.warning("connection refused", plugin=plugin, what=event)
        raise NotByItself(f"{plugin} opened a connection by itself: what goes out goes through ctx.http")


def _whose(frame: FrameType | None) -> str | None:
    """The plugin that called last; None where the core did, or nobody of either."""
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in _HOUSE:
            return None
        if package in _packages:
            return _packages[package]
        frame = frame.f_back
    return None
