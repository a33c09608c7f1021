"""The order of arrival and the size of batches do not matter: not to totals, and the latter not to a single byte."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent, Quality
from tests.events.kit import connect, event, message
from tests.score.kit import MEASURES, Site, assert_whole

PEOPLE = ("U1", "U2", "U3", "U4")
THINGS = ("m1", "m2", "m3")
NO_TIME = Quality(time="lower-bound")

_names = itertools.count(1)


@st.composite
def acts(draw: st.DrawFn) -> list[CloudEvent]:
    """What may happen on a few messages: late or never made, liked and unliked, deleted, restored, taken back."""
    found: dict[str, CloudEvent] = {}
    people, things, minutes = st.sampled_from(PEOPLE), st.sampled_from(THINGS), st.integers(0, 3000)
    untimed: set[str] = set()
    for number in range(draw(st.integers(1, 25))):
        key, actor, thing, minute = f"e{number}", draw(people), draw(things), draw(minutes)
        what = draw(st.sampled_from(("make", "like", "toggle", "accept", "delete", "undo", "edit", "rare")))
        if what == "make":
            parent = draw(st.none() | things)
            named = draw(st.lists(people, max_size=2))
            made = message(thing, actor, parent=None if parent == thing else parent, minute=minute, mentions=named)
            found[made.id] = made
        elif what == "toggle":
            group = f"{thing}:{actor}"
            # Of untimed acts there is at most one a toggle: several would go by position, which is arrival.
            no_time = group not in untimed and draw(st.booleans())
            on = no_time or draw(st.booleans())
            untimed |= {group} if no_time else set()
            found[key] = event(
                key, "react", "Like" if on else "Undo", actor=actor, thing=thing, minute=minute, statekey=group,
                quality=NO_TIME if no_time else None,
            )  # fmt: skip
        elif what == "undo":
            target = f"e{draw(st.integers(0, 25))}"
            found[key] = event(key, "react", "Undo", actor=actor, thing=thing, minute=minute, retracts=target)
        elif what == "delete":
            found[key] = event(key, "delete", "Delete", actor=actor, thing=thing, minute=minute)
        elif what == "accept":
            found[key] = event(key, "accept", "Accept", actor=actor, thing=thing, minute=minute)
        elif what == "edit":
            owner = draw(st.none() | people)
            found[key] = event(key, "edit", "Update", actor=actor, thing=thing, minute=minute, owner=owner, words=7)
        else:
            owner = draw(st.none() | people)
            found[key] = event(key, "react", "Like", actor=actor, thing=thing, minute=minute, owner=owner)
    return list(found.values())


def pieces(events: list[CloudEvent], rng: random.Random) -> Iterator[list[CloudEvent]]:
    """The events in some order, cut somewhere, some of them said twice."""
    shuffled = [*events, *rng.sample(events, len(events) // 4)]
    rng.shuffle(shuffled)
    while shuffled:
        size = rng.randint(1, len(shuffled))
        yield shuffled[:size]
        shuffled = shuffled[size:]


class Arrivals:
    """Lets the same events arrive in another order, each time in a source of its own."""

    def __init__(self, db: Database) -> None:
        self.site = Site(db)

    def totals(self, events: list[CloudEvent], rng: random.Random) -> dict[str, dict[str, int]]:
        site = self.site
        site.source = connect(site.db, f"slack:A{next(_names)}")
        with site.db.read() as conn:
            start = log.head(conn)
        other = site.new_generation(start)
        for piece in pieces(events, rng):
            with site.db.write() as conn:
                log.append(conn, [(site.source, piece)])
            site.count(rng.randint(1, 9))
        site.count(1000, generation=other)
        with site.db.read() as conn:
            assert_whole(conn, other)
        found = {measure.name: site.totals(measure=measure.name) for measure in MEASURES}
        assert found == {measure: site.totals(other, measure) for measure in found}
        return found


@pytest.fixture
def arrivals(db: Database) -> Arrivals:
    return Arrivals(db)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts(), st.integers(0, 2**32))
def test_totals_do_not_depend_on_the_order_of_arrival(arrivals: Arrivals, events: list[CloudEvent], seed: int) -> None:
    rng = random.Random(seed)
    assert arrivals.totals(events, rng) == arrivals.totals(events, rng)
