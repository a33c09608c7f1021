"""The macros of `templates/components/`, one a file, as `ui.<name>(...)` in every template."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from flask import Flask
from markupsafe import Markup

#: What these draw depends on their arguments alone, and pages draw the same few over and over: how many are kept.
_SAME = {
    "icon": 1024,
    "avatar": 1024,
    "badge": 1024,
    "delta": 1024,
    "team_place": 1024,
    "share": 1024,
    "me_links": 1024,
    "nav": 1024,
    "phone_nav": 1024,
    "foot": 64,
    "segments": 1024,
    "theme_buttons": 16,
    "choices": 16,
    "keys": 64,
}


class Components:
    """`ui.badge(...)` is the macro `badge` of `components/badge.html`."""

    def __init__(self, app: Flask) -> None:
        self._environment = app.jinja_env
        self._fresh = bool(app.config.get("TEMPLATES_AUTO_RELOAD"))
        self._macros: dict[str, Callable[..., Markup]] = {}

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        macro = self._macros.get(name)
        if macro is None or self._fresh:
            module = self._environment.get_template(f"components/{name}.html").module
            macro = getattr(module, name)
            if name in _SAME:
                macro = lru_cache(maxsize=_SAME[name], typed=True)(macro)
            self._macros[name] = macro
        return macro


def names() -> list[str]:
    folder = files("renown.web").joinpath("templates/components")
    return sorted(file.name.removesuffix(".html") for file in folder.iterdir() if file.name.endswith(".html"))


def init(app: Flask) -> None:
    app.jinja_env.globals["ui"] = Components(app)
