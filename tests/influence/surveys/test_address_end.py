"""Who has an address is looked up when a survey ends; and what becomes of addresses when people go or merge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from renown.api import PluginContext
from renown.people import erase, merge
from renown_influence import survey_end
from renown_influence.models import AddressAnswer, Survey
from tests.influence.company import ADMIN, Company, submit, words
from tests.influence.surveys.answering import (
    ABSENT,
    HIDDEN,
    addresses,
    answers,
    close,
    fill,
    give,
    give_address,
    report,
    start,
)


@pytest.mark.parametrize("preset", ["opt-out", "own-only"])
def test_at_the_end_an_address_is_who_has_it_then(company: Company, preset: str) -> None:
    """Two ways to the same person count once; oneself, a customer and nobody count nothing, but as an answer."""
    number = start(company)
    fill(company, number, *((by, 9) for by in range(10, 24)), *((by, 3) for by in range(10, 13)))
    company.preset(preset, 3)
    give_address(company, number, 4, " NAME03@Example.COM ")
    give_address(company, number, 10, HIDDEN)
    give_address(company, number, 5, HIDDEN, "name05@example.com", "customer@example.org", ABSENT)
    give_address(company, number, 6, ABSENT)
    with company.writing() as ctx:
        people = np.frombuffer(ctx.people.employees(), np.int64)
        rows = survey_end._resolved(ctx, *survey_end._rows(ctx, number))
    found = survey_end.answers_of(rows, people)
    counts = dict(zip(people.tolist(), found.counts().tolist(), strict=True))
    assert (counts[company.people[3]], counts[company.people[9]], counts[company.people[5]]) == (5, 14, 0)
    assert found.counts().sum() == 19
    assert found.number == 17
    close(company)
    assert report(company, number, 2)["answers"] == 17
    with company.db.read() as conn:
        assert conn.scalars(select(Survey.report)).one()["most"] == [company.people[3], company.people[9]]
        assert conn.scalar(select(func.count()).select_from(AddressAnswer)) == 0


def test_whether_an_address_is_somebodys_changes_no_number_of_answers(company: Company) -> None:
    said = []
    company.preset("own-only")
    for address in (HIDDEN, ABSENT):
        number = start(company)
        fill(company, number, *((by, 9) for by in range(10, 14)))
        give_address(company, number, 4, address)
        assert "5 or more employees answered" in words(company.browser(ADMIN).get("/admin/surveys"))
        submit(company.browser(ADMIN), f"/admin/surveys/{number}/end")
        company.settle()
        told_ = report(company, number)
        said.append((told_["answers"], told_["named"], told_["most"], told_["compared"]))
    assert said[0] == said[1]


def test_it_goes_with_its_owner_and_when_a_survey_is_cancelled(company: Company) -> None:
    number = start(company)
    give_address(company, number, 2, HIDDEN)
    give_address(company, number, 4, HIDDEN)
    with company.db.write() as conn:
        erase.erase(conn, company.people[2], None)
    company.settle()
    assert addresses(company) == {(4, HIDDEN)}
    submit(company.browser(ADMIN), f"/admin/surveys/{number}/cancel")
    assert addresses(company) == set()


def test_whoever_was_erased_has_no_address_any_more(company: Company) -> None:
    """What was typed stays until the end: to take it away would say that it was somebody's. It counts nothing."""
    number = start(company)
    for by in range(6, 22):
        give_address(company, number, by, HIDDEN)
    with company.db.write() as conn:
        erase.erase(conn, company.people[3], None)
    company.settle()
    assert f"{HIDDEN} Take away" in words(company.browser(6).get("/surveys"))
    close(company)
    assert (report(company, number)["answers"], addresses(company)) == (16, set())
    with company.db.read() as conn:
        assert conn.scalars(select(Survey.report)).one()["most"] == []


def test_somebody_erased_while_the_report_is_made_is_not_in_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in its numbers, which nobody could mend later: five were named, and then four."""
    number = start(company)
    fill(company, number, (6, 10), (7, 11), (8, 12), (9, 13))
    for by in range(6, 22):
        give_address(company, number, by, HIDDEN)
    company.later(30)
    report_, left = survey_end._report, [3]

    def then_erased(ctx: PluginContext, rows: survey_end.Rows) -> dict[str, Any]:
        found = report_(ctx, rows)
        for n in left:
            with company.db.write() as conn:
                erase.erase(conn, company.people[n], None)
        left.clear()
        return found

    monkeypatch.setattr(survey_end, "_report", then_erased)
    company.settle()
    with company.db.read() as conn:
        told_ = conn.scalars(select(Survey.report).where(Survey.id == number)).one()
    assert (told_["most"], told_["named"]) == ([], 0)


def test_addresses_follow_a_merge_of_who_typed_them(company: Company) -> None:
    """Of two answers the one of who remains holds, whichever way it names."""
    number = start(company)
    give_address(company, number, 2, HIDDEN)
    give(company, number, 2, 9)
    give_address(company, number, 5, ABSENT)
    give(company, number, 5, 10)
    give_address(company, number, 6, HIDDEN)
    with company.db.write() as conn:
        merge.merge(conn, company.people[4], company.people[2], "administrator", None)
        merge.merge(conn, company.people[5], company.people[6], "administrator", None)
    company.settle()
    assert addresses(company) == {(4, HIDDEN), (5, ABSENT)}
    assert answers(company) == {(4, 9), (5, 10)}
