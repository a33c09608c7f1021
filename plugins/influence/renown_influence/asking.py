"""Whom to ask about a topic. The load is shared: of people who are about as good, others are named on other days."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from renown.api import Line, PluginContext, Viewer
from renown_influence import kept, run, scale
from renown_influence.models import Epoch
from renown_influence.scopes import Topic
from renown_influence.topic_why import Reliance, reliance

#: People who are suggested.
MOST = 5
#: Who is brought this part of what the best is brought, or more, is about as good.
NEAR = 0.8


@dataclass(frozen=True)
class Candidate:
    """`brought` is what others bring in the topic, without one's own voice; `relied` None where fewer than five do."""

    line: Line
    brought: float
    relied: Reliance | None


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
    """Whom fewer than five rely on last; else who is away last, and the best first.

    Raises LookupError where the viewer may see no boards of people.
    """
    there = _candidates(ctx, viewer, topic)
    people = [one.line.subject_id for one in there]
    today, house = ctx.clock.today(), ctx.calendar.load(people)
    away = {one: house.back(one, today) for one in people if house.away(one, today)}
    chosen = [one for band in bands(there) for one in turned(band, f"{today}:{topic.id}", away)][:MOST]
    chosen.sort(key=lambda one: (one.relied is None, one.line.subject_id in away, -one.line.amount))
    return [_suggestion(one, away.get(one.line.subject_id)) for one in chosen]


def bands(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Those who are about the same, from the best on. Nobody is with others on whom fewer than five rely, or more."""
    found: list[list[Candidate]] = []
    for one in sorted(candidates, key=lambda one: (one.relied is None, -one.brought)):
        best = found[-1][0] if found else None
        if best and (best.relied is None) == (one.relied is None) and one.brought >= NEAR * best.brought:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def turned(band: Sequence[Candidate], day: str, away: Collection[int]) -> list[Candidate]:
    """In another order each day, who is away last."""

    def turn(one: Candidate) -> tuple[bool, bytes]:
        person = one.line.subject_id
        return person in away, hashlib.blake2b(f"{day}:{person}".encode(), digest_size=8).digest()

    return sorted(band, key=turn)


def _candidates(ctx: PluginContext, viewer: Viewer, topic: Topic) -> list[Candidate]:
    """Everybody on the topic's board but the viewer and who wants quiet."""
    board, shown = ctx.standings.board(viewer, run.MEASURE, scope=topic.scope), run.newest(ctx)
    if shown is None:
        return []
    silent = {viewer.person_id, *ctx.people.quiet([line.subject_id for line in board.lines])}
    lines = [line for line in board.lines if line.subject_id not in silent]
    unit = ctx.session.get_one(Epoch, shown.epoch_id).unit
    own = kept.voices(ctx, shown, [line.subject_id for line in lines])
    # After an erasure no voices are kept until the next run. Who stands on boards has a whole one, as a rule.
    values = [(line, scale.behind(line.amount / 1000, unit), own.get(line.subject_id, 1.0)) for line in lines]
    return [
        Candidate(line, max(value - voice, 0.0), reliance(ctx, viewer, line.subject_id, topic))
        for line, value, voice in values
    ]


def _suggestion(one: Candidate, back: int | None) -> Suggestion:
    told = one.relied
    return Suggestion(one.line, None if told is None else told.people, None if told is None else told.last, back)
