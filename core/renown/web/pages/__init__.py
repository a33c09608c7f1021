"""The pages, one module a subject, each with a blueprint `pages`."""

from __future__ import annotations

from flask import Flask

from renown.web.pages import panels, rules, signin, system, theme
from renown.web.pages.admin import catalogue


def register(app: Flask, *, development: bool) -> None:
    for module in (system, theme, signin, panels, rules):
        app.register_blueprint(module.pages)
    if development:
        app.register_blueprint(catalogue.pages)
