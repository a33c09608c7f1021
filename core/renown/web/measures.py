"""The measures that pages can show: those of plugins that are on, but for those that are not listed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort

from renown.hooks.manifest import MeasureSpec
from renown.web.house import house


def all_of() -> Sequence[MeasureSpec]:
    return [one for one in house().plugins.measures.values() if one.listed]


def named(name: str) -> MeasureSpec:
    """404 where no plugin that is on declares it, or not for pages."""
    found = house().plugins.measures.get(name)
    if found is None or not found.listed:
        abort(404)
    return found


def first() -> MeasureSpec | None:
    """The one that pages open with."""
    return next(iter(all_of()), None)
