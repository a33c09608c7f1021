"""The two decorators of the contract. `@hookimpl` marks a plugin's functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pluggy

F = TypeVar("F", bound=Callable[..., Any])

PROJECT = "renown"

#: The version of the plugin contract. It grows by addition; what breaks a plugin gets a new number.
API = "1"

#: For specifications alone.
hookspec = pluggy.HookspecMarker(PROJECT)
#: Marks a function of the entry point's module that implements the hook of its name.
hookimpl = pluggy.HookimplMarker(PROJECT)


def leaving(hook: str = "", /, **parameters: str) -> Callable[[F], F]:
    """Beside `@hookspec`: what goes with the next api, and is given as before until then.

    `parameters` say of each since when and what to take instead, `hook` says it of the hook as a whole. Whoever
    implements the hook, or takes such a parameter, is warned by the name of plugin and hook.
    """

    def mark(function: F) -> F:
        function.__dict__["renown_leaving"] = {"": hook, **parameters} if hook else parameters
        return function

    return mark


def leaves(spec: Callable[..., Any]) -> Mapping[str, str]:
    """What a specification says is leaving, by parameter; "" is the hook itself."""
    found: Mapping[str, str] = getattr(spec, "renown_leaving", {})
    return found
