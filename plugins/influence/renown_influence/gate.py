"""Who may see what here: the core's own gates, and one answer for what is hidden and what is absent."""

from __future__ import annotations

from typing import NoReturn

from flask import abort

from renown.api import PluginContext, Shown, Viewer


def person(ctx: PluginContext, viewer: Viewer, handle: str) -> Shown:
    """Whom this handle means, merges followed. 404 alike where there is nobody and where the viewer may not see."""
    found = ctx.people.find(handle) if "@" not in handle else None
    shown = ctx.people.shown(viewer, [found.id]) if found is not None else {}
    return shown[found.id] if found is not None and found.id in shown else absent()


def myself(ctx: PluginContext, viewer: Viewer) -> Shown:
    """404 for a token that speaks for nobody."""
    me = viewer.person_id
    shown = ctx.people.shown(viewer, [me]) if me is not None else {}
    return shown[me] if me is not None and me in shown else absent()


def boards(viewer: Viewer) -> None:
    """403 for a token that does not read boards: no number and no name would be told to it anyway."""
    if viewer.scopes is not None and "boards:read" not in viewer.scopes:
        abort(403, "the token lacks the scope boards:read")


def absent() -> NoReturn:
    abort(404)
