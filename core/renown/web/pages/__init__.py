"""The pages, one module a subject, each with a blueprint `pages`."""

from __future__ import annotations

from flask import Flask

from renown.web.pages import (
    boards,
    home,
    me,
    notifications,
    panels,
    people,
    rules,
    search,
    signin,
    system,
    teams,
    theme,
    why,
)
from renown.web.pages.admin import adjustments, catalogue, jobs, overview
from renown.web.pages.admin import rules as admin_rules


def register(app: Flask, *, development: bool) -> None:
    for module in (
        system, theme, signin, home, boards, people, why, teams, rules, search, notifications, me, panels,
        overview, jobs, admin_rules, adjustments,
    ):  # fmt: skip
        app.register_blueprint(module.pages)
    if development:
        app.register_blueprint(catalogue.pages)
