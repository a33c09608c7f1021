"""Who follows an idea hears of each answer, once."""

from __future__ import annotations

from renown_ideation.answers import answering
from renown_ideation.models import Idea
from tests.ideation.company import Company
from tests.ideation.desk import bring, told


def test_each_answer_is_told_once_however_many_there_were(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    for said in ("We look at it.", "We looked at it."):
        with company.writing() as ctx:
            found = ctx.session.get_one(Idea, idea)
            to = "acknowledged" if said == "We look at it." else "planned"
            answering.step(ctx, found, company.boarded(ctx), to, said, company.people["mo"])
        company.settle()
        company.settle()
    assert told(company, "cleo")[1:] == ["Acknowledged: Dark mode", "Planned: Dark mode"]
