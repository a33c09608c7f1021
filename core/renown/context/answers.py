"""The same view as data: JSON, a table for spreadsheets, a feed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from flask import Response, request

from renown import clock

_ATOM = "http://www.w3.org/2005/Atom"
#: What XML cannot hold, however it is written: one in a name would break the whole feed.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedItem:
    """One entry of a feed. `path` is its page on this site; `at` is in microseconds."""

    key: str
    title: str
    path: str
    at: int
    text: str = ""


def as_json(data: Any, status: int = 200) -> Response:
    """Anything that JSON can say; dataclasses and Structs too."""
    return Response(msgspec.json.encode(data), status=status, mimetype="application/json")


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Comma-separated, UTF-8, one line of column names. Cells that a spreadsheet would run are quoted out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_feed(title: str, items: Sequence[FeedItem], site: str) -> Response:
    """An Atom feed of this request's address, newest first. `site` is the address that paths are below."""
    here = site + request.path
    feed = Element("feed", xmlns=_ATOM)
    _child(feed, "id", here)
    _child(feed, "title", title)
    _child(feed, "updated", _iso(max((item.at for item in items), default=0)))
    SubElement(feed, "link", rel="self", href=here)
    for item in items:
        entry = SubElement(feed, "entry")
        _child(entry, "id", f"{here}#{item.key}")
        _child(entry, "title", item.title)
        _child(entry, "updated", _iso(item.at))
        SubElement(entry, "link", href=site + item.path)
        SubElement(SubElement(entry, "author"), "name").text = "Renown"
        _child(entry, "summary", item.text or item.title)
    return Response(tostring(feed, encoding="utf-8", xml_declaration=True), mimetype="application/atom+xml")


def _child(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("", text)


def _iso(instant: int) -> str:
    return f"{clock.to_datetime(instant):%Y-%m-%dT%H:%M:%SZ}"


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return "'" + cell
    return cell
