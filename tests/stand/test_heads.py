"""The sizes of teams that the tick keeps are those of a count over everybody, on every day."""

from __future__ import annotations

import random
from collections import Counter

from sqlalchemy import Connection, insert, select, text

import renown.events.log  # noqa: F401 - says how core events are appended
from renown import clock
from renown.db.engine import Database
from renown.events.models import Event
from renown.ledger import head_checks, heads, standings
from renown.people import affiliations, facts, merge, persons, teams
from renown.people.models import ACTIVE, Merge, Person
from tests.stand.world import day, noon

TODAY = day("2026-05-20")
DAYS = (-900, TODAY - 400, TODAY - 33, TODAY - 32, TODAY - 1, TODAY, TODAY + 1, TODAY + 40)


def counted(conn: Connection, on: int) -> dict[int, int]:
    """What scoring would say of everybody on that day, one by one."""
    now = conn.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0
    roots = select(Person.id).where(Person.root_id.is_(None) | (Person.root_id == Person.id))
    people = conn.scalars(roots.where(Person.status == ACTIVE, Person.bot.is_(False))).all()
    known = facts.load(conn, people=list(conn.scalars(select(Person.id))))
    found = Counter(known.team(person, on, now) for person in people)
    return {team: number for team, number in found.items() if team}


def test_sizes_follow_moves_merges_splits_and_leaving(db: Database) -> None:
    chance = random.Random(7)
    with clock.set_to(lambda: noon(TODAY)):
        with db.write() as conn:
            for name in ("Red", "Green", "Blue"):
                teams.add(conn, name)
            people = [{"id": number, "handle": f"p{number}", "name": f"P {number}"} for number in range(1, 13)]
            conn.execute(insert(Person), people)

        def act(conn: Connection) -> None:
            person, other = chance.sample(range(1, 13), 2)
            since = chance.choice([None, *DAYS])
            match chance.randrange(8):
                case 0 | 1 | 2:
                    teams.place(conn, person, chance.choice([None, 1, 2, 3]), since)
                case 3:
                    until = chance.choice(DAYS[1:])
                    if since is None or since < until:
                        teams.place(conn, person, chance.randrange(1, 4), since, until)
                case 4 if merge.root(conn, person) != merge.root(conn, other):
                    merge.merge(conn, person, other, "administrator", None)
                case 5:
                    undone = conn.scalars(select(Merge.id).where(Merge.undone.is_(None)).order_by(Merge.id)).all()
                    if undone:
                        merge.split(conn, chance.choice(undone), None)
                case 6:
                    chance.choice([persons.suspends, persons.returns])(conn, person)
                case _:
                    if chance.random() < 0.1:
                        affiliations.set_bot(conn, person)

        for _ in range(15):
            with db.write() as conn:
                for _ in range(chance.randrange(1, 5)):
                    act(conn)
            with db.write() as conn:
                assert not list(head_checks.teams(conn, repair=False)), "what the tick is still to do is no drift"
            standings.catch_up(db)
            with db.read() as conn:
                assert {one: heads.sizes(conn, one) for one in DAYS} == {one: counted(conn, one) for one in DAYS}
                assert not conn.scalars(text(heads.WRONG)).all()


def test_a_wrong_size_is_found_and_repaired(db: Database) -> None:
    with clock.set_to(lambda: noon(TODAY)):
        with db.write() as conn:
            conn.execute(insert(Person), [{"id": one, "handle": f"p{one}", "name": f"P {one}"} for one in (1, 2, 3)])
            red = teams.add(conn, "Red")
            for person in (1, 2, 3):
                teams.place(conn, person, red, TODAY - 3)
        standings.catch_up(db)
        for planted in ("UPDATE core_team_size SET more = more + 1", "DELETE FROM core_team_head WHERE person_id = 2"):
            with db.write() as conn:
                conn.execute(text(planted))
            with db.write() as conn:
                assert len(list(head_checks.teams(conn, True))) in (1, 2), planted
                assert not list(head_checks.teams(conn, False)), planted
                assert heads.sizes(conn, TODAY) == {red: 3}, planted
