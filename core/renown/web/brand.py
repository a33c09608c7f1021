"""What the organisation looks like: its colours and its logo, kept as settings, so that all processes have them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from renown.db import stored
from renown.web import colours, logos
from renown.web.colours import Palette

#: What each page needs to know, and the bytes of the logo, which only its own address reads.
NAME, _LOGO = "brand", "brand_logo"
_THEMES = (("light", ":root{%s}"), ("dark", "[data-bs-theme=dark]{%s}"))


def set_accent(conn: Connection, light: str, dark: str = "") -> None:
    """Colours for light and dark ground; without the second, a lighter one of the same. None at all: Renown's own.

    Raises ValueError, which begins with the field that is wrong.
    """
    kept = _kept(conn) | {"colours": None}
    if light.strip():
        kept["colours"] = {
            "light": asdict(_palette("accent", light, "light")),
            "dark": asdict(_palette("accent_dark", dark.strip() or colours.lighter(light), "dark")),
        }
    elif dark.strip():
        raise ValueError("accent: Write the colour for light ground as well.")
    _keep(conn, kept)


def set_logo(conn: Connection, content: bytes | None) -> None:
    """None: no logo. Raises logos.NoLogo."""
    kept = _kept(conn) | {"logo": None}
    if content is None:
        stored.drop(conn, "core", _LOGO)
    else:
        kept["logo"] = asdict(logos.read(content)) | {"digest": hashlib.sha256(content).hexdigest()[:16]}
        stored.put(conn, "core", _LOGO, base64.b64encode(content).decode())
    _keep(conn, kept)


def logo(conn: Connection) -> bytes | None:
    found = stored.get(conn, "core", _LOGO)
    return None if found is None else base64.b64decode(found)


def style(kept: dict[str, Any]) -> str:
    """A style sheet that lays the organisation's colours over Renown's; empty where there are none."""
    chosen = kept.get("colours")
    if not chosen:
        return ""
    said = {theme: _said(Palette(**chosen[theme])) for theme, _ in _THEMES}
    system = f"@media (prefers-color-scheme:dark){{:root:not([data-bs-theme=light]){{{said['dark']}}}}}"
    light, dark = (rule % said[theme] for theme, rule in _THEMES)
    return f"{light}\n{system}\n{dark}\n"


def digest(kept: dict[str, Any]) -> str:
    """Of the style sheet: its address changes with it."""
    return hashlib.sha256(style(kept).encode()).hexdigest()[:16]


def _said(one: Palette) -> str:
    return f"--r-accent:{one.accent};--r-on-accent:{one.on};--r-accent-soft:{one.soft};--r-chart-1:{one.accent}"


def _palette(field: str, text: str, theme: colours.Theme) -> Palette:
    try:
        return colours.palette(text, theme)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _kept(conn: Connection) -> dict[str, Any]:
    return dict(stored.get(conn, "core", NAME, {}))


def _keep(conn: Connection, kept: dict[str, Any]) -> None:
    stored.put(conn, "core", NAME, {name: value for name, value in kept.items() if value is not None})
