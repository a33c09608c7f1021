"""A survey with its report, one that is open, and a ring: what the pages of influence are looked at with."""

from __future__ import annotations

from itertools import permutations

from sqlalchemy import insert

from renown.api import PluginContext
from renown.app import Renown
from renown.jobs.worker import drain_all
from renown_influence import ring_book, run, survey
from renown_influence.models import Answer, RingRow

#: The ring's address. Real ones are drawn.
RING = "0" * 32


def ask(renown: Renown, people: dict[str, int]) -> None:
    """Survey 1 has ended, 2 is open. The ring is made up, and has a note."""
    staff = [people[f"U{number}"] for number in range(20)]
    with renown.contexts.of("influence").writing() as ctx:
        answered(ctx, "Winter", staff)
    drain_all(renown.db, renown.drains)
    with renown.contexts.of("influence").writing() as ctx:
        second = survey.start(ctx, "Spring", ctx.clock.today() + 7, None)
        ctx.session.execute(insert(Answer).values(survey_id=second.id, person_id=staff[0], named_id=staff[1]))
        ring = plant(ctx, staff[6:10])
        ring_book.note(ctx, ring, "They share an office and a rota.", staff[1])
    drain_all(renown.db, renown.drains)


def answered(ctx: PluginContext, title: str, staff: list[int]) -> int:
    """A survey that is over, in which each named up to three of the first six. Its report comes with the next drain."""
    number = survey.start(ctx, title, ctx.clock.today() + 7, None).id
    rows = [
        {"survey_id": number, "person_id": by, "named_id": staff[(place + by) % 6]}
        for by in staff
        for place in range(3)
        if by != staff[(place + by) % 6]
    ]
    ctx.session.execute(insert(Answer), rows)
    survey.end(ctx, number, None)
    return number


def plant(ctx: PluginContext, people: list[int]) -> RingRow:
    """A ring of four, as the newest run would have found it."""
    newest = run.newest(ctx)
    assert newest is not None
    evidence = {
        "links": 6,
        "possible": 6,
        "times": 17.2,
        "chance": 1e-7,
        "team": 0,
        "share": 0.41,
        "scores": [5.1, 4.2, 4.0, 3.3],
        "alone": [3.0, 2.5, 2.4, 1.9],
        "pairs": [[owner, rater, 41.5, 12, newest.day - 1] for owner, rater in permutations(people, 2)],
    }
    row = RingRow(run_id=newest.id, ring=RING, place=0, people=people, evidence=evidence)
    ctx.session.add(row)
    return row
