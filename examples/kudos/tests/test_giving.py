from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import WHY, Office
from sqlalchemy import text

from renown_kudos.giving import NotNow, Refused, Used


def test_a_thank_you_counts_for_whoever_got_it_and_they_are_told(office: Office) -> None:
    office.give(office.ana, office.bea)
    assert (office.amount(office.bea), office.amount(office.ana)) == (1, 0)
    told = office.page(office.bea, "/notifications")
    assert "Ana thanked you" in told
    assert WHY not in told, "the words stand in one place, where they can be taken back"


def evidence(office: Office, person: int) -> int:
    """Of influence, in thousandths of a mention."""
    office.kit.settle()
    with office.kit.context("influence") as ctx:
        found, mine = ctx.ledger.packed("influence.evidence"), set(ctx.people.accounts_of(person))
    return sum(amount for who, amount in zip(found.identity, found.amount, strict=True) if who in mine)


def test_activity_and_influence_count_it_by_rules_of_their_own(office: Office) -> None:
    key = office.give(office.ana, office.bea)
    assert office.amount(office.bea, "activity.points") == 2, "as a reaction to what somebody did"
    assert evidence(office, office.bea) == 500, "as something liked"
    office.take_back(office.ana, key)
    assert office.amount(office.bea, "activity.points") == 0
    assert evidence(office, office.bea) == 0


def test_private_ones_are_no_evidence_of_influence(office: Office) -> None:
    office.give(office.ana, office.bea, private=True)
    assert (office.amount(office.bea), office.amount(office.bea, "activity.points")) == (1, 2)
    assert evidence(office, office.bea) == 0


def test_the_allowance_is_a_month_s_and_comes_back_with_the_next(office: Office) -> None:
    office.clock.set(datetime(2026, 5, 31, 23, 59, tzinfo=UTC))
    for _ in range(10):
        office.give(office.ana, office.bea)
    with pytest.raises(NotNow, match="used up"):
        office.give(office.ana, office.cem)
    assert (office.left(office.ana), office.left(office.bea)) == (0, 10), "everybody has their own"
    office.clock.move(minutes=1)
    assert office.give(office.ana, office.cem)
    assert office.left(office.ana) == 9


def test_the_month_is_the_organisation_s(office: Office) -> None:
    """In Auckland it is June when it is still noon of the last of May in London."""
    boss = office.browser(office.kit.person("Boss", "administrator"))
    token = boss.get("/admin/settings").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "timezone": "Pacific/Auckland", "anew": "yes"}
    assert boss.post("/admin/settings/timezone", data=form).status_code == 302
    office.clock.set(datetime(2026, 5, 31, 11, 59, tzinfo=UTC))
    office.give(office.ana, office.bea)
    assert office.left(office.ana) == 9
    office.clock.move(minutes=1)
    assert office.left(office.ana) == 10


def test_who_gives_many_at_once_gives_no_more_than_the_allowance(office: Office) -> None:
    for _ in range(7):
        office.give(office.ana, office.bea)

    def one(number: int) -> bool:
        try:
            office.give(office.ana, (office.bea, office.cem)[number % 2])
        except NotNow:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(one, range(8)))
    assert sum(given) == 3
    assert len(office.seen(office.ana, "from-you")) == 10


def test_sent_twice_it_is_one(office: Office) -> None:
    with ThreadPoolExecutor(3) as pool:
        keys = set(pool.map(lambda _: office.give(office.ana, office.bea, once="the form"), range(3)))
    assert len(keys) == 1
    assert (office.amount(office.bea), office.left(office.ana)) == (1, 9)
    assert office.give(office.bea, office.cem, once="the form") not in keys, "another person's form is another"


@pytest.mark.parametrize(
    "other",
    [{"to": "cem"}, {"reason": "for another thing entirely"}, {"private": True}],
    ids=lambda other: next(iter(other)),
)
def test_sent_again_with_something_else_it_is_refused(office: Office, other: dict[str, Any]) -> None:
    key = office.give(office.ana, "bea", once="the form")
    with pytest.raises(Used, match="Something else"):
        office.give(office.ana, **{"to": "bea", "once": "the form", **other})
    office.take_back(office.ana, key)
    with pytest.raises(Used, match="taken back"):
        office.give(office.ana, "bea", once="the form")
    assert office.seen(office.ana, "from-you") == []


@pytest.mark.parametrize("wrong", ["thanks", "  no \n   reason  ", "x" * 501])
def test_a_reason_has_its_limits(office: Office, wrong: str) -> None:
    with pytest.raises(Refused) as found:
        office.give(office.ana, office.bea, wrong)
    assert list(found.value.errors) == ["reason"]
    assert office.seen(office.ana) == []


def test_what_no_database_takes_is_left_out_of_a_reason(office: Office) -> None:
    office.give(office.ana, office.bea, "for  the\0 long\n\nnight \ud800")
    assert office.seen(office.bea) == ["for the long night"]


@pytest.mark.parametrize(("to", "said"), [("", "Say whom"), ("Nobody", "No colleague"), ("ana@example.test", "else")])
def test_thanks_go_to_a_colleague(office: Office, to: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        office.give(office.ana, to)


def test_customers_are_thanked_by_nobody_and_thank_nobody(office: Office) -> None:
    customer = office.kit.customer("Cleo")
    with pytest.raises(Refused, match="No colleague"):
        office.give(office.ana, customer)
    assert office.browser(customer).get("/kudos").status_code == 404


def test_a_name_is_enough_where_it_is_one_person_s(office: Office) -> None:
    one = office.kit.person("Dora Lind")
    office.give(office.ana, "dora lind")
    assert office.amount(one) == 1
    office.kit.person("Dora Lind")
    with pytest.raises(Refused, match="Several people"):
        office.give(office.ana, "Dora Lind")
    assert office.give(office.ana, office.kit.handle(one)), "a handle is one person's"


def test_taken_back_it_gives_nothing_and_is_gone(office: Office) -> None:
    key = office.give(office.ana, office.bea)
    assert office.amount(office.bea) == 1
    assert office.take_back(office.bea, key) is False, "it is for who gave it to take back"
    assert office.take_back(office.ana, key) is True
    assert office.take_back(office.ana, key) is True, "twice is once"
    assert office.amount(office.bea) == 0
    assert (office.seen(office.bea, "to-you"), office.left(office.ana)) == ([], 10)
    with office.kit.context("kudos") as ctx:
        unread = ctx.session.scalar(text("SELECT count(*) FROM core_notification WHERE read_at IS NULL"))
    assert unread == 0, "what was told of it is withdrawn"


def test_it_stands_after_some_minutes(office: Office) -> None:
    key = office.give(office.ana, office.bea)
    office.clock.move(minutes=14, seconds=59)
    assert "Take back" in office.page(office.ana)
    assert "Take back" not in office.page(office.bea)
    office.clock.move(seconds=1)
    assert "Take back" not in office.page(office.ana)
    with pytest.raises(NotNow, match="15 minutes"):
        office.take_back(office.ana, key)
    assert office.amount(office.bea) == 1


def test_nobody_thanks_and_takes_back_without_end(office: Office) -> None:
    for _ in range(20):
        office.take_back(office.ana, office.give(office.ana, office.bea))
    with pytest.raises(NotNow):
        office.give(office.ana, office.bea)


def test_administrators_set_the_allowance(office: Office) -> None:
    office.administer("/admin/plugins/kudos/settings", {"a_month": 1, "shortest": 1, "minutes": 0})
    key = office.give(office.ana, office.bea, "!")
    with pytest.raises(NotNow, match="allowance"):
        office.give(office.ana, office.cem)
    with pytest.raises(NotNow, match="0 minutes"):
        office.take_back(office.ana, key)


def test_a_day_gives_so_many_and_no_more(office: Office) -> None:
    for number in range(12):
        office.give(office.kit.person(f"Giver{number}"), office.bea)
    assert office.amount(office.bea) == 10
