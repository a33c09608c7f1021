"""Who likes and unlikes without end gains nothing, and gives nothing more than one like does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from renown import clock
from renown.events import log
from renown.events.types import CloudEvent
from renown.people import merge
from tests.events.kit import START, connect, event, message
from tests.holds import kit

DAYS = 4
PEOPLE = 5


def messages() -> list[CloudEvent]:
    """Each person writes more on a day than the daily limits let through of likes."""
    return [
        message(f"m{day}-{who}-{more}", f"U{who}", minute=day * 1440 + more, words=9)
        for day in range(DAYS) for who in range(PEOPLE) for more in range(6)
    ]  # fmt: skip


def likes(kept: CloudEvent, rng: random.Random | None) -> Iterator[CloudEvent]:
    """All others like a message; with `rng` they take it back and do it again, on that day and later ones, and again.

    The last word of those with an odd number is to take it back.
    """
    author, thing = kept.data.actor.id, kept.data.object.id
    begun = int((kept.time - START).total_seconds() // 60) + 10
    for who in range(PEOPLE):
        giver = f"U{who}"
        if giver == author:
            continue
        about: dict[str, Any] = {"actor": giver, "thing": thing, "statekey": f"{thing}:{giver}"}
        rounds = rng.randint(1, 4) if rng else 0
        for number in range(rounds):
            minute = begun + number * 20 - 6 * 1440  # before the one that counts, on other days, too
            yield event(f"{thing}:{giver}:on{number}", minute=minute, **about)
            yield event(f"{thing}:{giver}:off{number}", activity="Undo", minute=minute + 5, **about)
        yield event(f"{thing}:{giver}", minute=begun, **about)
        if who % 2:
            yield event(f"{thing}:{giver}:last", activity="Undo", minute=begun + 1, **about)


def totals(url: str, rng: random.Random | None) -> dict[str, Any]:
    """What people got in the end: what their acts are worth, and what limits let through of it."""
    with kit.house(url) as renown:
        now = clock.from_datetime(START) + 30 * clock.DAY
        with clock.set_to(lambda: now):
            source = connect(renown.db, "slack:T1", affiliation="employee")
            written = messages()
            acts = [one for kept in written for one in likes(kept, rng)]
            batches = [written, acts]
            if rng:
                # In any order, in pieces, and half of it once more.
                acts = acts + [msgspec.structs.replace(one) for one in rng.sample(acts, len(acts) // 2)]
                rng.shuffle(acts)
                batches = [written]
                while acts:
                    size = rng.choice((1, 7, 60))
                    batches.append(acts[:size])
                    acts = acts[size:]
            for number, batch in enumerate(batches):
                with renown.db.write() as conn:
                    log.append(conn, [(source, batch)])
                if rng and number % 5 == 0:
                    kit.settle(renown)
                if rng and number == 3:
                    with renown.db.write() as conn:
                        two = conn.scalars(text("SELECT person_id FROM core_identity ORDER BY key LIMIT 2")).all()
                        merge.split(conn, merge.merge(conn, two[0], two[1], "administrator", None), None)
            kit.settle(renown)
            kit.whole(renown)
        with renown.db.read() as conn:
            rows = conn.execute(text(_GIVEN)).all()
            return {row.key: (int(row.raw), int(row.amount)) for row in rows}


# What acts are worth, and what limits let through of it.
_GIVEN = """
    SELECT i.key, sum(e.raw) AS raw, sum(e.amount) AS amount
    FROM core_entry e JOIN core_identity i ON i.id = e.identity_id
    JOIN core_measure m ON m.id = e.measure AND m.generation = e.generation
    WHERE m.name = 'activity.points' AND e.reason IS NULL GROUP BY i.key
"""


@pytest.mark.parametrize("seed", [3])
def test_like_and_unlike_gain_nothing(seed: int, dialect: str, database_url: str) -> None:
    with kit.database(None) as plain:
        due = totals(plain, None)
    assert any(raw > amount > 0 for raw, amount in due.values()), "limits take something"
    found = totals(database_url, random.Random(seed))
    assert found == due
