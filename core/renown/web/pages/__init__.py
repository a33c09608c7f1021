"""The pages, one module a subject, each with a blueprint `pages`."""

from __future__ import annotations

from flask import Flask

from renown.web.pages import rules, system, theme
from renown.web.pages.admin import catalogue


def register(app: Flask, *, development: bool) -> None:
    for module in (system, theme, rules):
        app.register_blueprint(module.pages)
    if development:
        app.register_blueprint(catalogue.pages)
