"""Rules with their versions."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import abort

from renown import clock
from renown.access.routes import needs
from renown.web import rulebook
from renown.web.api import shapes
from renown.web.house import house, reading

api = APIBlueprint("api_rules", __name__, url_prefix="/api/v1/rules", tag="Rules")


@api.get("")
@needs("rules:read")
@api.output(shapes.Rule(many=True))
@api.doc(summary="All rules", security="token")
def index() -> list[dict[str, Any]]:
    return [rule_data(page) for _, pages in rulebook.shelves(reading(), house().plugins) for page in pages]


@api.get("/<plugin>/<rule>")
@needs("rules:read")
@api.output(shapes.Rule)
@api.doc(summary="One rule and its history", security="token")
def show(plugin: str, rule: str) -> dict[str, Any]:
    page = rulebook.page_of(reading(), house().plugins, plugin, rule)
    if page is None:
        abort(404)
    return rule_data(page)


def rule_data(page: rulebook.Page) -> dict[str, Any]:
    return {
        "plugin": page.plugin.name,
        "rule": page.spec.name,
        "title": page.spec.title,
        "versions": [
            {
                "version": one.version,
                "says": [telling.gives, *telling.limits],
                "body": dict(one.body),
                "effective": clock.to_date(one.effective) if one.effective is not None else None,
                "reason": one.reason,
            }
            for one in page.history
            for telling in (rulebook.tell(page.spec, one),)
        ],
    }
