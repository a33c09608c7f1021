"""What somebody is to the organisation is the same to the boards as to scoring, whoever was merged and told what."""

from __future__ import annotations

import random

from sqlalchemy import Connection, insert, select, text

import renown.events.log  # noqa: F401 - says how core events are appended
from renown import clock
from renown.db.engine import Database
from renown.events.models import Event
from renown.ledger import visibility
from renown.ledger.visibility import State
from renown.people import affiliations, facts, merge
from renown.people.models import ACTIVE, Identity, Merge, Person
from renown.sources import registry
from renown.sources.models import Source
from tests.stand.world import day, noon

TODAY = day("2026-05-20")
PEOPLE = range(1, 9)


def of_boards(conn: Connection) -> set[int]:
    """The roots who may stand on boards at all."""
    query = f"SELECT p.id, {visibility.state_of(conn)} FROM core_person p"
    rows = conn.execute(text(query), {"today": TODAY, "active": ACTIVE}).all()
    return {person for person, state in rows if state != State.NEVER}


def of_scoring(conn: Connection) -> set[int]:
    known = conn.scalars(select(Event.id).order_by(Event.id.desc())).first() or 0
    people = facts.load(conn, people=list(PEOPLE))
    roots = {people.root(one, known) for one in PEOPLE}
    return {one for one in roots if people.affiliation(one, TODAY, known) == "employee"}


def test_boards_and_scoring_take_people_for_the_same(db: Database) -> None:
    chance = random.Random(3)
    met = set()
    with clock.set_to(lambda: noon(TODAY)):
        with db.write() as conn:
            registry.ensure_core_source(conn)
            chat = {"name": "chat:acme", "network": "chat", "slug": "chat", "title": "Chat", "affiliation": "employee"}
            made = insert(Source).values(**chat, settings={}, secrets=[]).returning(Source.id)
            source = conn.execute(made).scalar_one()
            conn.execute(insert(Person), [{"id": one, "handle": f"p{one}", "name": f"P {one}"} for one in PEOPLE])
            accounts = [{"source_id": source, "key": f"u{one}", "person_id": one} for one in PEOPLE]
            conn.execute(insert(Identity), accounts)
        for _ in range(40):
            with db.write() as conn:
                person, other = chance.sample(PEOPLE, 2)
                if chance.random() < 0.5:
                    days = chance.choice([(None, None), (TODAY - 5, None), (None, TODAY), (TODAY, TODAY + 1)])
                    affiliations.affiliate(conn, person, chance.choice(["employee", "customer"]), *days)
                elif merge.root(conn, person) != merge.root(conn, other):
                    merge.merge(conn, person, other, "administrator", None)
                elif undone := conn.scalars(select(Merge.id).where(Merge.undone.is_(None))).all():
                    merge.split(conn, chance.choice(undone), None)
            with db.read() as conn:
                assert of_boards(conn) == of_scoring(conn)
                met.add(len(of_boards(conn)))
    assert len(met) > 2
