"""What the pages are handed: the application's parts, one reading transaction per request, and who is looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
from flask import Flask, current_app, g
from sqlalchemy import Connection

from renown.access.viewer import Viewer
from renown.db.spelled import Spelled

if TYPE_CHECKING:
    from renown.web.parts import Renown

_KEY = "renown"


def init(app: Flask, renown: Renown) -> None:
    app.extensions[_KEY] = renown
    app.teardown_appcontext(_close)


def house() -> Renown:
    return cast("Renown", current_app.extensions[_KEY])


def reading() -> Connection:
    """This request's reading connection: one consistent view for the whole page."""
    if "reading" not in g:
        g.reading_block = house().db.read()
        g.reading = g.reading_block.__enter__()
    return cast(Connection, g.reading)


def working() -> frozenset[str]:
    """The core and the plugins that are on: whose notices and jobs are shown."""
    return frozenset(("core", *house().plugins.enabled))


def setting(name: Literal["timezone", "organisation"], default: str) -> str:
    """A setting that stands on every page; they are read together."""
    return str(_settings().get(name, default))


def branding() -> dict[str, Any]:
    """The organisation's colours and logo, as `web.brand` keeps them."""
    return cast("dict[str, Any]", _settings().get("brand", {}))


def _settings() -> dict[str, Any]:
    if "settings" not in g:
        g.settings = {one: msgspec.json.decode(value) for one, value in _SETTINGS.rows(reading(), {})}
    return cast("dict[str, Any]", g.settings)


_SETTINGS = Spelled("""
    SELECT name, CAST(value AS TEXT) FROM core_setting
    WHERE owner = 'core' AND name IN ('timezone', 'organisation', 'brand')
""")


def reread() -> None:
    """Let the next `reading()` see what this request has just written."""
    _close(None)


def viewer() -> Viewer:
    """Who is looking. Set before each request by `web.session`."""
    return cast(Viewer, g.viewer)


def _close(_error: BaseException | None) -> None:
    block = g.pop("reading_block", None)
    g.pop("reading", None)
    g.pop("settings", None)
    if block is not None:
        block.__exit__(None, None, None)
