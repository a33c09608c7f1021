"""Topics are spaces where enough people rely on each other: what they are called, and who is known for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from renown.api import Line, PluginContext, PublicSpace, Viewer
from renown_influence import beside, run
from renown_influence.models import Score

#: Topics that somebody is said to be known for.
KNOWN_FOR = 3
#: Of how many of a person's topics the gate is asked.
_LOOKED_AT = 10


@dataclass(frozen=True)
class KnownFor:
    """`line` is the person's place among those who are relied on there."""

    topic: PublicSpace
    line: Line


def all_of(ctx: PluginContext) -> Sequence[PublicSpace]:
    """Those that are not private, by name."""
    found = ctx.spaces.public(beside.topics(ctx))
    return sorted(found.values(), key=lambda one: (one.name.lower(), one.source, one.id))


def find(topics: Sequence[PublicSpace], asked: str) -> Sequence[PublicSpace]:
    """By number (`space:12`), by the whole name, or else all that have it in their name."""
    wanted = asked.strip().lower().removeprefix("#")
    exact = [one for one in topics if wanted == f"space:{one.id}"]
    exact = exact or [one for one in topics if one.name.lower().removeprefix("#") == wanted]
    return exact or [one for one in topics if wanted and wanted in one.name.lower()]


def known_for(ctx: PluginContext, viewer: Viewer, person: int) -> list[KnownFor]:
    """Where a person is relied on most, as far as the viewer may see it; the best places first."""
    last = (
        select(Score.topic, func.max(Score.day).label("day"))
        .where(Score.person_id == person, Score.topic > 0)
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
    spaces = ctx.spaces.public(rows)
    lines = {one: ctx.standings.of(viewer, person, run.MEASURE, scope=run.scope(one)) for one in rows if one in spaces}
    found = [KnownFor(spaces[one], line) for one, line in lines.items() if line is not None]
    return sorted(found, key=lambda one: (one.line.rank, -one.line.amount, one.topic.id))[:KNOWN_FOR]
