"""The stories people tell of it, over the real pipeline: log, ledger, boards, leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from renown import audit, clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.ledger import adjustments, boards, lead, periods, teams
from tests.activity.company import FIRST_DAY, MEASURE, Company, on
from tests.events.kit import event

LEA, SAM, KIM, MAX, CUSTOMER, ASKER = "lea", "sam", "kim", "max", "customer", "asker"
TWO_YEARS = 730


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """Two years and ten days after the first event."""
    now = (FIRST_DAY + TWO_YEARS + 10) * clock.DAY
    with clock.set_to(lambda: now):
        yield


def leads(company: Company, scope: str = boards.ORGANISATION) -> list[lead.LeadChange]:
    """Who passed whom, as a colleague reads it, what no longer holds included."""
    with company.db.read() as conn:
        return list(lead.changes(conn, Viewer(1, "member"), MEASURE, scope=scope, superseded=True))


def test_a_leader_of_two_years_is_passed_by_a_colleague_from_support(db: Database) -> None:
    """14,000 points over exactly two years at the top, then one lead change, kept for ever."""
    company = Company(db, {LEA: "Sales", SAM: "Support"}, [CUSTOMER])
    told = [one for n in range(233) for one in company.helped(n * (TWO_YEARS - 1) // 232, LEA, ASKER)]
    for day in (100, 200):
        answer = event(f"long{day}", "answer", "Create", actor=LEA, thing=f"L{day}", kind="answer", words=50)
        told.append(on(day, answer))
    for day in range(TWO_YEARS - 140, TWO_YEARS):
        told += company.helped(day, SAM, CUSTOMER)
    company.take(told)
    company.count()
    assert dict(company.board()) == {LEA: 14_000, SAM: 14_000}
    assert leads(company) == [], "a tie keeps the leader"

    company.take(company.helped(TWO_YEARS, SAM, CUSTOMER))
    company.count()
    assert company.board() == [(SAM, 14_100), (LEA, 14_000)]
    [change] = leads(company)
    assert change.leader
    assert change.former
    assert (change.leader.subject_id, change.former.subject_id) == (company.people[SAM], company.people[LEA])
    assert (change.amount, change.former_amount) == (14_100_000, 14_000_000)
    passed = clock.to_date(change.day)
    assert (passed - timedelta(days=change.days), passed) == (date(2024, 3, 1), date(2026, 3, 1))
    company.explained()

    for day in range(TWO_YEARS + 1, TWO_YEARS + 5):
        company.take(company.helped(day, SAM, CUSTOMER) + company.helped(day, LEA, ASKER))
    company.count()
    again = leads(company)
    assert [(one.id, one.superseded) for one in again] == [(change.id, False)]


def test_customer_service_overtakes_marketing(db: Database) -> None:
    """Marketing writes much, customer service answers customers: month by month, and once for all."""
    company = Company(db, {KIM: "Marketing", MAX: "Marketing", SAM: "Customer service"}, [CUSTOMER])
    service, marketing = company.teams["Customer service"], company.teams["Marketing"]
    told = []
    for day in range(150):
        for key in (f"{author}{day}.{number}" for author in (KIM, MAX) for number in range(5)):
            author = key[:3]
            written = event(f"{key}:create", "create", "Create", actor=author, thing=key, kind="message", words=9)
            told.append(on(day, written))
        if day >= 31 and day % 5 == 0:
            told += company.helped(day, SAM, CUSTOMER)
    company.take(told)
    company.count()
    months = [clock.to_day(date(2024, month, 1)) for month in (3, 4, 5, 6, 7)]
    first = [company.board("month", start, boards.TEAMS) for start in months]
    assert [board[0][0] for board in first] == ["Marketing", *["Customer service"] * 4]
    assert first[0] == [("Marketing", 310)]
    assert first[1] == [("Customer service", 600), ("Marketing", 300)]
    [change] = leads(company, boards.TEAMS)
    assert change.leader
    assert change.former
    assert (change.leader.subject_id, change.former.subject_id) == (service, marketing)
    assert clock.to_date(change.day - change.days) == date(2024, 3, 1)
    with db.read() as conn:
        shown = teams.shares(conn, Viewer(1, "member"), MEASURE, clock.now() // clock.DAY, months=30)
    share = {span.label: {one.name: one.per_mille for one in shares} for span, shares in shown if shares}
    assert share["March 2024"] == {"Marketing": 1000}
    assert share["April 2024"] == {"Customer service": 667, "Marketing": 333}
    company.explained()
    total = dict(company.board("all", 0, boards.TEAMS))
    assert total == {"Customer service": 2300, "Marketing": 1500}


def test_only_the_asker_can_say_that_it_helped(db: Database) -> None:
    company = Company(db, {LEA: "Sales", SAM: "Support"}, [CUSTOMER])
    company.take(company.helped(0, SAM, CUSTOMER, accepter=LEA))
    company.take(company.helped(0, SAM, SAM))
    company.count()
    assert company.board() == []
    company.take(company.helped(1, SAM, ASKER))
    company.count()
    assert company.board() == [(SAM, 60)]
    company.take(company.helped(1, SAM, CUSTOMER))
    company.count()
    assert company.board() == [(SAM, 160)]


def test_an_answer_is_accepted_and_not_and_accepted_again(db: Database) -> None:
    company = Company(db, {SAM: "Support"}, [CUSTOMER])
    company.take(company.helped(0, SAM, CUSTOMER))
    undo = event("off", "accept", "Undo", actor=CUSTOMER, thing="A1", statekey="A1:accept", minute=10)
    back = event("on", "accept", "Accept", actor=CUSTOMER, thing="A1", statekey="A1:accept", minute=20)
    company.take([undo])
    company.count()
    assert company.board() in ([], [(SAM, 0)])
    company.take([back])
    company.count()
    assert company.board() == [(SAM, 100)]


def test_likes_of_one_admirer_fade_and_what_a_limit_took_is_on_record(db: Database) -> None:
    """Three count whole, three half, the rest nothing; who takes one back makes room for the next."""
    company = Company(db, {SAM: "Support", LEA: "Sales"})
    likes = [
        event(f"like{n}", "react", "Like", actor=LEA, thing=f"m{n}", owner=SAM, statekey=f"m{n}:lea", minute=n)
        for n in range(8)
    ]
    company.take(likes)
    company.count()
    assert company.entries(SAM) == [(2, 2, None)] * 3 + [(2, 1, None)] * 3 + [(2, 0, None)] * 2
    company.take([event("unlike", "react", "Undo", actor=LEA, thing="m0", owner=SAM, statekey="m0:lea", minute=30)])
    company.count()
    assert company.board() == [(SAM, 9)], "another fills the room"
    company.explained()


def test_a_giver_cannot_give_without_end(db: Database) -> None:
    """Thirty likes a day are heard, whoever they are for."""
    admired = [f"u{n}" for n in range(40)]
    company = Company(db, dict.fromkeys([LEA, *admired], "Sales"))
    company.take(
        event(f"like{n}", "react", "Like", actor=LEA, thing=f"m{n}", owner=owner, minute=n)
        for n, owner in enumerate(admired)
    )
    company.count()
    assert len(company.board(scope=f"team:{company.teams['Sales']}")) == 25
    assert [company.entries(owner) for owner in admired[29:31]] == [[(2, 2, None)], [(2, 0, "quota")]]


def test_a_day_gives_three_hundred_points_at_most(db: Database) -> None:
    company = Company(db, {SAM: "Support"}, [f"c{n}" for n in range(5)])
    for n in range(5):
        company.take(company.helped(0, SAM, f"c{n}", minute=n * 10))
    company.count()
    assert company.board() == [(SAM, 300)]
    assert company.board("week", periods.on("week", FIRST_DAY).start) == [(SAM, 300)]


@pytest.mark.parametrize("batch", [1, 7])
def test_the_size_of_batches_does_not_matter(db: Database, batch: int) -> None:
    company = Company(db, {SAM: "Support", LEA: "Sales"}, [CUSTOMER])
    for n in range(6):
        company.take(company.helped(0, SAM, CUSTOMER, minute=n * 10))
        company.take(company.helped(0, LEA, SAM, minute=n * 10))
    company.count(batch)
    assert company.board() == [(SAM, 300), (LEA, 270)]


def test_an_adjustment_by_hand_is_an_entry_with_its_reason_and_can_be_taken_back(db: Database) -> None:
    company = Company(db, {SAM: "Support", LEA: "Sales"}, [CUSTOMER])
    company.take(company.helped(0, SAM, CUSTOMER))
    with db.write() as conn:
        by = company.people[LEA]
        adjustments.adjust(conn, company.people[SAM], MEASURE, 25_000, "Ran the workshop", by=by)
        with pytest.raises(ValueError, match="reason: say why"):
            adjustments.adjust(conn, company.people[SAM], MEASURE, 1_000, " ", by=by)
    company.count()
    assert company.board() == [(SAM, 125)]
    with db.write() as conn:
        adjustments.adjust(conn, company.people[SAM], MEASURE, -25_000, "It was Lea's workshop", by=by)
    company.count()
    assert company.board() == [(SAM, 100)]
    company.explained()
    with db.read() as conn:
        assert audit.verify(conn).whole
