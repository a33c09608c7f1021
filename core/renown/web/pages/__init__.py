"""The pages, one module a subject, each with a blueprint `pages`."""

from __future__ import annotations

from flask import Flask

from renown.web.pages import (
    boards,
    brand,
    home,
    join,
    keyboard,
    me,
    mydata,
    notifications,
    panels,
    people,
    rules,
    search,
    signin,
    system,
    teams,
    theme,
    unsubscribe,
    vouched,
    why,
)
from renown.web.pages.admin import (
    adjustments,
    audit,
    catalogue,
    jobs,
    mail,
    organisation,
    overview,
    person,
    plugins,
    privacy,
    sources,
    tokens,
    wizard,
)
from renown.web.pages.admin import people as admin_people
from renown.web.pages.admin import rules as admin_rules
from renown.web.pages.admin import teams as admin_teams


def register(app: Flask, *, development: bool) -> None:
    for module in (
        system, theme, signin, join, brand, home, boards, people, why, teams, rules, search, notifications, me, mydata,
        panels, keyboard, overview, jobs, admin_rules, adjustments,
        sources, wizard, plugins, admin_people, person, admin_teams, privacy, audit, tokens,
        organisation, mail, unsubscribe, vouched,
    ):  # fmt: skip
        app.register_blueprint(module.pages)
    if development:
        app.register_blueprint(catalogue.pages)
