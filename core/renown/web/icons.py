"""The icons in use, cut from the sprite that Bootstrap-Flask ships (1.1 MB) into one of a few kB."""

from __future__ import annotations

import re
from importlib.resources import files

#: Our name for each icon, and Bootstrap's.
ICONS = {
    "account": "person-badge",
    "add": "plus-lg",
    "admin": "sliders",
    "audit": "journal-check",
    "back": "arrow-left",
    "bad": "x-octagon",
    "bell": "bell",
    "board": "bar-chart-line",
    "bot": "robot",
    "calendar": "calendar3",
    "check": "check-lg",
    "close": "x-lg",
    "copy": "copy",
    "dark": "moon-stars",
    "data": "database",
    "down": "arrow-down-right",
    "edit": "pencil",
    "external": "box-arrow-up-right",
    "feed": "rss",
    "filter": "funnel",
    "good": "check-circle",
    "health": "heart-pulse",
    "hidden": "eye-slash",
    "home": "house",
    "idea": "lightbulb",
    "info": "info-circle",
    "jobs": "gear",
    "key": "key",
    "keyboard": "keyboard",
    "light": "sun",
    "link": "link-45deg",
    "lock": "lock",
    "mail": "envelope",
    "menu": "list",
    "network": "diagram-3",
    "next": "chevron-right",
    "out": "box-arrow-right",
    "people": "people",
    "person": "person",
    "plugin": "plug",
    "previous": "chevron-left",
    "reversed": "arrow-counterclockwise",
    "rules": "journal-text",
    "same": "dash",
    "search": "search",
    "settings": "gear-wide-connected",
    "shield": "shield-check",
    "source": "box-arrow-in-down",
    "system": "circle-half",
    "team": "diagram-2",
    "up": "arrow-up-right",
    "visible": "eye",
    "warn": "exclamation-triangle",
    "why": "question-circle",
}

_SYMBOL = re.compile(r'<symbol\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


def sprite(icons: dict[str, str] = ICONS) -> bytes:
    """An SVG file of one <symbol> per icon. Raises KeyError naming an icon that Bootstrap does not have."""
    source = files("flask_bootstrap").joinpath("static/bootstrap5/icons/bootstrap-icons.svg").read_text("utf-8")
    wanted = set(icons.values())
    # Parsing 1.1 MB as XML takes most of a second; the file is an installed package's own and regular.
    found = {match[1]: match[2] for match in _SYMBOL.finditer(source) if match[1] in wanted}
    symbols = (f'<symbol id="{name}" viewBox="0 0 16 16">{found[theirs]}</symbol>' for name, theirs in icons.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()
