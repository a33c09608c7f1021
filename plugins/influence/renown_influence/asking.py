"""Whom to ask about a topic. The load is shared: who is about as good as another is named on other days."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from renown.api import Line, PluginContext, Viewer
from renown_influence import quiet, run
from renown_influence.scopes import Topic
from renown_influence.topic_why import reliance

#: People who are suggested.
MOST = 5
#: Scores that differ by no more than so many thousandths are about the same.
BAND = 3000


@dataclass(frozen=True)
class Suggestion:
    """`people` relied on them there, and on the day `last` one did last: both None where they are fewer than five.

    `back` is the day on which they are at work again, None where they are now.
    """

    line: Line
    people: int | None
    last: int | None
    back: int | None


def suggest(ctx: PluginContext, viewer: Viewer, topic: Topic) -> Sequence[Suggestion]:
    """Raises LookupError where the viewer may see no boards of people."""
    board = ctx.standings.board(viewer, run.MEASURE, scope=topic.scope)
    others = [line for line in board.lines if line.subject_id != viewer.person_id]
    silent = quiet.among(ctx, [line.subject_id for line in others])
    there = [line for line in others if line.subject_id not in silent]
    today = ctx.clock.today()
    house = ctx.calendar.load([line.subject_id for line in there])
    away = {line.subject_id for line in there if house.away(line.subject_id, today)}
    chosen = [line for band in bands(there) for line in turned(band, f"{today}:{topic.id}", away)][:MOST]
    return [
        _reasoned(ctx, viewer, line, topic, house.back(line.subject_id, today) if line.subject_id in away else None)
        for line in chosen
    ]


def bands(lines: Sequence[Line]) -> list[list[Line]]:
    """Those who are about the same, from the best on. `lines` fall."""
    found: list[list[Line]] = []
    for line in lines:
        if found and found[-1][0].amount - line.amount <= BAND:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def turned(band: Sequence[Line], day: str, away: frozenset[int] | set[int]) -> list[Line]:
    """In another order each day, who is away last."""

    def turn(line: Line) -> tuple[bool, bytes]:
        said = f"{day}:{line.subject_id}".encode()
        return line.subject_id in away, hashlib.blake2b(said, digest_size=8).digest()

    return sorted(band, key=turn)


def _reasoned(ctx: PluginContext, viewer: Viewer, line: Line, topic: Topic, back: int | None) -> Suggestion:
    found = reliance(ctx, viewer, line.subject_id, topic)
    return Suggestion(line, None, None, back) if found is None else Suggestion(line, found.people, found.last, back)
