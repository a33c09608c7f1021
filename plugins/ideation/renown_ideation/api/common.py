"""What modules of the API share."""

from __future__ import annotations

from typing import Any

from renown.api import PluginContext, viewer
from renown_ideation import listing, showing

NUMBER = "<int(max=9223372036854775807):number>"


def page(ctx: PluginContext, readable: Any, found: listing.Page) -> dict[str, Any]:
    lines = showing.lines(ctx, viewer(), readable, found.ideas)
    return {"sort": found.sort, "ideas": [showing.data(ctx, one) for one in lines], "after": found.after}


def form(given: dict[str, Any]) -> dict[str, str]:
    """As a form would send it."""
    return {**given, "tags": ",".join(given.get("tags", ()))}
