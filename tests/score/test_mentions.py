"""Whoever is mentioned is seen by scoring, whenever they become known, and is shown nowhere for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

import renown.access.forget
import renown.events.forget
import renown.ledger.forget
import renown.notify.forget  # noqa: F401 - each room says how it forgets
from renown import clock
from renown.access.viewer import Viewer
from renown.context.work import shown
from renown.db.engine import Database
from renown.events import read
from renown.events.models import Event, Mention
from renown.ledger import adjustments, directory, dump, replay, standings, visibility
from renown.ledger.models import Entry, Seen
from renown.ledger.reconcile import reconcile
from renown.ledger.seen import Names
from renown.ledger.visibility import State
from renown.people import affiliations, erase, subject
from renown.people.merge import merge, split
from renown.people.models import ACTIVE, Identity, Person
from renown.sources import forget
from tests.events.kit import KEYRING, START, event, message
from tests.score.kit import MEASURE, TIES, Site

MEMBER = Viewer(role="member")


@pytest.fixture
def site(db: Database) -> Site:
    return Site(db, affiliation="employee")


@pytest.fixture
def _wired() -> Iterator[None]:
    forget.wire(KEYRING)
    yield
    subject.forgetters.pop("sources", None)


def ties(site: Site) -> dict[str, int]:
    site.count()
    return site.totals(measure=TIES)


def people(site: Site, *accounts: str) -> list[int]:
    with site.db.read() as conn:
        rows = conn.execute(select(Identity.key, Identity.person_id).where(Identity.source_id == site.source.id))
        known = {row.key: row.person_id for row in rows}
    return [known[account] for account in accounts]


def state(site: Site, account: str) -> int:
    """What boards make of the person, once they have followed."""
    [person] = people(site, account)
    standings.catch_up(site.db)
    with site.db.read() as conn:
        query = f"SELECT {visibility.state_of(conn)} FROM core_person p WHERE p.id = :person"
        given = {"person": person, "today": standings.today(conn), "active": ACTIVE}
        due: int = conn.execute(text(query), given).scalar_one()
        kept = conn.scalar(select(Seen.state).where(Seen.person_id == person))
    assert kept in (None, due), "boards have followed"
    return due


def test_each_mentioned_account_is_a_party_once_whoever_it_is(site: Site) -> None:
    site.take(
        message("m1", "U1", mentions=["U2", "U3", "U2", "U1"]), event("x", actor="U9", thing="m9", mentions=["U1"])
    )
    with site.db.write() as conn:
        [third] = people(site, "U3")
        affiliations.affiliate(conn, third, "customer")
    site.take(message("m2", "U1", mentions=["U3"]))
    with site.db.read() as conn:
        first, _, second = (one for one in shown(conn, read.after(conn, 0, 10), Names()) if one.mentioned)
        ids = {row.key: row.id for row in conn.execute(select(Identity.key, Identity.id))}
    assert [one.identity for one in first.mentioned] == sorted(ids[key] for key in ("U1", "U2", "U3"))
    assert first.actor in first.mentioned
    assert {one.affiliation for one in first.mentioned} == {"employee"}
    assert [one.affiliation for one in second.mentioned] == ["customer"]
    assert ties(site) == {"U1": 1_000, "U2": 1_000, "U3": 2_000}


def test_what_becomes_of_the_act_becomes_of_what_it_gave(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["U2"]), event("d", "delete", "Delete", thing="m1"))
    assert ties(site) == {}
    site.take(event("u", "delete", "Undo", thing="m1", retracts="d"))
    assert ties(site) == {"U2": 1_000}
    site.take(event("r", "react", "Undo", retracts="m1:create"))
    assert ties(site) == {}


@pytest.mark.parametrize("batch", [1, 2, 1000])
@pytest.mark.parametrize(
    ("kept", "gone", "left"),
    [("U1", "U2", {"U3": 1_000}), ("U2", "U3", {"U2": 1_000}), ("U5", "U3", {"U2": 1_000, "U3": 1_000})],
    ids=["who mentions", "two mentioned", "somebody else"],
)
def test_a_merge_is_looked_at_from_the_mentioned_too(
    site: Site, batch: int, kept: str, gone: str, left: dict[str, int]
) -> None:
    site.take(message("m1", "U1", mentions=["U2", "U3"]), message("m2", "U5"))
    whole = {"U2": 1_000, "U3": 1_000}
    if batch < 1000:
        assert ties(site) == whole
    with site.db.write() as conn:
        made = merge(conn, *people(site, kept, gone), "administrator", None)
    site.count(batch)
    assert site.totals(measure=TIES) == left
    with site.db.write() as conn:
        split(conn, made, None)
    site.count(batch)
    assert site.totals(measure=TIES) == whole
    with site.db.read() as conn:
        live = list(dump.lines(conn, site.generation))
    late = site.new_generation()
    site.count(batch, generation=late)
    with site.db.read() as conn:
        assert list(dump.lines(conn, late)) == live


def test_whose_it_is_and_whom_it_mentions_may_be_one(site: Site) -> None:
    """The owner is told only later."""
    site.take(event("e", "edit", "Update", actor="U1", thing="m1", mentions=["U2"]))
    assert ties(site) == {"U2": 1_000}
    site.take(message("m1", "U3"))
    with site.db.write() as conn:
        merge(conn, *people(site, "U2", "U3"), "administrator", None)
    assert ties(site) == {}


@pytest.mark.usefixtures("_wired")
def test_what_mentions_an_erased_person_says_who_and_names_nobody(site: Site) -> None:
    account = "U0GONE77"
    site.take(message("m1", "U1", mentions=[account]))
    [gone] = people(site, account)
    with site.db.write() as conn:
        erase.erase(conn, gone, None)
    site.take(message("m2", "U1", mentions=[account]), message("m3", account, mentions=["U1"]))
    site.count()
    with site.db.read() as conn:
        kept = conn.scalars(select(Event.extra).where(Event.key.like("m%")).order_by(Event.id)).all()
        identity = conn.scalar(select(Identity.id).where(Identity.person_id == gone))
        assert [one["mentions"] for one in kept] == [[identity], [identity]]
        assert account not in str(kept)
        amounts = conn.scalars(select(Entry.amount).where(Entry.identity_id == identity)).all()
    assert amounts == [1_000, 1_000]
    assert replay.replay(site.db, site.scorer, dry_run=True, digest=True).same


def test_who_was_only_mentioned_stands_nowhere_until_they_do_something(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["U2"]))
    assert state(site, "U1") == State.VISIBLE
    assert state(site, "U2") == State.NEVER

    def listed() -> set[str]:
        with site.db.read() as conn:
            return {one.name for one in directory.people(conn, MEMBER, standings.today(conn))}

    assert listed() == {"U1"}
    site.take(message("m2", "U1", mentions=["U2"]))
    assert listed() == {"U1"}
    site.take(message("m3", "U2"))
    site.count()
    assert state(site, "U2") == State.VISIBLE
    assert listed() == {"U1", "U2"}
    assert reconcile(site.db, scorers=[site.scorer]) == ()


def test_points_by_hand_say_nothing_of_who_somebody_is(site: Site) -> None:
    """They lie on an account in the core's own source, which anybody can have."""
    site.take(message("m1", "U1", mentions=["U2"]))
    site.count()
    with site.db.write() as conn:
        adjustments.adjust(conn, people(site, "U2")[0], MEASURE, 5_000, "for the talk", by=None)
    site.count()
    assert state(site, "U2") == State.NEVER
    site.take(message("m2", "U2"))
    assert state(site, "U2") == State.VISIBLE


def test_an_owner_has_done_something(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["U2"]), event("l", actor="U1", thing="m9", owner="U2"))
    assert state(site, "U2") == State.VISIBLE


def test_a_mentioned_bot_is_one_from_when_it_is_known(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["B1"]))
    robot = message("m2", "B1")
    robot.data.actor.type = "Service"
    site.take(robot, message("m3", "U1", mentions=["B1"]))
    with site.db.read() as conn:
        acts = [one for one in shown(conn, read.after(conn, 0, 10), Names()) if one.mentioned]
        assert [one.mentioned[0].bot for one in acts] == [False, True]
        assert conn.scalar(select(Person.bot).where(Person.id == acts[0].mentioned[0].person))


def test_reconcile_finds_mentions_that_merges_would_miss(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["U2", "U3"]))
    site.count()
    assert reconcile(site.db) == ()
    with site.db.write() as conn:
        kept = conn.execute(select(Mention.__table__).order_by(Mention.identity_id)).all()
        conn.exec_driver_sql(f"DELETE FROM core_mention WHERE identity_id = {kept[0].identity_id}")
        conn.exec_driver_sql(f"UPDATE core_mention SET event_id = 77 WHERE identity_id = {kept[1].identity_id}")
    said = [one.said for one in reconcile(site.db, repair=True)]
    assert said == ["2 mentions are not kept for merges to find", "1 mentions are kept that no event says"]
    with site.db.read() as conn:
        assert conn.execute(select(Mention.__table__).order_by(Mention.identity_id)).all() == kept
    assert reconcile(site.db) == ()


def test_whoever_is_mentioned_is_what_they_were_known_for_then(site: Site) -> None:
    site.take(message("m1", "U1", mentions=["U2"]))
    with site.db.write() as conn:
        affiliations.affiliate(conn, *people(site, "U2"), "partner", clock.from_datetime(START) // clock.DAY)
    site.take(message("m2", "U1", mentions=["U2"]))
    with site.db.read() as conn:
        acts = [one for one in shown(conn, read.after(conn, 0, 10), Names()) if one.mentioned]
    assert [one.mentioned[0].affiliation for one in acts] == ["employee", "partner"]
