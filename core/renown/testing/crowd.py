"""A large organisation: many people in many teams, and what they did, written in a few statements."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from renown import clock
from renown.events.types import CloudEvent
from renown.people import changes
from renown.people.models import Identity, Person, Team, TeamMember

if TYPE_CHECKING:
    from renown.testing.kit import Kit

_BATCH = 2_000
_TEAM = 25


def crowd(kit: Kit, people: int, acts: int, seed: int = 7) -> list[int]:
    """The people's ids. A third of the acts are messages, the others are about them; the same for the same seed."""
    found = _people(kit, people)
    by_chance = random.Random(seed)  # noqa: S311 - keeps no secret
    made = _acts(kit, found, acts, by_chance)
    while events := list(islice(made, _BATCH)):
        kit.append(*events)
    return found


def _people(kit: Kit, count: int) -> list[int]:
    with kit.db.write() as conn:
        changes.begin(conn)
        rows = [
            {"handle": f"one-of-many-{n}", "name": f"One Of-Many {n}", "entered": True, "created_at": clock.now()}
            for n in range(count)
        ]
        found = sorted(conn.scalars(insert(Person).returning(Person.id), rows))
        accounts = [{"source_id": kit.source.id, "key": kit.account(one), "person_id": one} for one in found]
        conn.execute(insert(Identity), accounts)
        _teams(conn, found)
    return found


def _teams(conn: Connection, people: Sequence[int]) -> None:
    rows = [{"slug": f"crowd-{n}", "name": f"Crowd {n}"} for n in range(-(-len(people) // _TEAM))]
    made = sorted(conn.scalars(insert(Team).returning(Team.id), rows))
    places = [
        {"team_id": made[place // _TEAM], "from_day": None, "to_day": None, "person": person}
        for place, person in enumerate(people)
    ]
    first = changes.announce_all(conn, "team-changed", people, places)
    members = [
        {"person_id": one["person"], "team_id": one["team_id"], "known": position}
        for position, one in enumerate(places, first)
    ]
    conn.execute(insert(TeamMember), members)


def _acts(kit: Kit, people: Sequence[int], count: int, by_chance: random.Random) -> Iterator[CloudEvent]:
    made: list[tuple[str, int]] = []
    for number in range(count):
        person, ago = by_chance.choice(people), by_chance.randrange(30)
        if number % 3 == 0:
            event, thing = kit.event(person, "create", days_ago=ago, space=f"C{number % 40}")
            made.append((thing, person))
        else:
            thing, owner = by_chance.choice(made)
            event, _ = kit.event(person, "react", on=thing, owner=owner, content="+1", days_ago=ago)
        yield event
