"""The same view as data: JSON, CSV, and a feed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from renown import clock
from renown.context.answers import FeedItem as Item
from renown.context.answers import as_csv, as_json
from renown.context.answers import as_feed as _feed
from renown.ledger.models import UNIT
from renown.web.house import house

__all__ = ["Item", "address", "as_csv", "as_feed", "as_json", "day_start", "units"]


def units(thousandths: int) -> int | float:
    """An amount in the measure's own unit."""
    return thousandths // UNIT if thousandths % UNIT == 0 else thousandths / UNIT


def as_feed(title: str, items: Sequence[Item]) -> Response:
    """An Atom feed of this address, newest first."""
    return _feed(title, items, address(""))


def address(path: str) -> str:
    """The whole address of a page of this site."""
    return (house().settings.url or request.host_url.rstrip("/")) + path


def day_start(day: int) -> int:
    """Noon of a day in microseconds: for feeds, where a day must be a moment."""
    return day * clock.DAY + clock.DAY // 2
