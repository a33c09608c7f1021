"""Whom to ask about an idea: people who stand high in one of its topics, and why they."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.experts import topics
from renown_ideation.experts.topics import Topic
from renown_ideation.ideas import authors
from renown_ideation.models import Asked, Board, Idea
from renown_ideation.numbers import ordinal

#: People who are suggested.
MOST = 5
#: Whoever has so many questions open comes after the others.
BUSY = 3


@dataclass(frozen=True)
class Suggestion:
    """`reason` goes after "stands": "3rd of 40 in #billing". `waiting`: how many questions they have open."""

    person: int
    handle: str
    name: str
    reason: str
    waiting: int


@dataclass(frozen=True)
class Suggested:
    """`why_none`: where there are no people, "off" (nothing tells who is good at what), "private" (nobody is named
    here), "topic" (the idea has none that is known), or "nobody"."""

    people: Sequence[Suggestion]
    topics: Sequence[Topic]
    why_none: Literal["", "off", "private", "topic", "nobody"]


def suggest(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea) -> Suggested:
    found = topics.find(ctx, board, idea)
    if not found.known:
        return Suggested((), (), "off")
    if not ctx.standings.shows(viewer):
        return Suggested((), (), "private")
    if not found.of_idea:
        return Suggested((), (), "topic")
    best = _best(ctx, viewer, found.of_idea)
    able = set(askable(ctx, board, idea, best)) - {viewer.person_id} - _asked(ctx, idea)
    waiting = _waiting(ctx, able)
    chosen = sorted(able, key=lambda one: (waiting.get(one, 0) >= BUSY, best[one].place, -best[one].of, one))[:MOST]
    people = [
        Suggestion(one, best[one].handle, best[one].name, best[one].reason, waiting.get(one, 0)) for one in chosen
    ]
    return Suggested(people, found.of_idea, "" if people else "nobody")


def reason(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, person: int) -> str:
    """Where somebody stands highest in what the idea is about; "" where that is not known or not to be told."""
    if not ctx.standings.shows(viewer):
        return ""
    best = _best(ctx, viewer, topics.find(ctx, board, idea).of_idea)
    return best[person].reason if person in best else ""


def askable(ctx: PluginContext, board: Board, idea: Idea, people: Collection[int]) -> Collection[int]:
    """Of these, who works here, may read the board, is no author of it, is not away and did not say "Not now"."""
    writers = {one.person_id for one in authors.of(ctx, idea.id)} | {idea.author_id}
    house, today, quiet = ctx.calendar.load(people), ctx.clock.today(), ctx.people.quiet(people)
    return [
        one
        for one in ctx.people.employees(people)
        if one not in writers and one not in quiet and not house.away(one, today) and _reads(ctx, board, one)
    ]


def _reads(ctx: PluginContext, board: Board, person: int) -> bool:
    """As a member: a moderator who is not part of it reads it too, but is asked by joining it."""
    if board.audience in ("public", "employees"):
        return True
    may = gate.visible(ctx, Viewer(person, "member"))
    return ctx.session.scalar(select(Board.id).where(Board.id == board.id, may)) is not None


@dataclass(frozen=True)
class _Place:
    place: int
    of: int
    handle: str
    name: str
    topic: str

    @property
    def reason(self) -> str:
        return f"{ordinal(self.place)} of {self.of} in {self.topic}"


def _best(ctx: PluginContext, viewer: Viewer, found: Sequence[Topic]) -> Mapping[int, _Place]:
    """Where each person stands highest, as boards show it to the viewer."""
    best: dict[int, _Place] = {}
    for topic in found:
        board = ctx.standings.board(viewer, topic.measure, scope=topic.scope)
        for line in board.lines:
            if line.rank is None:
                continue
            here = _Place(line.rank, board.total, line.key, line.name, topic.name)
            known = best.get(line.subject_id)
            if known is None or (here.place, -here.of) < (known.place, -known.of):
                best[line.subject_id] = here
    return best


def _asked(ctx: PluginContext, idea: Idea) -> set[int]:
    return set(ctx.session.scalars(select(Asked.person_id).where(Asked.idea_id == idea.id)))


def _waiting(ctx: PluginContext, people: Collection[int]) -> Mapping[int, int]:
    rows = ctx.session.execute(
        select(Asked.person_id, func.count())
        .where(Asked.person_id.in_(people), Asked.state == "asked")
        .group_by(Asked.person_id)
    )
    return {person: int(number) for person, number in rows}
