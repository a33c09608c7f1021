"""The two decorators of the contract. `@hookimpl` marks a plugin's functions."""

from __future__ import annotations

import pluggy

PROJECT = "renown"

#: The version of the plugin contract. It grows by addition; what breaks a plugin gets a new number.
API = "1"

#: For specifications alone.
hookspec = pluggy.HookspecMarker(PROJECT)
#: Marks a function of the entry point's module that implements the hook of its name.
hookimpl = pluggy.HookimplMarker(PROJECT)
