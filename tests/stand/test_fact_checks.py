"""Who was in which team, what people and sources were, and rules: checked against the log, and made again from it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, delete, insert, select, text

from renown import clock
from renown.db.engine import Database
from renown.ledger import fact_checks, rule_checks, rules
from renown.ledger.models import Rule
from renown.people import affiliations, erase, merge, subject, teams
from renown.people.models import Affiliation, Merge, Person, TeamMember
from renown.sources import forget, registry
from renown.sources.secrets import Keyring
from tests.stand.world import day, noon

TODAY = day("2026-05-20")
CHECKS = (rule_checks.rules, fact_checks.sources, fact_checks.affiliations, fact_checks.memberships)
KEYRING = Keyring("a key for tests")


def found(conn: Connection, repair: bool = False) -> list[str]:
    return [one.said for check in CHECKS for one in check(conn, repair)]


def organise(conn: Connection, chance: random.Random) -> None:
    for name in ("Red", "Green"):
        teams.add(conn, name)
    conn.execute(insert(Person), [{"id": n, "handle": f"p{n}", "name": f"P {n}"} for n in range(1, 6)])
    for _ in range(60):
        person, other = chance.sample(range(1, 6), 2)
        since, until = chance.choice(
            [(None, None), (None, TODAY), (TODAY, None), (TODAY - chance.randrange(1, 9), TODAY)]
        )
        match chance.randrange(6):
            case 0 | 1 | 2:
                teams.place(conn, person, chance.choice([None, 1, 2]), since, until)
            case 3 | 4:
                affiliations.affiliate(conn, person, chance.choice(affiliations.KINDS), since, until)
            case _:
                undone = conn.scalars(select(Merge.id).where(Merge.undone.is_(None))).first()
                if undone is not None:
                    merge.split(conn, undone, None)
                else:
                    merge.merge(conn, person, other, "administrator", None)


def rows(conn: Connection, table: type[Affiliation] | type[TeamMember]) -> list[tuple[object, ...]]:
    columns = [column for column in table.__table__.columns if column.name != "id"]
    return sorted((tuple(row) for row in conn.execute(select(*columns))), key=repr)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_facts_are_made_again_from_the_log_alone(db: Database, seed: int) -> None:
    with clock.set_to(lambda: noon(TODAY)), db.write() as conn:
        organise(conn, random.Random(seed))
        assert found(conn) == []
        before = [rows(conn, table) for table in (Affiliation, TeamMember)]
        assert all(any(row[-1] is not None for row in part) for part in before), "some are known otherwise since"
        conn.execute(text("UPDATE core_team_member SET known = known - 1 WHERE id % 2 = 0"))
        conn.execute(text("UPDATE core_affiliation SET kind = 'bot', to_day = 3 WHERE id % 2 = 0"))
        conn.execute(text("UPDATE core_team_member SET person_id = 6 - person_id WHERE id % 5 = 0"))
        conn.execute(text("DELETE FROM core_team_member WHERE id % 3 = 0"))
        conn.execute(text("INSERT INTO core_affiliation (person_id, kind, known) VALUES (1, 'customer', 0)"))
        assert found(conn)
        found(conn, repair=True)
        assert [rows(conn, table) for table in (Affiliation, TeamMember)] == before
        conn.execute(delete(Affiliation))
        conn.execute(delete(TeamMember))
        found(conn, repair=True)
        assert [rows(conn, table) for table in (Affiliation, TeamMember)] == before
        assert found(conn) == []


def test_rules_are_made_again_from_the_log_but_those_that_a_plugin_brings(db: Database) -> None:
    with clock.set_to(lambda: noon(TODAY)), db.write() as conn:
        rules.ensure(conn, "points", [("like", {"points": 1})])
        rules.publish(conn, "points", "like", {"points": 2, "rate": 0.1}, effective=TODAY + 9)
        rules.publish(conn, "points", "own", {"points": 3}, title="Our own", recount=True)
        what = select(*(one for one in Rule.__table__.columns if one.name != "id")).order_by(Rule.name, Rule.version)
        before = conn.execute(what).all()
        assert found(conn) == []
        conn.execute(delete(Rule).where(Rule.published > 0))
        assert [one.partition(":")[0] for one in found(conn, repair=True)] == [
            "points, version 2 of rule like, published at position 1",
            "points, version 1 of rule own, published at position 2",
        ]
        assert conn.execute(what).all() == before
        conn.execute(text("UPDATE core_rule SET title = 'x', body = '{}' WHERE version = 1 AND name = 'like'"))
        assert "version 1 of rule like is said to be added by administrators" in found(conn, repair=True)[0]
        assert found(conn) == []
        assert len(conn.execute(what).all()) == len(before), "what came with the plugin stays"


@pytest.fixture
def wired() -> Iterator[None]:
    forget.wire(KEYRING)
    yield
    subject.forgetters.pop("sources", None)


@pytest.mark.usefixtures("wired")
def test_erasing_who_is_called_like_a_word_of_the_house_changes_no_fact(db: Database) -> None:
    with clock.set_to(lambda: noon(TODAY)), db.write() as conn:
        conn.execute(insert(Person).values(id=1, handle="p1", name="points"))
        conn.execute(insert(Person).values(id=2, handle="p2", name="partner"))
        affiliations.affiliate(conn, 1, "partner")
        source = registry.add(conn, KEYRING, "post", "post:acme").id
        registry.change(conn, source, affiliation="partner")
        rules.ensure(conn, "points", [("like", {"points": 1})])
        rules.publish(conn, "points", "own", {"points": 3, "of": "partner"}, title="What partner likes", recount=True)
        erase.erase(conn, 1, None)
        erase.erase(conn, 2, None)
        assert found(conn) == []
        said = conn.scalar(text("SELECT CAST(extra AS TEXT) FROM core_event WHERE key LIKE 'rule-published:%'"))
        assert "What [erased] likes" in said, "but what was written by hand is"
        assert conn.scalar(select(Rule.body).where(Rule.name == "own")) == {"points": 3, "of": "partner"}
        assert conn.scalar(select(Rule.title).where(Rule.name == "own")) == "What [erased] likes"
