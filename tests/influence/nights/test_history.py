"""The history of a score over nights: where it changed, where it ended, and what long past weeks keep."""

from __future__ import annotations

from sqlalchemy import insert, select

from renown_influence.history import WHOLE, of
from renown_influence.models import Score
from tests.influence.company import Company
from tests.influence.nights.working import SIZE, TODAY, again, choose, levels, mingle, night


def test_what_is_forgotten_is_no_score_and_no_topic_any_more_and_history_says_when(company: Company) -> None:
    choose(company, half_life=5)
    mingle(company)
    again(company)
    with company.writing() as ctx:
        (topic,) = (one.id for one in ctx.spaces.public(range(1, 9)).values())
    assert len(levels(company)) == len(levels(company, topic=topic)) == SIZE
    last = night(company, 130)
    assert levels(company) == levels(company, topic=topic) == {}
    with company.writing() as ctx:
        for where in (0, topic):
            first, end = of(ctx, company.people[5], where)
            assert first.amount > 0
            assert (end.day, end.amount) == (last.day, 0)
    night(company)
    with company.writing() as ctx:
        assert len(of(ctx, company.people[5])) == 2, "once"


def test_history_has_a_row_where_a_score_changed_and_the_last_run_of_a_day_is_right(company: Company) -> None:
    mingle(company)
    first = again(company)
    company.likes({(n, 2): 40 for n in range(5, SIZE)}, days_ago=0)
    second = again(company)
    quiet = night(company)
    with company.writing() as ctx:
        told = of(ctx, company.people[2])
        assert (
            ctx.session.scalars(select(Score.run_id).where(Score.person_id == company.people[2])).first() == second.id
        )
    assert [row.day for row in told][:1] == [first.day]
    assert told[-1].amount == levels(company)[company.people[2]]
    assert len(told) <= 1 + (quiet.moved > 0)


def test_long_past_weeks_keep_the_row_they_ended_with(company: Company) -> None:
    monday = (TODAY - WHOLE + 3) // 7 * 7 - 3
    days = (monday - 21, monday - 17, monday - 15, monday - 14, monday - 8, monday - 1, monday, monday + 1)
    rows = [{"person_id": 1, "topic": 0, "day": day, "amount": day, "run_id": 1} for day in days]
    rows.append({"person_id": 1, "topic": 7, "day": monday - 21, "amount": 1, "run_id": 1})
    with company.db.write() as conn:
        conn.execute(insert(Score.__table__), rows)
    again(company)
    with company.writing() as ctx:
        assert [row.day for row in of(ctx, 1)] == [monday - 15, monday - 8, monday - 1, monday, monday + 1]
        assert [row.day for row in of(ctx, 1, 7)] == [monday - 21]
    night(company, 7)
    with company.writing() as ctx:
        assert [row.day for row in of(ctx, 1)] == [monday - 15, monday - 8, monday - 1, monday + 1]
