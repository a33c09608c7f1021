"""From a notice to a message: at the pace people chose, once, and never to who left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from renown import clock
from renown.access.signin import add_login
from renown.db.engine import Database
from renown.events import log  # noqa: F401 - where merges are written down
from renown.notify import choices, deliveries, inbox, pace, spread
from renown.notify.message import BadLink, Unsubscribe, Writer
from renown.notify.models import Delivery
from renown.notify.pace import Quiet
from renown.notify.spread import Way
from renown.people import merge, persons

LISBON = ZoneInfo("Europe/Lisbon")
#: A Wednesday, noon.
NOON = clock.from_datetime(datetime(2026, 5, 6, 12, tzinfo=UTC))
HOUR = 3600 * clock.SECOND
WRITER = Writer("key", "https://renown.example.test")
PACES = {"ideas.answered": "at once", "ideas.news": "weekly", "ideas.passed": "never"}


class Hands:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    with clock.set_to(made):
        yield made


@pytest.fixture
def ana(db: Database, hands: Hands) -> int:
    with db.write() as conn:
        person = persons.add(conn, "Ana", "ana@example.test")
        add_login(conn, person, "ana@example.test", "member")
    return person


def tell(db: Database, person: int, kind: str, title: str, **more: Any) -> bool:
    with db.write() as conn:
        return inbox.tell(conn, person, "ideas", kind, "idea:1", title, url="/ideas/1", **more)


def ways(conn: Connection) -> list[Way]:
    return [Way("mail", spread.mail_address), Way("pager", lambda conn, person: f"pager-{person}")]


def work(db: Database) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Everything that is due now; what was sent."""
    sent: list[tuple[str, str, Mapping[str, Any]]] = []
    while spread.drain(db, ways, lambda: PACES):
        pass
    while spread.drain_due(db, ways, WRITER):
        pass
    while deliveries.drain(db, lambda *what: sent.append(what)):
        pass
    return sent


def test_what_is_asked_at_once_goes_at_once_and_only_once(db: Database, ana: int) -> None:
    assert tell(db, ana, "ideas.answered", "Your idea was answered", once="1")
    assert not tell(db, ana, "ideas.answered", "Your idea was answered", once="1")
    [(channel, address, payload)] = work(db)
    assert (channel, address) == ("mail", "ana@example.test")
    assert payload["title"] == "Your idea was answered"
    assert payload["url"] == "https://renown.example.test/ideas/1"
    assert work(db) == []


def test_the_default_is_a_digest_on_monday_morning_and_passing_is_silent(db: Database, ana: int, hands: Hands) -> None:
    tell(db, ana, "ideas.news", "First")
    tell(db, ana, "ideas.news", "Second")
    tell(db, ana, "ideas.passed", "Somebody passed you")
    assert work(db) == []
    hands.now = clock.from_datetime(datetime(2026, 5, 11, 8, 0, tzinfo=UTC))
    [(_, _, payload)] = work(db)
    assert payload["title"] == "2 things that happened at Renown"
    assert "- First" in payload["body"]
    assert "- Second" in payload["body"]


def test_what_was_read_on_the_site_is_not_sent(db: Database, ana: int, hands: Hands) -> None:
    tell(db, ana, "ideas.news", "First")
    work(db)
    with db.write() as conn:
        inbox.mark_read(conn, ana)
    hands.now += 8 * clock.DAY
    assert work(db) == []


def news(conn: Connection, person: int) -> list[str]:
    return [one.title for one in inbox.listed(conn, person) if one.kind == "ideas.news"]


def test_what_two_accounts_were_told_is_read_together_while_they_are_one_person(db: Database, ana: int) -> None:
    with db.write() as conn:
        other = persons.add(conn, "Ana at work", "ana@work.test")
    tell(db, ana, "ideas.news", "First")
    tell(db, other, "ideas.news", "Second")
    with db.write() as conn:
        made = merge.merge(conn, ana, other, "administrator", None)
        assert news(conn, ana) == ["Second", "First"]
        inbox.mark_read(conn, ana)
        assert inbox.unread(conn, ana) == 0
    with db.write() as conn:
        merge.split(conn, made, None)
        assert news(conn, ana) == ["First"]
        assert news(conn, other) == ["Second"]


def test_people_choose_by_kind_and_channel(db: Database, ana: int, hands: Hands) -> None:
    with db.write() as conn:
        choices.choose(conn, ana, {("ideas.answered", "mail"): "never", ("ideas.answered", "pager"): "at once"})
    tell(db, ana, "ideas.answered", "Answered")
    assert [(channel, address) for channel, address, _ in work(db)] == [("pager", f"pager-{ana}")]


def test_nothing_leaves_in_quiet_hours_of_the_persons_zone(db: Database, ana: int, hands: Hands) -> None:
    with db.write() as conn:
        persons.change(conn, ana, timezone="Asia/Tokyo")
    tell(db, ana, "ideas.answered", "Answered")
    assert work(db) == [], "it is 21:00 in Tokyo"
    hands.now = clock.from_datetime(datetime(2026, 5, 6, 22, 0, tzinfo=UTC))
    assert len(work(db)) == 1, "it is 7:00 in Tokyo"


def test_who_cannot_sign_in_or_left_gets_no_mail(db: Database, ana: int) -> None:
    with db.write() as conn:
        bea = persons.add(conn, "Bea", "bea@example.test")
        persons.suspends(conn, ana)
    tell(db, bea, "ideas.answered", "Answered")
    tell(db, ana, "ideas.answered", "Answered")
    assert work(db) == []


def test_unsubscribing_needs_no_sign_in_and_holds_for_what_waits(db: Database, ana: int, hands: Hands) -> None:
    tell(db, ana, "ideas.answered", "Answered")
    [(_, _, payload)] = work(db)
    token = payload["unsubscribe"].rpartition("/")[2]
    found = WRITER.read(token)
    assert found == Unsubscribe(ana, "mail", ("ideas.answered",))
    tell(db, ana, "ideas.news", "News")
    work(db)
    with db.write() as conn:
        choices.choose(conn, ana, {("ideas.news", "mail"): "never"})
    hands.now += 8 * clock.DAY
    assert work(db) == []
    for wrong in (token[:-1], Writer("other", None).token(found), "x"):
        with pytest.raises(BadLink):
            WRITER.read(wrong)


def test_a_delivery_is_tried_again_later_each_time_and_then_given_up(db: Database, ana: int, hands: Hands) -> None:
    tell(db, ana, "ideas.answered", "Answered")
    tries = []

    def fail(*what: object) -> None:
        tries.append(hands.now)
        raise OSError("no route to host")

    spread.drain(db, ways, lambda: PACES)
    spread.drain_due(db, ways, WRITER)
    for _ in range(60 * 24 * 3):
        deliveries.drain(db, fail)
        hands.now += 60 * clock.SECOND
    waits = [later - sooner for sooner, later in pairwise(tries)]
    assert len(tries) == len(deliveries.WAITS) + 1
    assert waits == sorted(waits)
    with db.read() as conn:
        assert deliveries.bounced(conn, ana) == "OSError: no route to host"
    with db.write() as conn:
        deliveries.again(conn, conn.scalars(select(Delivery.id)).one())
    assert len(work(db)) == 1
    with db.read() as conn:
        assert deliveries.bounced(conn, ana) is None


def test_what_the_other_side_refuses_is_not_tried_again(db: Database, ana: int) -> None:
    with db.write() as conn:
        deliveries.queue(conn, "mail", "ana@example.test", {"title": "x"}, person_id=ana)

    def refuse(*what: object) -> None:
        raise deliveries.Refused("550 nobody here")

    assert deliveries.drain(db, refuse)
    with db.read() as conn:
        assert conn.execute(select(Delivery.state, Delivery.error)).one() == ("failed", "Refused: 550 nobody here")


def test_a_worker_that_dies_on_the_way_leaves_the_delivery_to_another(db: Database, ana: int, hands: Hands) -> None:
    with db.write() as conn:
        deliveries.queue(conn, "mail", "ana@example.test", {"title": "x"})

    class Killed(BaseException):
        pass

    def die(*what: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        deliveries.drain(db, die)
    sent: list[object] = []
    assert not deliveries.drain(db, lambda *what: sent.append(what))
    hands.now += 301 * clock.SECOND
    assert deliveries.drain(db, lambda *what: sent.append(what))
    assert len(sent) == 1


def test_old_deliveries_are_forgotten(db: Database, ana: int, hands: Hands) -> None:
    with db.write() as conn:
        deliveries.queue(conn, "mail", "ana@example.test", {"title": "x"})
        conn.execute(update(Delivery).values(state="sent", sent_at=hands.now))
    hands.now += 91 * clock.DAY
    deliveries.tidy(db)
    with db.read() as conn:
        assert conn.scalars(select(Delivery.id)).all() == []


@pytest.mark.parametrize(
    ("when", "at", "leaves"),
    [
        ("at once", "2026-05-06 12:00", "2026-05-06 12:00"),
        ("at once", "2026-05-06 21:30", "2026-05-07 07:00"),
        ("at once", "2026-05-07 05:00", "2026-05-07 07:00"),
        ("daily", "2026-05-06 07:59", "2026-05-06 08:00"),
        ("daily", "2026-05-06 08:00", "2026-05-07 08:00"),
        ("weekly", "2026-05-11 07:00", "2026-05-11 08:00"),
        ("weekly", "2026-05-11 09:00", "2026-05-18 08:00"),
        # Clocks go forward on 29 March 2026.
        ("daily", "2026-03-28 12:00", "2026-03-29 08:00"),
    ],
)
def test_when_a_notice_leaves(when: str, at: str, leaves: str) -> None:
    def instant(text: str) -> int:
        return clock.from_datetime(datetime.fromisoformat(text).replace(tzinfo=LISBON))

    assert pace.due(when, instant(at), LISBON, Quiet()) == instant(leaves)


def test_quiet_hours_are_a_persons_own(db: Database, ana: int) -> None:
    with db.write() as conn:
        pace.set_quiet(conn, ana, Quiet(9, 9))
        assert not any(pace.quiet_of(conn, ana).holds(hour) for hour in range(24))
        pace.set_quiet(conn, ana, None)
        assert pace.quiet_of(conn, ana) == Quiet(20, 7)
        with pytest.raises(ValueError, match="0 to 23"):
            pace.set_quiet(conn, ana, Quiet(24, 7))


def test_what_is_withdrawn_is_read_and_leaves_no_more(db: Database, ana: int, hands: Hands) -> None:
    tell(db, ana, "ideas.answered", "Answer by Friday", once="asked")
    with db.write() as conn:
        inbox.tell(conn, ana, "ideas", "ideas.answered", "idea:2", "Another")
        inbox.withdraw(conn, "ideas", [ana], "ideas.answered", "idea:1")
        assert inbox.unread(conn, ana) == 1
        assert {one.title for one in inbox.listed(conn, ana) if one.read_at is None} == {"Another"}
        inbox.withdraw(conn, "other", [ana], "ideas.answered", "idea:2")
        inbox.withdraw(conn, "ideas", [], "ideas.answered", "idea:2")
        assert inbox.unread(conn, ana) == 1, "another plugin's, and nobody's"
    assert not tell(db, ana, "ideas.answered", "Answer by Friday", once="asked"), "and it is not told again"
