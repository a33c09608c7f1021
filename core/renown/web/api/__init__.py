"""The HTTP API, version 1: the same views through the same gates as the pages, one blueprint a subject."""

from __future__ import annotations

from apiflask import APIFlask

from renown.web.api import boards, events, openapi, people, rules, sources


def register(app: APIFlask) -> None:
    openapi.init(app)
    for module in (events, boards, people, rules, sources):
        app.register_blueprint(module.api)
