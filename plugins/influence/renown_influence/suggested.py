"""The answer to "who to ask", for pages and for the API alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renown.api import PluginContext, Viewer, to_date
from renown_influence import asking, scopes
from renown_influence.asking import Suggestion
from renown_influence.scopes import Topic


@dataclass(frozen=True)
class Suggested:
    """`named` is False where privacy is set so that nobody is named: then a space itself is the place to ask."""

    topic: Topic
    people: Sequence[Suggestion]
    named: bool


def of(ctx: PluginContext, viewer: Viewer, topic: Topic) -> Suggested:
    if not ctx.standings.shows(viewer):
        return Suggested(topic, (), named=False)
    return Suggested(topic, asking.suggest(ctx, viewer, topic), named=True)


def data(found: Suggested) -> dict[str, Any]:
    """As the API and the export give it."""
    return {
        **scopes.data(found.topic),
        "people": [
            {
                "person": one.line.key,
                "name": one.line.name,
                "influence": one.line.amount / 1000,
                "relied_on_by": one.people,
                "last": None if one.last is None else to_date(one.last),
                "away_until": None if one.back is None else to_date(one.back),
            }
            for one in found.people
        ],
    }
