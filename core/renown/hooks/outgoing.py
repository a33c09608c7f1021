"""Connections that a plugin opens by itself are refused: what goes out goes through `ctx.http`, or the core's mail.

An audit hook of the interpreter sees each connection and each name that is looked up, and the frames above say whose
it is. It stops what somebody wrote without thinking, or a library that they took for it. It stops nobody who means
harm: a plugin is Python code in the process, and can go by C code, another process, or this very module.
"""

from __future__ import annotations

import socket
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

import structlog

from renown import clock
from renown.hooks.calls import Call, CallLog

log = structlog.get_logger("renown.hooks")

#: What stands for a hook where refusals are counted and shown.
OUTGOING = "outgoing"

#: What opens connections of the core's for a plugin: whoever is called last decides.
_HOUSE = frozenset({"renown", "sqlalchemy", "psycopg"})
_EVENTS = frozenset({
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo",
    "socket.sendmsg", "socket.sendto",
})  # fmt: skip
_INTERNET = (socket.AF_INET, socket.AF_INET6)

#: Modules and packages, dotted, with the plugins that they are of: several where one package brings several.
#: There is no way to take an audit hook away, so it is set once.
_modules: dict[str, tuple[str, ...]] = {}
_set = False

#: The call logs that are told of refusals; while a plugin is imported there is none yet, and they are kept for it.
_told: tuple[weakref.ref[CallLog], ...] = ()
_imported: ContextVar[list[Call] | None] = ContextVar("imported", default=None)


class NotByItself(PermissionError):
    """A plugin opened a connection of its own. The text names it, and what to use."""


def watch(plugin: str, module: str) -> None:
    """Refuse connections of this plugin from now on, in this process. `module` is what its entry point names."""
    global _set
    parts = module.split(".")
    if not parts[0] or parts[0] in _HOUSE:
        return
    for size in range(1, len(parts) + 1):
        prefix = ".".join(parts[:size])
        known = _modules.get(prefix, ())
        if plugin not in known:
            _modules[prefix] = (*known, plugin)
    if not _set:
        _set = True
        sys.addaudithook(_heard)


@contextmanager
def importing(plugin: str, module: str) -> Iterator[list[Call]]:
    """Around a plugin's import, for what stands in its body opens connections as well. Gives what was refused."""
    watch(plugin, module)
    refused: list[Call] = []
    token = _imported.set(refused)
    try:
        yield refused
    finally:
        _imported.reset(token)


def tell(calls: CallLog) -> None:
    """Have refusals counted here, as long as somebody keeps this log."""
    global _told
    _told = (*(one for one in _told if one() is not None), weakref.ref(calls))


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    # Called for much else as well, some hundred times a page: this line is what it costs, 0.1 us.
    if event not in _EVENTS or not _modules:
        return
    first = arguments[0]
    if isinstance(first, socket.socket) and first.family not in _INTERNET:
        return
    plugins = _whose(sys._getframe(1))
    if plugins:
        _refuse(plugins, f"{event} {_where(arguments)}"[:200])


def _refuse(plugins: tuple[str, ...], what: str) -> None:
    # Counted, since network code takes what is raised for a network that is down, and goes on.
    call = Call(OUTGOING, clock.now(), 0, "refused", what)
    log.warning("connection refused", plugin=" or ".join(plugins), what=what)
    imported = _imported.get()
    if imported is not None:
        imported.append(call)
    else:
        for calls in filter(None, [one() for one in _told]):
            for plugin in plugins:
                calls.add(plugin, call)
    raise NotByItself(f"{' or '.join(plugins)} opened a connection by itself: what goes out goes through ctx.http")


def _where(arguments: tuple[Any, ...]) -> str:
    """The address as it was asked for: the host, with the port where there is one."""
    first = arguments[0]
    place = arguments[1] if isinstance(first, socket.socket) else first if isinstance(first, tuple) else arguments
    named = place if isinstance(place, tuple) else (place,)
    return ":".join(str(part) for part in named[:2] if part not in (None, ""))


def _whose(frame: FrameType | None) -> tuple[str, ...]:
    """The plugin that called last; none where the core did, or nobody of either.

    Several where their package's common code did, and nothing above it says for which of them.
    """
    several: tuple[str, ...] = ()
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        top = name.partition(".")[0]
        if top in _HOUSE:
            break
        if top in _modules:
            found = _owners(name)
            if len(found) == 1 and (not several or found[0] in several):
                return found
            several = several or found
        frame = frame.f_back
    return several


def _owners(name: str) -> tuple[str, ...]:
    """By the longest part of a module's dotted name that is known."""
    while name not in _modules:
        name = name.rpartition(".")[0]
    return _modules[name]
