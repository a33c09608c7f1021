"""A day of the boards: what comes, who votes and comments, what staff answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from renown.api import PluginContext, Viewer
from renown_ideation import boards, states
from renown_ideation.answers import answering
from renown_ideation.delivery import news
from renown_ideation.ideas import comments, merging, voters, writing
from renown_ideation.models import Board, Idea
from renown_ideation.story import planning
from renown_ideation.story.brought import OFFICE, PRODUCT, Told
from renown_ideation.story.calendar import Today

#: Working days in which two of three voters have voted.
_SPREAD = 12.0
#: Ideas come in the first part of the days, so that one sees what becomes of them.
_COMING = 0.8
_BOARDS: Mapping[str, tuple[Mapping[str, str], Sequence[Told]]] = {
    "product": (
        {
            "title": "Flying with Acme",
            "about": "What would make your next launch easier? We answer everything, and say by when.",
            "audience": "public",
            "held": "nobody",
        },
        PRODUCT,
    ),
    "office": (
        {"title": "Working at Acme", "about": "What would make our own days better.", "audience": "employees"},
        OFFICE,
    ),
}


def live(ctx: PluginContext, today: Today) -> None:
    if today.number == 0:
        _open(ctx, today)
    for slug, (_, told) in _BOARDS.items():
        board = ctx.session.scalars(select(Board).where(Board.slug == slug)).one()
        for at, one in enumerate(told):
            _idea(ctx, today, board, one, today.number - today.share(_COMING * at / len(told)))


def steward(ctx: PluginContext, today: Today) -> int:
    """Somebody of customer service, who owes the answers."""
    names = ctx.teams.all()
    for person, team in zip(*ctx.teams.everybody(today.told.day), strict=True):
        if names.get(team) == "Customer service":
            return person
    return today.told.colleagues[0]


def handle(ctx: PluginContext, person: int) -> str:
    return ctx.people.shown(Viewer(person, "member"), [person])[person].handle


def author(today: Today, one: Told) -> Viewer:
    if one.by == "customer" and today.told.customers:
        return Viewer(today.chance(one.title).choice(today.told.customers), "customer")
    return Viewer(today.chance(one.title).choice(today.told.colleagues), "member")


def _open(ctx: PluginContext, today: Today) -> None:
    by = handle(ctx, steward(ctx, today))
    for slug, (form, _) in _BOARDS.items():
        given = {"slug": slug, "acknowledge_days": "2", "answer_days": "15", "steward": by}
        boards.add(ctx, {**given, **form})


def _idea(ctx: PluginContext, today: Today, board: Board, one: Told, age: int) -> None:
    """`age`: working days since it came."""
    if age == 0:
        writing.submit(ctx, author(today, one), board, {"title": one.title, "body": one.body, "tags": one.tags})
    if age <= 0:
        return
    idea = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id, Idea.title == one.title)).one()
    if idea.state not in states.CLOSED:
        for person in _voters(today, board, one, age):
            voters.vote(ctx, idea.id, person)
    if age % 3 == 0 and age // 3 <= len(one.comments):
        _say(ctx, today, board, idea, one.comments[age // 3 - 1])
    for step in one.steps:
        if step.after == age and idea.state != "merged":
            planning.before(ctx, idea, one, step, board.steward_id or 0)
            _answer(ctx, board, idea, step.state, step.answer, one.news)
            planning.after(ctx, today, idea, one, step, board.steward_id or 0)
    planning.go_on(ctx, idea, one, age, board.steward_id or 0)
    if one.same_as and age == 4:
        other = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id, Idea.title == one.same_as)).one()
        merging.merge(ctx, idea, other, board.steward_id or 0, "Both ask for the same; it is answered there.")


def _voters(today: Today, board: Board, one: Told, age: int) -> Iterator[int]:
    """Those of this day: most vote soon after it came."""
    people = [*today.customers, *today.told.colleagues] if board.audience == "public" else [*today.told.colleagues]
    today.chance(one.title, "votes").shuffle(people)
    before, now = (len(people) * one.liked * (1 - math.exp(-days / _SPREAD)) for days in (age - 1, age))
    yield from people[round(before) : round(now)]


def _say(ctx: PluginContext, today: Today, board: Board, idea: Idea, text: str) -> None:
    people = today.customers if board.audience == "public" else today.told.colleagues
    person = today.chance(text).choice(people)
    viewer = Viewer(person, "customer" if person in today.told.customers else "member")
    comments.add(ctx, viewer, board, idea, {"body": text})


def _answer(ctx: PluginContext, board: Board, idea: Idea, state: str, answer: str, headline: str) -> None:
    by = board.steward_id or 0
    answering.step(ctx, idea, board, state, answer, by)
    if state == "delivered" and headline:
        news.write(ctx, board, by, {"title": headline, "body": answer, "ideas": str(idea.id)})
