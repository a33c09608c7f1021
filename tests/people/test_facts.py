from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import func, select

from renown.db.engine import Database
from renown.events.models import Event
from renown.events.types import Actor
from renown.people import affiliations, facts, merge, teams
from renown.people.models import Identity, Merge, Person
from tests.people.test_recognise import Make, take


def position(db: Database) -> int:
    with db.read() as conn:
        return conn.scalar(select(func.max(Event.id))) or 0


def people_of(db: Database, ids: dict[str, int]) -> dict[str, int]:
    with db.read() as conn:
        rows = dict(conn.execute(select(Identity.id, Identity.person_id)).all())
    return {key: rows[identity] for key, identity in ids.items()}


def loaded(db: Database, *identities: int) -> facts.Facts:
    with db.read() as conn:
        return facts.load(conn, identities)


def test_merge_split_merge_is_told_apart_by_position(db: Database, source: Make) -> None:
    ids = take(db, source(), Actor(id="A"), Actor(id="B"), Actor(id="C"))
    a, b, c = people_of(db, ids).values()
    with db.write() as conn:
        first = merge.merge(conn, b, a, "administrator", None)
        merge.merge(conn, c, b, "administrator", None)
    merged = position(db)
    with db.write() as conn:
        merge.split(conn, first, None)
    split = position(db)
    with db.write() as conn:
        merge.merge(conn, a, b, "administrator", None)
    again = position(db)

    known = loaded(db, ids["A"])
    assert [known.person(ids["A"], at) for at in (0, merged - 1, merged, split, again)] == [a, b, c, a, a]
    assert known.person(ids["B"], again) == a
    assert known.group(c, merged) == (c, a, b)
    assert known.group(a, again) == (a, b, c)
    assert known.identities(c, split) == (ids["B"], ids["C"])
    with db.read() as conn:
        assert {merge.root(conn, each) for each in (a, b, c)} == {a}


def test_roots_in_the_table_equal_the_roots_in_the_log_after_every_step(db: Database, source: Make) -> None:
    """A walk over all small merges and splits, checked against the pointers at each position."""
    ids = take(db, source(), *(Actor(id=f"P{n}") for n in range(5)))
    people = list(people_of(db, ids).values())
    steps = [(0, 1), (2, 3), (1, 3), "split first", (4, 2), (0, 4), "split second", "split first", (3, 0)]
    for step in steps:
        with db.write() as conn, suppress(merge.Refused):
            if isinstance(step, tuple):
                merge.merge(conn, people[step[0]], people[step[1]], "administrator", None)
            else:
                alive = conn.scalars(select(Merge.id).where(Merge.undone.is_(None)).order_by(Merge.id)).all()
                merge.split(conn, alive[0 if step.endswith("first") else 1], None)
        known, at = loaded(db, *ids.values()), position(db)
        with db.read() as conn:
            table = {row.id: row.root_id or row.id for row in conn.execute(select(Person.id, Person.root_id))}
        assert {person: known.root(person, at) for person in people} == {person: table[person] for person in people}


def test_merging_oneself_or_nobody_is_refused_with_a_reason(db: Database, source: Make) -> None:
    ids = take(db, source(), Actor(id="A"), Actor(id="B"))
    a, b = people_of(db, ids).values()
    with db.write() as conn:
        number = merge.merge(conn, a, b, "administrator", None)
        with pytest.raises(merge.Refused, match="one person already"):
            merge.merge(conn, b, a, "administrator", None)
        with pytest.raises(merge.Refused, match="not known"):
            merge.merge(conn, a, 999, "administrator", None)
        merge.split(conn, number, None)
        with pytest.raises(merge.Refused, match="split already"):
            merge.split(conn, number, None)


def test_affiliations_hold_by_day_and_from_when_they_were_known(db: Database, source: Make) -> None:
    ids = take(db, source(affiliation="customer"), Actor(id="A"), Actor(id="B", type="Service"))
    a = people_of(db, ids)["A"]
    before = position(db)
    with db.write() as conn:
        assert affiliations.affiliate(conn, a, "employee", 100)
        assert not affiliations.affiliate(conn, a, "employee", 120)
    hired = position(db)
    with db.write() as conn:
        affiliations.affiliate(conn, a, "partner", 150, 160)
    lent = position(db)
    known = loaded(db, *ids.values())
    assert [known.affiliation(a, 155, at) for at in (before, hired, lent)] == ["customer", "employee", "partner"]
    assert [known.affiliation(a, day, lent) for day in (99, 100, 149, 159, 160)] == [
        "customer", "employee", "employee", "partner", "employee",
    ]  # fmt: skip
    assert known.who(ids["B"], 155, lent, lent).bot


def test_one_team_at_a_time(db: Database, source: Make) -> None:
    ids = take(db, source(), Actor(id="A"))
    a = people_of(db, ids)["A"]
    with db.write() as conn:
        support, marketing = teams.add(conn, "Support"), teams.add(conn, "Marketing")
        teams.place(conn, a, support, None)
    early = position(db)
    with db.write() as conn:
        teams.place(conn, a, marketing, 200)
        teams.place(conn, a, None, 300)
        assert [(one.team, one.from_day, one.to_day) for one in teams.of(conn, a)] == [
            (support, None, 200),
            (marketing, 200, 300),
        ]
        assert [one.person for one in teams.on(conn, marketing, 250)] == [a]
        assert teams.sizes(conn, 199) == {support: 1}
    known, now = loaded(db, ids["A"]), position(db)
    assert [known.team(a, day, now) for day in (199, 200, 300)] == [support, marketing, 0]
    assert [known.team(a, day, early) for day in (199, 200, 300)] == [support] * 3


def test_a_customer_account_merged_into_an_employee_is_an_employees(db: Database, source: Make) -> None:
    work = take(db, source(), Actor(id="A"))
    forum = take(db, source("forum", "customer"), Actor(id="9"))
    a, guest = people_of(db, work)["A"], people_of(db, forum)["9"]
    with db.write() as conn:
        merge.merge(conn, guest, a, "administrator", None)
    known, at = loaded(db, forum["9"]), position(db)
    assert known.affiliation(guest, 1, at) == "employee"
    assert known.affiliation(guest, 1, at, at - 1) == "customer"


def test_what_a_source_gives_its_accounts_changes_from_a_position_on(db: Database, source: Make) -> None:
    forum = source("forum", "customer")
    ids = take(db, forum, Actor(id="9"))
    guest = people_of(db, ids)["9"]
    before = position(db)
    with db.write() as conn:
        at = affiliations.source_changed(conn, forum.id, "customer", "partner")
    known = loaded(db, ids["9"])
    assert (known.affiliation(guest, 1, before), known.affiliation(guest, 1, at)) == ("customer", "partner")


def test_names_of_two_teams_alike_get_two_slugs(db: Database) -> None:
    with db.write() as conn:
        one, two = teams.add(conn, "Ünited Support"), teams.add(conn, "united support")
        assert teams.find(conn, "united-support") == one
        assert teams.find(conn, "united support") in (one, two)
