"""Somebody who works here, as people type them: by handle or e-mail."""

from __future__ import annotations

from renown.api import PluginContext
from renown_ideation.ideas.texts import Refused

_NOBODY = "Nobody who works here has this handle or e-mail."


def required(ctx: PluginContext, typed: str, field: str) -> int:
    """Raises Refused, by the field, also where nothing was typed."""
    found = ctx.people.find(typed.strip()) if typed.strip() else None
    if found is None or not ctx.people.employees([found.id]):
        raise Refused({field: [_NOBODY]})
    return found.id


def optional(ctx: PluginContext, typed: str, field: str, errors: dict[str, list[str]]) -> int | None:
    """None where nothing was typed, and with an error where nobody is that."""
    try:
        return required(ctx, typed, field) if typed.strip() else None
    except Refused:
        errors[field] = [_NOBODY]
        return None
