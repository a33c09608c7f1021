"""Everybody at once is each of them: whom an account counts as, what a person is, and whose word there is for it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

import renown.events.forget
import renown.ledger.forget
import renown.notify.forget  # noqa: F401 - each room says how it forgets
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Event
from renown.events.types import Actor
from renown.people import affiliations, directory, erase, facts, merge, packed, persons, subject
from renown.people.models import Identity, Merge
from renown.sources import registry
from renown.sources.connector import SourceInfo
from tests.events.kit import message
from tests.people.test_recognise import take

Make = Callable[..., SourceInfo]
TODAY = 20_000


class One(NamedTuple):
    affiliation: str
    bot: int
    verified: int
    erased: int
    deactivated: int


def everybody(db: Database) -> dict[int, One]:
    with db.read() as conn:
        found = packed.accounts(conn, TODAY)
    rows = zip(found.affiliation, found.bot, found.verified, found.erased, found.deactivated, strict=True)
    told = [One(packed.AFFILIATIONS[kind], *rest) for kind, *rest in rows]
    assert list(found.person) == sorted(found.person)
    return dict(zip(found.person, told, strict=True))


def of(db: Database, identity: int) -> One:
    with db.read() as conn:
        found = packed.accounts(conn, TODAY)
    return everybody(db)[dict(zip(found.identity, found.root, strict=True))[identity]]


def person_of(db: Database, identity: int) -> int:
    with db.read() as conn:
        return conn.execute(select(Identity.person_id).where(Identity.id == identity)).scalar_one()


def test_everybody_is_what_scoring_would_say_they_are_now(db: Database, source: Make) -> None:
    chance = random.Random(4)
    company, forum = source("acme", "employee", False), source("forum", "customer", True)
    with db.write() as conn:
        registry.ensure_core_source(conn)
        alone = persons.add(conn, "Without an account")
    ids = [*take(db, company, *(Actor(id=f"U{n}") for n in range(8)), bots=("U7",)).values()]
    ids += take(db, forum, *(Actor(id=f"F{n}") for n in range(4))).values()
    people = [alone, *(person_of(db, one) for one in ids)]
    for _ in range(40):
        with db.write() as conn:
            person, other = chance.sample(people, 2)
            if chance.random() < 0.5:
                days = chance.choice([(None, None), (TODAY - 5, None), (None, TODAY), (TODAY, TODAY + 1)])
                affiliations.affiliate(conn, person, chance.choice(["employee", "customer", "partner"]), *days)
            elif merge.root(conn, person) != merge.root(conn, other):
                merge.merge(conn, person, other, "administrator", None)
            elif undone := conn.scalars(select(Merge.id).where(Merge.undone.is_(None))).all():
                merge.split(conn, chance.choice(undone), None)
        with db.read() as conn:
            head = conn.scalar(select(func.max(Event.id))) or 0
            known = facts.load(conn, ids, people)
            found = packed.accounts(conn, TODAY)
        assert dict(zip(found.identity, found.root, strict=True)) == {one: known.person(one, head) for one in ids}
        roots = {known.root(one, head) for one in people}
        now = everybody(db)
        assert {one: now[one].affiliation for one in now} == {
            one: known.affiliation(one, TODAY, head) for one in sorted(roots)
        }


def test_whose_word_there_is_for_an_employee(db: Database, source: Make) -> None:
    vouching, company = source("acme"), source("other", "employee", False)
    forum = source("forum", "customer", True)
    by_source = take(db, vouching, Actor(id="U1"), Actor(id="B1", type="Service"))
    stranger, outsider = take(db, company, Actor(id="V1"))["V1"], take(db, forum, Actor(id="F1"))["F1"]
    assert of(db, by_source["U1"]) == One("employee", 0, 1, 0, 0)
    assert of(db, by_source["B1"]) == One("bot", 1, 0, 0, 0)
    assert of(db, stranger) == One("employee", 0, 0, 0, 0), "so the account says, and nobody else"
    assert of(db, outsider) == One("customer", 0, 0, 0, 0)
    with db.write() as conn:
        affiliations.affiliate(conn, person_of(db, stranger), "employee", TODAY, TODAY + 1)
        affiliations.affiliate(conn, person_of(db, by_source["U1"]), "partner")
        merge.merge(conn, persons.add(conn, "Fay"), person_of(db, outsider), "administrator", None)
    assert of(db, stranger).verified == 1
    assert of(db, by_source["U1"]) == One("partner", 0, 0, 0, 0)
    assert of(db, outsider) == One("customer", 0, 0, 0, 0), "entered, but of a forum of customers"
    with db.write() as conn:
        affiliations.affiliate(conn, person_of(db, outsider), "employee")
    assert of(db, outsider).verified == 1


def test_to_be_mentioned_where_employees_are_is_no_word(db: Database, source: Make) -> None:
    acme = source()
    with db.write() as conn:
        log.append(conn, [(acme, [message("m1", "U1", source=acme.name, mentions=["U2"])])])
        ids = dict(conn.execute(select(Identity.key, Identity.id)).all())
    assert [of(db, ids[key]).verified for key in ("U1", "U2")] == [1, 0]
    with db.write() as conn:
        log.append(conn, [(acme, [message("m2", "U2", source=acme.name)])])
    assert of(db, ids["U2"]).verified == 1


def test_a_directory_vouches_for_whom_it_names(db: Database, source: Make, tmp_path: Path) -> None:
    company = source("acme", "employee", False)
    ids = take(db, company, Actor(id="U1", username="ana"), Actor(id="U2"), Actor(id="U3"))
    sheet = tmp_path / "people.csv"
    sheet.write_text("name,handle,email,accounts\nAna,ana,,\nBea,,bea@acme.example,acme/U2\nCem,,cem@acme.example,\n")
    for _ in range(2):
        directory.import_csv(db, sheet)
        assert [of(db, ids[key]).verified for key in ("U1", "U2", "U3")] == [1, 1, 0]
    with db.read() as conn:
        cem = persons.find(conn, "cem@acme.example")
    assert cem is not None
    assert everybody(db)[cem.id] == One("employee", 0, 1, 0, 0), "no account yet"


def test_leavers_stay_what_they_were_and_the_erased_do_not(
    db: Database, source: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "ROOMS", frozenset())
    ids = take(db, source(), Actor(id="U1"), Actor(id="U2"), Actor(id="U3"))
    with db.write() as conn:
        persons.leaves(conn, person_of(db, ids["U1"]), TODAY, TODAY)
        persons.suspends(conn, person_of(db, ids["U2"]))
        erase.erase(conn, person_of(db, ids["U3"]), None)
    assert [of(db, one)[2:] for one in ids.values()] == [(1, 0, 1), (1, 0, 1), (0, 1, 0)]


def test_nobody_is_left_out_where_there_is_nobody(db: Database) -> None:
    assert everybody(db) == {}
