"""Addresses that people come by though no page has them: a form that was refused and is loaded again, a number without
its words, a slash at the end."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs
from renown_ideation.ideas import writing
from renown_ideation.pages import common, desk
from renown_ideation.pages.campaigns import CAMPAIGN
from renown_ideation.pages.common import IDEA

_SLASHED = ("/ideas", "/campaigns", "/roadmap", "/changelog", "/my/ideas", "/ideas/<slug>", CAMPAIGN, "/desk/ideas")


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/desk", strict_slashes=False)
    @needs("ideation.desk")
    def to_desk() -> Answer:
        return redirect(desk.HOME)

    @pages.get(IDEA, defaults={"rest": ""})
    @pages.get(f"{IDEA}/<path:rest>")
    @needs("ideation.read")
    def to_idea(slug: str, number: int, rest: str) -> Answer:
        with common.reading(ctx, number) as (_, idea, board):
            _require_form(rest)
            return _unslashed() or redirect(writing.path(board, idea))

    @pages.get(f"{CAMPAIGN}/<path:rest>")
    @needs("ideation.read")
    def to_campaign(slug: str, rest: str) -> Answer:
        _require_form(rest)
        return _unslashed() or redirect(f"/campaigns/{slug}")

    @needs("ideation.read")
    def without_slash(**_: str) -> Answer:
        return _unslashed() or abort(404)

    for path in _SLASHED:
        pages.add_url_rule(f"{path}/", view_func=without_slash, methods=["GET"])


def _unslashed() -> Answer | None:
    path = request.path.rstrip("/")
    query = request.query_string.decode()
    return redirect(f"{path}?{query}" if query else path) if path != request.path else None


def _require_form(rest: str) -> None:
    """404 for what no form is sent to either, and has no slash at its end."""
    if not rest or rest.endswith("/"):
        return
    try:
        current_app.url_map.bind("").match(request.path, method="POST")
    except HTTPException:
        abort(404)
