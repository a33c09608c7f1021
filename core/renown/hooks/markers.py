"""The two decorators of the contract. `@hookimpl` marks a plugin's functions."""

from __future__ import annotations

import pluggy

PROJECT = "renown"

#: The version of the plugin contract. It grows by addition; what breaks a plugin gets a new number.
API = "1"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
