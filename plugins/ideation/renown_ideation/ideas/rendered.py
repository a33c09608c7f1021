"""What people write as a page shows it: plain text with paragraphs, lists and links, and no markup of theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s+(.*)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s")
_LINK = re.compile(r"https?://[^\s<>\"']{3,2000}", re.IGNORECASE)
#: What ends a sentence rather than an address.
_AFTER = ".,;:!?"


def text(body: str) -> Markup:
    """A line that begins with a hyphen or a number and a point is a list's; an empty line ends a paragraph."""
    blocks = re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n").strip("\n"))
    return Markup("").join(Markup("").join(_block(one.splitlines())) for one in blocks if one.strip())


def _block(lines: Sequence[str]) -> list[Markup]:
    found: list[Markup] = []
    at = 0
    while at < len(lines):
        listed = bool(_ITEM.fullmatch(lines[at].strip()))
        end = at + 1
        while end < len(lines) and bool(_ITEM.fullmatch(lines[end].strip())) == listed:
            end += 1
        found.append(_list(lines[at:end]) if listed else _paragraph(lines[at:end]))
        at = end
    return found


def _list(lines: Sequence[str]) -> Markup:
    kind = Markup("ol") if _NUMBERED.match(lines[0].strip()) else Markup("ul")
    said = (found[1] for line in lines if (found := _ITEM.fullmatch(line.strip())))
    items = Markup("").join(Markup("<li>{}</li>").format(_linked(one)) for one in said)
    return Markup("<{}>{}</{}>").format(kind, items, kind)


def _paragraph(lines: Sequence[str]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(_linked(one.strip()) for one in lines))


def _linked(line: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in _LINK.finditer(line):
        url = _bare(found[0])
        parts += [escape(line[at : found.start()]), _link(url)]
        at = found.start() + len(url)
    return Markup("").join([*parts, escape(line[at:])])


def _bare(url: str) -> str:
    """Without the marks of the sentence that it stands in."""
    url = url.rstrip(_AFTER)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_AFTER)
    return url


def _link(url: str) -> Markup:
    return Markup('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>').format(url, url)
