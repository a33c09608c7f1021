"""A rule's next version on its way to publication."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from renown import audit
from renown.db.engine import Database
from renown.events.models import Event
from renown.ledger import drafts, rules, versions
from renown.people.models import Person

ANA, BEN = 1, 2
NEW = {"points": 7_000}
REASON = "Answers are worth more"


@pytest.fixture
def ruled(db: Database) -> Database:
    with db.write() as conn:
        for number, name in ((ANA, "ana"), (BEN, "ben")):
            conn.execute(insert(Person).values(id=number, handle=name, name=name.title()))
        rules.ensure(conn, "points", [("create", {"points": 5_000})])
    return db


def newest(conn: Connection) -> versions.Version:
    return versions.histories(conn, "points")["create"][0]


def propose(conn: Connection, **changes: Any) -> int | None:
    given: dict[str, Any] = {"reason": REASON, "effective": rules.tomorrow(conn), "by": ANA, **changes}
    return drafts.propose(conn, "points", "create", **given)


def test_a_draft_is_published_with_its_reason_from_its_day_on(ruled: Database) -> None:
    with ruled.write() as conn:
        drafts.save(conn, "points", "create", NEW, by=ANA)
        day = rules.tomorrow(conn)
        position = propose(conn, moves=3, effective=day + 4)
        found = newest(conn)
        assert (found.version, found.body, found.reason, found.by_id) == (2, NEW, REASON, ANA)
        assert (found.published, found.effective, found.moves) == (position, day + 4, 3)
        assert conn.scalar(select(Event.id).where(Event.id == position)) == position
        assert drafts.get(conn, "points", "create") is None
        assert versions.holding(versions.histories(conn, "points")["create"], day).version == 1
        assert versions.coming(versions.histories(conn, "points")["create"], day) == found
        assert audit.verify(conn).whole


def test_nothing_is_published_without_a_reason_or_for_today(ruled: Database) -> None:
    with ruled.write() as conn:
        with pytest.raises(LookupError):
            propose(conn)
        drafts.save(conn, "points", "create", NEW, by=ANA)
        with pytest.raises(ValueError, match="reason: say why"):
            propose(conn, reason="  ")
        with pytest.raises(ValueError, match="effective: is tomorrow"):
            propose(conn, effective=rules.tomorrow(conn) - 1)
        assert newest(conn).version == 1


def test_two_people_agree_where_that_is_asked_for(ruled: Database) -> None:
    with ruled.write() as conn:
        drafts.require_two(conn, True, by=ANA)
        drafts.save(conn, "points", "create", NEW, by=ANA)
        assert propose(conn) is None
        assert newest(conn).version == 1
        with pytest.raises(drafts.NotAllowed):
            drafts.approve(conn, "points", "create", by=ANA)
        with pytest.raises(drafts.NotAllowed):
            drafts.require_two(conn, False, by=ANA)
        drafts.approve(conn, "points", "create", by=BEN)
        assert (newest(conn).version, newest(conn).by_id, newest(conn).reason) == (2, BEN, REASON)


def test_an_edit_takes_a_proposal_back(ruled: Database) -> None:
    with ruled.write() as conn:
        drafts.require_two(conn, True, by=ANA)
        drafts.save(conn, "points", "create", NEW, by=ANA)
        propose(conn)
        drafts.save(conn, "points", "create", {"points": 9_000}, by=BEN)
        with pytest.raises(LookupError):
            drafts.approve(conn, "points", "create", by=ANA)


def test_who_proposes_it_is_who_cannot_approve_it(ruled: Database) -> None:
    """Whoever wrote it: who stands behind it counts."""
    with ruled.write() as conn:
        drafts.require_two(conn, True, by=ANA)
        drafts.save(conn, "points", "create", NEW, by=ANA)
        propose(conn, by=BEN)
        with pytest.raises(drafts.NotAllowed):
            drafts.approve(conn, "points", "create", by=BEN)
        assert drafts.approve(conn, "points", "create", by=ANA)
