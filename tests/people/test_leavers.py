"""Whose last day is over is off the boards and out of the house, and stays so."""

from __future__ import annotations

from sqlalchemy import func, select

from renown.db.engine import Database
from renown.events.models import Event
from renown.people import merge, persons
from renown.people.models import LEFT

TODAY = 20_000


def test_the_last_day_of_an_account_that_was_joined_to_somebody_brings_nobody_back(db: Database) -> None:
    with db.write() as conn:
        ana = persons.add(conn, "Ana", "ana@example.com")
        other = persons.add(conn, "Ana", "ana@example.org")
        persons.leaves(conn, other, TODAY + 3_650, TODAY)
        merge.merge(conn, ana, other, "the same", None)
        persons.leaves(conn, ana, TODAY - 1, TODAY)
    for _ in range(3):
        persons.drain_leavers(db, TODAY)
    with db.read() as conn:
        told = conn.scalar(select(func.count()).select_from(Event).where(Event.key.startswith("left:")))
        assert persons.get(conn, ana).status == LEFT
    assert told == 1
