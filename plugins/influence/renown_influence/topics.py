"""Topics are spaces and hashtags in which enough people rely on each other: their names, and who is known for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select

from renown.api import Line, PluginContext, Viewer
from renown_influence import beside, run, scopes
from renown_influence.models import Score
from renown_influence.scopes import Topic
from renown_influence.topic_why import reliance

#: Topics that somebody is said to be known for, and the last place of those who are.
KNOWN_FOR, PLACES = 3, 10
#: Of how many of a person's topics the gate is asked.
_LOOKED_AT = 10


@dataclass(frozen=True)
class KnownFor:
    """`line` is the person's place among those who are relied on there."""

    topic: Topic
    line: Line


def all_of(ctx: PluginContext) -> Sequence[Topic]:
    """Those that are not private, by name."""
    found = scopes.public(ctx, beside.topics(ctx))
    return sorted(found.values(), key=lambda one: (one.name.lower(), one.source, one.id))


def find(topics: Sequence[Topic], asked: str) -> Sequence[Topic]:
    """By scope (`space:12`, `topic:5`), by the whole name, or else all that have it in their name."""
    wanted = asked.strip().casefold().removeprefix("#")
    exact = [one for one in topics if wanted == one.scope]
    exact = exact or [one for one in topics if one.name.casefold().removeprefix("#") == wanted]
    return exact or [one for one in topics if wanted and wanted in one.name.casefold()]


def known_for(ctx: PluginContext, viewer: Viewer, person: int) -> list[KnownFor]:
    """Where a person is among the first, and five people or more rely on them: the best places first.

    Nobody is known for a place for everything. Nothing is told where the viewer may see no boards of people.
    """
    if not ctx.standings.shows(viewer):
        return []
    last = (
        select(Score.topic, func.max(Score.day).label("day"))
        .where(Score.person_id == person, Score.topic != 0)
        .group_by(Score.topic)
        .subquery()
    )
    rows = ctx.session.scalars(
        select(Score.topic)
        .join(last, (Score.topic == last.c.topic) & (Score.day == last.c.day))
        .where(Score.person_id == person, Score.amount > 0)
        .order_by(Score.amount.desc(), Score.topic)
        .limit(_LOOKED_AT)
    ).all()
    public = scopes.public(ctx, rows)
    lines = [(one, ctx.standings.of(viewer, person, run.MEASURE, scope=one.scope)) for one in public.values()]
    found = [KnownFor(one, line) for one, line in lines if line is not None and (line.rank or PLACES + 1) <= PLACES]
    found.sort(key=lambda one: (one.line.rank or 0, -one.line.amount, one.topic.id))
    everybody = ctx.standings.board(viewer, run.MEASURE).total if found else 0
    known = (one for one in found if _stands_out(ctx, viewer, person, one.topic, everybody))
    return list(islice(known, KNOWN_FOR))


def _stands_out(ctx: PluginContext, viewer: Viewer, person: int, topic: Topic, everybody: int) -> bool:
    """Whether five rely on the person there, and it is no place where more than half of all are relied on.

    A hashtag says what it is about, however many use it.
    """
    crowded = not topic.hashtag and 2 * ctx.standings.board(viewer, run.MEASURE, scope=topic.scope).total > everybody
    return not crowded and reliance(ctx, viewer, person, topic) is not None
