"""Why somebody's score in one topic is what it is: as far as it can be told without the run's numbers of that topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from renown.api import Giver, Line, PluginContext, Shown, Viewer, to_date
from renown_influence import kept, run, scale, scopes
from renown_influence.models import Epoch
from renown_influence.raters import SMALLEST
from renown_influence.scopes import Topic
from renown_influence.score import EVIDENCE
from renown_influence.told import FOR


@dataclass(frozen=True)
class Reliance:
    """`people` relied on somebody's work in a topic, `acts` times in all; the last time on the day `last`."""

    people: int
    acts: int
    last: int


@dataclass(frozen=True)
class TopicWhy:
    """`line` has the score. On the scale of `unit` it is `value`, which is `own` voice and what others bring.

    `own` is None after an erasure, until the next run. `reliance` is None where there are too few people to be counted.
    """

    person: Shown
    topic: Topic
    line: Line
    unit: float
    value: float
    own: float | None
    reliance: Reliance | None


def of(ctx: PluginContext, viewer: Viewer, person: Shown, number: int) -> TopicWhy | None:
    """The caller has asked the gate for the person. None where there is no number for this viewer."""
    shown, topic = run.newest(ctx), scopes.public(ctx, [number]).get(number)
    line = None if topic is None else ctx.standings.of(viewer, person.id, run.MEASURE, scope=topic.scope)
    if shown is None or topic is None or line is None:
        return None
    unit = ctx.session.get_one(Epoch, shown.epoch_id).unit
    value, found = scale.behind(line.amount / 1000, unit), kept.summary(ctx, shown, person.id)
    # What is shown is rounded: so little as to be less than one's own voice is one's own voice.
    own = min(found.own, value) if found is not None else None
    least = 1 if person.id == viewer.person_id else SMALLEST
    return TopicWhy(person, topic, line, unit, value, own, reliance(ctx, viewer, person.id, topic, least))


def reliance(ctx: PluginContext, viewer: Viewer, person: int, topic: Topic, least: int = SMALLEST) -> Reliance | None:
    """None where they are fewer than `least`. Nobody's day is told of so few either."""
    givers: tuple[Giver, ...] = ctx.ledger.givers(viewer, person, EVIDENCE, FOR, *scopes.parts(topic.id))
    if len(givers) < least:
        return None
    return Reliance(len(givers), sum(one.acts for one in givers), max(one.last for one in givers))


def data(found: TopicWhy) -> dict[str, Any]:
    """As the export gives it. Voices are in whole ones: 1 is one's own."""
    told = found.reliance
    return {
        "person": found.person.handle,
        "name": found.person.name,
        "topic": found.topic.id,
        "topic_name": found.topic.name,
        "influence": found.line.amount / 1000,
        "place": found.line.rank,
        "value": round(found.value, 3),
        "unit": round(found.unit, 3),
        "own": None if found.own is None else round(found.own, 3),
        "people": None if told is None else told.people,
        "acts": None if told is None else told.acts,
        "last": None if told is None else to_date(told.last),
    }
