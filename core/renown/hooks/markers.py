"""The decorators of the contract. `@hookimpl` marks a plugin's functions."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

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


def going(said: str) -> Callable[[F], F]:
    """Of a function of `renown.api`, or a method of what plugins are given, that goes with the next api.

    `said` tells since when and what to take instead. It works as before, and warns at the line that calls it.
    """

    def mark(function: F) -> F:
        @functools.wraps(function)
        def warned(*args: Any, **named: Any) -> Any:
            text = f"{function.__qualname__} goes with api {int(API) + 1}: {said}"
            warnings.warn(text, DeprecationWarning, stacklevel=2)
            return function(*args, **named)

        warned.__dict__["renown_leaving"] = {"": said}
        return cast(F, warned)

    return mark


def leaves(spec: Callable[..., Any]) -> Mapping[str, str]:
    """What a specification or a function says is leaving, by parameter; "" is the whole of it."""
    found: Mapping[str, str] = getattr(spec, "renown_leaving", {})
    return found
