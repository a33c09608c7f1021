"""The same view as data: JSON, CSV, and a feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request

from renown import clock
from renown.context.answers import as_csv, as_json
from renown.ledger.models import UNIT
from renown.web.formats import iso
from renown.web.house import house

__all__ = ["Item", "address", "as_csv", "as_feed", "as_json", "day_start", "units"]

_ATOM = "http://www.w3.org/2005/Atom"
#: What XML cannot hold, however it is written: one in a name would break the whole feed.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def units(thousandths: int) -> int | float:
    """An amount in the measure's own unit."""
    return thousandths // UNIT if thousandths % UNIT == 0 else thousandths / UNIT


@dataclass(frozen=True)
class Item:
    """One entry of a feed. `path` is its page on this site; `at` is in microseconds."""

    key: str
    title: str
    path: str
    at: int
    text: str = ""


def as_feed(title: str, items: Sequence[Item]) -> Response:
    """An Atom feed of this address, newest first."""
    feed = Element("feed", xmlns=_ATOM)
    _child(feed, "id", address(request.path))
    _child(feed, "title", title)
    _child(feed, "updated", iso(max((item.at for item in items), default=0)))
    SubElement(feed, "link", rel="self", href=address(request.path))
    for item in items:
        entry = SubElement(feed, "entry")
        _child(entry, "id", f"{address(request.path)}#{item.key}")
        _child(entry, "title", item.title)
        _child(entry, "updated", iso(item.at))
        SubElement(entry, "link", href=address(item.path))
        SubElement(SubElement(entry, "author"), "name").text = "Renown"
        _child(entry, "summary", item.text or item.title)
    return Response(tostring(feed, encoding="utf-8", xml_declaration=True), mimetype="application/atom+xml")


def address(path: str) -> str:
    """The whole address of a page of this site."""
    return (house().settings.url or request.host_url.rstrip("/")) + path


def day_start(day: int) -> int:
    """Noon of a day in microseconds: for feeds, where a day must be a moment."""
    return day * clock.DAY + clock.DAY // 2


def _child(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("", text)
