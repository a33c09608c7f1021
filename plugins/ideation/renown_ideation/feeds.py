"""Feeds of what is shown, by the same gates."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from renown.api import FeedItem, NotConfigured, PluginContext, as_feed
from renown_ideation.delivery.news import Entry
from renown_ideation.showing import Line


def of_lines(ctx: PluginContext, title: str, lines: Sequence[Line]) -> Response:
    """Ideas, each as it stands now."""
    items = [
        FeedItem(f"idea-{one.id}", one.title, one.path, one.changed_at, f"{one.state_title}. {_voters(one)}")
        for one in lines
    ]
    return answer(ctx, title, items)


def of_news(ctx: PluginContext, title: str, entries: Sequence[Entry]) -> Response:
    items = [FeedItem(f"news-{one.id}", one.title, f"/changelog#n{one.id}", one.at, one.body) for one in entries]
    return answer(ctx, title, items)


def answer(ctx: PluginContext, title: str, items: Sequence[FeedItem]) -> Response:
    try:
        site = ctx.urls.absolute("")
    except NotConfigured:
        site = request.host_url.rstrip("/")
    return as_feed(title, items, site)


def _voters(line: Line) -> str:
    if line.voters is None:
        return line.hidden.why if line.hidden else ""
    return "1 voter." if line.voters == 1 else f"{line.voters} voters."
