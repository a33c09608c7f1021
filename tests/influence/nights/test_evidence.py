"""What counts in a night's run: leave, customers, dislikes, time zones and wrong dates."""

from __future__ import annotations

from renown import clock
from renown.events import log
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, collab
from renown.ledger import recount
from renown.people import affiliations, calendar
from renown_influence import quality, run, store
from tests.influence.company import SOURCE, Company
from tests.influence.nights.working import SIZE, TODAY, acted, again, choose, levels, mingle, night, weights


def test_leave_that_is_entered_freezes_what_was_earned(company: Company) -> None:
    """Person 2 and 3 are idle for 18 weeks; only the leave of 2 is entered."""
    with company.db.write() as conn:
        calendar.set_leave(conn, company.people[2], TODAY, TODAY + 126)
    company.likes({(2, 4): 1, (3, 4): 1, (5, 2): 1, (5, 3): 1}, days_ago=1)
    found = weights(company, night(company, 126).id)
    assert found[2, 5] > 0.98 * 0.5
    assert found[3, 5] < 0.6 * 0.5


def test_what_a_customer_says_changes_nothing(company: Company) -> None:
    with company.db.write() as conn:
        affiliations.affiliate(conn, company.people[SIZE - 1], "customer")
    mingle(company, people=SIZE - 1)
    again(company)
    before = levels(company)
    company.likes({(SIZE - 1, 2): 50, (SIZE - 1, 3): 1})
    last = again(company)
    assert weights(company, last.id)[2, SIZE - 1] > 20
    assert levels(company) == before


def test_a_dislike_moves_quality_and_leaves_influence_alone(company: Company) -> None:
    mingle(company)
    again(company)
    before = levels(company)
    assert levels(company, quality.MEASURE) == {}
    with company.db.write() as conn:
        log.append(conn, [(company.source, [disliked(company, rater, 3) for rater in range(4, SIZE)])])
    again(company)
    assert levels(company) == before
    found = levels(company, quality.MEASURE)
    assert found[company.people[3]] < min(found[company.people[n]] for n in range(SIZE) if n != 3)


def disliked(company: Company, rater: int, owner: int) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=f"d{rater}-{owner}",
        source=SOURCE,
        type=collab("vote"),
        time=clock.to_datetime(company.now - clock.DAY + rater),
        data=Data(
            type="Dislike",
            actor=Actor(id=f"U{rater}"),
            object=ObjectRef(id=f"bad{owner}", kind="message", attributedTo=Actor(id=f"U{owner}")),
        ),
    )


def test_in_another_time_zone_days_are_read_anew(company: Company) -> None:
    """Before the worker has counted the past in it, too."""
    company.now = TODAY * clock.DAY + 23 * 3600 * clock.SECOND
    company.likes({(2, 3): 1}, days_ago=5)
    again(company)
    assert acted(company, 2, range(TODAY - 6, TODAY - 2)) == [TODAY - 5]
    with company.db.write() as conn:
        recount.change_zone(conn, "Asia/Tokyo")
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    assert run.work(company.renown.contexts.of("influence"))
    assert acted(company, 2, range(TODAY - 6, TODAY - 2)) == [TODAY - 4]


def test_a_wrong_date_costs_no_memory_and_a_longer_memory_is_read_anew(company: Company) -> None:
    company.likes({(2, 3): 1}, days_ago=TODAY)
    company.likes({(2, 3): 1}, days_ago=2000)
    company.likes({(4, 3): 1}, days_ago=3)
    again(company)
    assert span(company) < 1500
    assert acted(company, 4, range(TODAY - 5, TODAY)) == [TODAY - 3]
    choose(company, half_life=120)
    again(company)
    assert 2000 <= span(company) < 3000
    assert acted(company, 2, range(TODAY - 2002, TODAY - 1998)) == [TODAY - 2000]
    choose(company, half_life=60)
    again(company)
    assert span(company) < 1500
    assert acted(company, 4, range(TODAY - 5, TODAY)) == [TODAY - 3]


def span(company: Company) -> int:
    """Days of which it is kept who did anything."""
    with company.writing() as ctx:
        return int(store.load(ctx, "evidence", ("wide",))["wide"][2]) * 8


def test_an_act_of_tomorrow_counts_when_it_comes(company: Company) -> None:
    company.likes({(2, 3): 1}, days_ago=-1)
    again(company)
    night(company, 3)
    assert acted(company, 2, range(TODAY - 3, TODAY + 3)) == [TODAY + 1]
