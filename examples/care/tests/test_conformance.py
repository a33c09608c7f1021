"""What every plugin keeps to, with questions, answers and followers in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from renown.testing import Conformance, Kit
from renown_care import following
from renown_care.models import Case


class TestConformance(Conformance):
    plugin = "care"

    def fill(self, kit: Kit, people: Sequence[int]) -> None:
        carl = kit.customer("Carl")
        for person in people:
            question = kit.act(carl, "ask", kind="question")
            answer = kit.act(person, "answer", kind="answer", to=question)
            kit.act(carl, "accept", on=answer, owner=person, to=question, kind="answer")
            kit.act(carl, "ask", kind="question")
        kit.settle()
        with kit.context("care") as ctx:
            waiting = ctx.session.scalars(select(Case.id).where(Case.state == "waiting")).all()
            for case, person in zip(waiting, people, strict=True):
                following.follow(ctx, case, person)
