from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import WHY, Office

from renown import clock
from renown.testing import Kit
from renown_kudos import allowance
from renown_kudos.giving import NotNow, Refused


def settings(kit: Kit, **values: int) -> None:
    """As the form of an administrator sets them."""
    boss = kit.client(kit.person("Boss", "administrator"))
    page = boss.get("/admin/plugins/kudos").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "a_month": 10, "shortest": 10, "minutes": 15, **values}
    assert boss.post("/admin/plugins/kudos/settings", data=form).status_code == 302


def left(office: Office, person: int) -> int:
    with office.kit.context("kudos") as ctx:
        return allowance.of(ctx, person).left


def test_a_thank_you_counts_for_whoever_got_it_and_they_are_told(office: Office) -> None:
    office.give(office.ana, office.bea)
    assert (office.amount(office.bea), office.amount(office.ana)) == (1, 0)
    assert "Ana thanked you" in office.page(office.bea, "/notifications")
    assert WHY not in office.page(office.bea, "/notifications"), "the words stand in one place"


def test_activity_and_influence_count_it_by_rules_of_their_own(office: Office) -> None:
    key = office.give(office.ana, office.bea)
    assert office.amount(office.bea, "activity.points") == 2, "as a reaction to what somebody did"
    assert evidence(office, office.bea) == 500, "liked, in thousandths of a mention"
    office.take_back(office.ana, key)
    assert office.amount(office.bea, "activity.points") == 0
    assert evidence(office, office.bea) == 0


def test_private_ones_are_no_evidence_of_influence(office: Office) -> None:
    office.give(office.ana, office.bea, private=True)
    assert office.amount(office.bea, "activity.points") == 2
    assert evidence(office, office.bea) == 0


def evidence(office: Office, person: int) -> int:
    office.kit.settle()
    with office.kit.renown.contexts.of("influence").reading() as ctx:
        found = ctx.ledger.packed("influence.evidence")
        accounts = set(ctx.people.accounts_of(person))
    return sum(amount for who, amount in zip(found.identity, found.amount, strict=True) if who in accounts)


def test_the_allowance_is_a_month_s_and_comes_back_with_the_next(office: Office) -> None:
    settings(office.kit, a_month=2)
    with clock.set_to(lambda: clock.from_datetime(clock.to_datetime(0).replace(year=2026, month=1, day=31, hour=12))):
        for _ in range(2):
            office.give(office.ana, office.bea)
        with pytest.raises(NotNow, match="used up"):
            office.give(office.ana, office.cem)
        assert office.give(office.bea, office.cem)
    with clock.set_to(lambda: clock.from_datetime(clock.to_datetime(0).replace(year=2026, month=2, day=1, hour=0))):
        assert left(office, office.ana) == 2


def test_the_month_is_the_organisation_s(office: Office) -> None:
    """In Auckland it is February when London still has eleven hours of January before it."""
    with office.kit.db.write() as conn:
        from renown.db import stored

        stored.put(conn, "core", "timezone", "Pacific/Auckland")
    at = clock.from_datetime(clock.to_datetime(0).replace(year=2026, month=1, day=31, hour=13))
    with clock.set_to(lambda: at - 3 * clock.HOUR):
        office.give(office.ana, office.bea)
        assert left(office, office.ana) == 9
    with clock.set_to(lambda: at):
        assert left(office, office.ana) == 10


def test_who_gives_twice_at_once_gives_no_more_than_the_allowance(office: Office) -> None:
    settings(office.kit, a_month=3)

    def one(number: int) -> bool:
        try:
            office.give(office.ana, (office.bea, office.cem)[number % 2])
        except NotNow:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(one, range(8)))
    assert sum(given) == 3
    assert len(office.seen(office.ana, "from-you")) == 3


def test_sent_twice_it_is_one(office: Office) -> None:
    keys = {office.give(office.ana, office.bea, once="the form") for _ in range(3)}
    assert len(keys) == 1
    assert office.amount(office.bea) == 1
    assert office.give(office.bea, office.cem, once="the form") not in keys, "another person's form is another"


@pytest.mark.parametrize("wrong", ["", "   ", "thanks", "x" * 501])
def test_a_reason_has_its_limits(office: Office, wrong: str) -> None:
    with pytest.raises(Refused) as found:
        office.give(office.ana, office.bea, wrong)
    assert list(found.value.errors) == ["reason"]


def test_what_no_database_takes_is_left_out_of_a_reason(office: Office) -> None:
    office.give(office.ana, office.bea, "for  the\0 long\n\nnight \ud800")
    assert office.seen(office.bea) == ["for the long night"]


@pytest.mark.parametrize(("to", "said"), [("", "Say whom"), ("Nobody", "No colleague"), ("ana@example.test", "else")])
def test_thanks_go_to_a_colleague(office: Office, to: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        office.give(office.ana, to)


def test_a_name_is_enough_where_it_is_one_person_s(office: Office) -> None:
    office.give(office.ana, "bea")
    other = office.kit.person("Bea2")
    with office.kit.db.write() as conn:
        from sqlalchemy import update

        from renown.people.models import Person

        conn.execute(update(Person).where(Person.id == other).values(name="Cem"))
    with pytest.raises(Refused, match=office.kit.handle(other)):
        office.give(office.ana, "CEM")


def test_taken_back_it_gives_nothing_and_is_gone(office: Office) -> None:
    key = office.give(office.ana, office.bea)
    assert office.amount(office.bea) == 1
    assert office.take_back(office.bea, key) is False, "it is for who gave it to take back"
    assert office.take_back(office.ana, key) is True
    assert office.take_back(office.ana, key) is True
    assert office.amount(office.bea) == 0
    assert (office.seen(office.bea, "to-you"), left(office, office.ana)) == ([], 10)
    assert 'class="notice-title">Ana thanked you' not in office.page(office.bea, "/notifications")


def test_it_stands_after_some_minutes(office: Office) -> None:
    now = clock.now()
    with clock.set_to(lambda: now - 15 * 60 * clock.SECOND):
        key = office.give(office.ana, office.bea)
    with clock.set_to(lambda: now - clock.SECOND):
        assert "Take back" in office.page(office.ana)
    with clock.set_to(lambda: now), pytest.raises(NotNow, match="15 minutes"):
        office.take_back(office.ana, key)
    assert "Take back" not in office.page(office.ana)
    assert office.amount(office.bea) == 1


def test_nobody_thanks_and_takes_back_without_end(office: Office) -> None:
    settings(office.kit, a_month=2)
    for _ in range(4):
        office.take_back(office.ana, office.give(office.ana, office.bea))
    with pytest.raises(NotNow):
        office.give(office.ana, office.bea)


def test_a_day_gives_so_many_and_no_more(office: Office) -> None:
    for number in range(12):
        giver = office.kit.person(f"Giver{number}", "member")
        office.give(giver, office.bea)
    assert office.amount(office.bea) == 10
