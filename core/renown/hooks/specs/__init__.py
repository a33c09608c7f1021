"""The hooks, by subject. Nothing here runs: a plugin implements a function of the same name, marked `@hookimpl`.

A plugin takes as many of a hook's parameters as it needs, by name. What is imported here is for type checkers alone.
"""

from __future__ import annotations

from renown.hooks.specs import events, operations, people, scoring, sources, web

#: All modules of specifications; a hook is a function in one of them.
MODULES = (sources, events, scoring, web, people, operations)
