"""Which version of a rule holds for which event."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, insert, select

from renown import clock
from renown.clock import DAY, SECOND
from renown.db import stored
from renown.db.engine import Database
from renown.events.models import Event, Term
from renown.ledger import rules
from renown.ledger.entries import RuleVersion
from renown.ledger.models import Rule
from renown.ledger.rules import Published, RuleBook

UTC = ZoneInfo("UTC")


def versions(book: RuleBook, position: int, day: int) -> dict[str, int]:
    return {rule.name: rule.version for rule in book.at(position, day)}


def version(name: str, number: int, published: int, effective: int | None) -> Published:
    return Published(RuleVersion(number, name, number), published, effective)


def test_the_newest_published_before_the_event_and_effective_on_its_day() -> None:
    given = [version("like", 1, 0, None), version("like", 2, 50, 200), version("like", 3, 60, 150)]
    live = RuleBook(given)
    assert versions(live, 50, 999) == {"like": 1}, "not published yet"
    assert versions(live, 51, 199) == {"like": 1}, "not effective yet"
    assert versions(live, 51, 200) == {"like": 2}
    assert versions(live, 61, 149) == {"like": 1}
    assert versions(live, 61, 150) == {"like": 3}
    recounted = RuleBook(given, base=55)
    assert versions(recounted, 1, 200) == {"like": 2}, "what the base knows holds from the start"
    assert versions(recounted, 60, 200) == {"like": 2}
    assert versions(recounted, 61, 200) == {"like": 3}


def test_it_asks_the_same_again_without_computing() -> None:
    book = RuleBook([version("like", 1, 0, None)])
    assert book.at(1, 1) is book.at(10**9, 20_000)


def test_defaults_count_from_the_start_and_later_ones_from_now(db: Database) -> None:
    with db.write() as conn:
        rules.ensure(conn, "points", [("like", {"points": 1})])
        conn.execute(
            insert(Event).values(
                id=7, source_id=_source(conn), key="x", type=0, verb=1, occurred_at=0, recorded_at=0, quality=0, own=0
            )
        )
        rules.ensure(conn, "points", [("like", {"points": 9}), ("reply", {})])
        book = rules.load(conn, "points", 0, UTC)
        assert versions(book, 1, 0) == {"like": 1}
        assert versions(book, 8, 0) == {"like": 1, "reply": 1}
        assert [r.body for r in book.at(8, 0) if r.name == "like"] == [{"points": 1}], "what is there is left alone"
        assert conn.scalar(select(Rule.name).where(Rule.id == book.adjustment)) == "adjustment"
        rules.ensure(conn, "points", [("like", {}), ("reply", {})])
        assert conn.scalar(select(func.count()).select_from(Rule)) == 3
        with pytest.raises(ValueError, match="adjustment"):
            rules.ensure(conn, "other", [("adjustment", {})])


def test_a_new_version_holds_from_tomorrow_in_the_organisations_zone(db: Database) -> None:
    evening = 19_000 * DAY + 13 * 3600 * SECOND
    with db.write() as conn, clock.set_to(lambda: evening):
        rules.ensure(conn, "points", [("like", {"points": 1})])
        stored.put(conn, "core", "timezone", "Pacific/Auckland")
        position = rules.publish(conn, "points", "like", {"points": 2}, reason="fairer")
        said = conn.execute(select(Event.extra, Term.term).join(Term, Term.id == Event.verb)).one()
        assert tuple(said) == (
            {"plugin": "points", "rule": "like", "version": 2, "body": {"points": 2}, "effective": 19_002,
             "title": None, "at": evening},
            "renown.rule-published.v1",
        )  # fmt: skip
        book = rules.load(conn, "points", 0, ZoneInfo("Pacific/Auckland"))
        assert versions(book, position + 1, 19_001) == {"like": 1}, "it is the 8th of January there already"
        assert versions(book, position + 1, 19_002) == {"like": 2}
        assert versions(book, position, 19_002) == {"like": 1}
        with pytest.raises(ValueError, match="tomorrow"):
            rules.publish(conn, "points", "like", {}, effective=19_001)
        with pytest.raises(LookupError):
            rules.publish(conn, "points", "unknown", {})
        with pytest.raises(LookupError):
            rules.publish(conn, "points", "adjustment", {})


def test_a_version_for_a_recount_changes_the_past_only_there(db: Database) -> None:
    with db.write() as conn, clock.set_to(lambda: 19_000 * DAY):
        rules.ensure(conn, "points", [("like", {"points": 1})])
        position = rules.publish(conn, "points", "like", {"points": 2}, recount=True)
        live = rules.load(conn, "points", 0, UTC)
        assert versions(live, position + 1, 19_000) == {"like": 1}
        assert versions(live, position + 1, 19_001) == {"like": 2}
        recounted = rules.load(conn, "points", position, UTC)
        assert versions(recounted, 1, 5) == {"like": 2}


def test_a_draft_stands_for_the_newest_version_everywhere(db: Database) -> None:
    with db.write() as conn:
        rules.ensure(conn, "points", [("like", {"points": 1}), ("reply", {})])
        book = rules.load(conn, "points", 0, UTC, [{"name": "like", "body": {"points": 5}}])
        like = next(rule for rule in book.at(1, 1) if rule.name == "like")
        assert (like.id, like.version, like.body) == (-1, 2, {"points": 5})
        assert versions(book, 1, 1)["reply"] == 1


def _source(conn: Connection) -> int:
    from renown.sources.models import Source

    return int(
        conn.execute(
            insert(Source).values(name="slack:a", slug="a", network="slack", title="A").returning(Source.id)
        ).scalar_one()
    )
