"""The portal's own navigation: ideas, campaigns, roadmap, changelog, as tabs above each of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, request

from renown.api import PluginContext, viewer
from renown_ideation.campaigns import finding

_IDEAS, _CAMPAIGNS, _ROADMAP, _CHANGELOG, _MINE = "/ideas", "/campaigns", "/roadmap", "/changelog", "/my/ideas"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.context_processor
    def portal() -> dict[str, Any]:
        return {"portal_tabs": partial(_tabs, ctx)}


def _tabs(ctx: PluginContext) -> Sequence[tuple[str, str, bool]]:
    """Title, address, and whether it is here. None on pages that are no part of the portal, such as the desk."""
    if not any(_below(one) for one in (_IDEAS, _CAMPAIGNS, _ROADMAP, _CHANGELOG, _MINE)):
        return ()
    with ctx.reading() as inner:
        campaigns = [("Campaigns", _CAMPAIGNS)] if finding.any_for(inner, viewer()) else []
    mine = [("My ideas", _MINE)] if viewer().person_id is not None else []
    found = [("Ideas", _IDEAS), *campaigns, ("Roadmap", _ROADMAP), ("Changelog", _CHANGELOG), *mine]
    return [(title, url, _below(url)) for title, url in found]


def _below(url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")
