"""What did most of a fall is what is told of it: not an erasure that took little, nor a scale that hardly moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from renown.people import erase
from renown_influence import fading, timeline
from renown_influence.fading import Before
from renown_influence.models import Epoch
from renown_influence.reckon import reckon, saturated
from tests.influence import kit
from tests.influence.kit import EXACT, Graph
from tests.influence.office import GENERAL, Office
from tests.influence.reading import data
from tests.influence.test_falls import fell, later


def test_an_erasure_is_not_blamed_for_what_it_did_not_take(own_office: Office) -> None:
    """Nobody relied on U28, who relied on nobody; for a month nobody did anything with the work of U1."""
    with later(own_office, 30):
        own_office.take([own_office.made("U1", GENERAL, days_ago=-day) for day in range(30)])
        with own_office.db.write() as conn:
            erase.erase(conn, own_office.people["U28"], None)
    by, why = fell(own_office)
    assert by >= 0.1
    assert why == timeline.UNKNOWN, "what the run before was made of went with U28"


def test_an_erasure_is_told_by_those_whom_it_cost_something(own_office: Office) -> None:
    """U12 relied on U1 and on U11, both of whom lose it; U21 loses nothing by it."""
    with later(own_office, 1), own_office.db.write() as conn:
        erase.erase(conn, own_office.people["U12"], None)
    assert [fell(own_office, who)[1] for who in ("U1", "U11")] == [timeline.ERASED] * 2
    assert timeline.ERASED not in [step["fell"] for step in history(own_office, "U21")]


def history(office: Office, who: str) -> list[dict[str, object]]:
    found = data(office.as_("U0"), f"/influence/people/{office.handle(who)}.json")["history"]
    return list(found)


@pytest.mark.parametrize(("times", "expected"), [(1.01, timeline.FADED), (0.99, timeline.FADED), (2, timeline.SCALE)])
def test_a_new_scale_is_told_where_it_did_half_of_the_fall(own_office: Office, times: float, expected: str) -> None:
    another_scale(own_office, times)
    with later(own_office, 30):
        own_office.take([own_office.made("U1", GENERAL, days_ago=-day) for day in range(30)])
    by, why = fell(own_office)
    assert by >= 0.1
    assert why == expected


def another_scale(office: Office, times: float) -> None:
    """The next run's unit is so many times what it was."""
    with office.writing() as ctx:
        now = ctx.session.scalars(select(Epoch).where(Epoch.lasting).order_by(Epoch.id)).one()
        values = {"start": now.start, "generation": now.generation, "kappa": now.kappa, "unit": now.unit * times}
        ctx.session.execute(update(Epoch).values(lasting=False))
        ctx.session.execute(insert(Epoch).values(**values, lasting=True))


#: Each of six relies on all others.
KNOWN = Graph(3 * (np.ones((6, 6)) - np.eye(6)), np.ones(6), np.zeros((6, 6)))


def cause(now: Graph, half: float = kit.KAPPA, voices: float = 1.0) -> set[int]:
    """Of everybody's fall to what they have `now`, with voices and half saturation so many times as before."""
    before = KNOWN.reckoned()
    heard = fading.heard(saturated(KNOWN.inputs().pairs, EXACT, KNOWN.frozen), before.solution.values)
    former = Before(np.arange(6, dtype=np.int32), before.solution.values, before.values - KNOWN.voice, heard, kit.KAPPA)
    frozen = replace(now.frozen, kappa=half)
    inputs = replace(now.inputs(before.solution.values), voice=now.voice * voices)
    values = reckon(inputs, EXACT, frozen).values
    said = saturated(inputs.pairs, EXACT, frozen)
    return set(fading.causes(former, former.people, inputs, said, values, EXACT, frozen).tolist())


def test_what_did_most_of_it_is_the_cause() -> None:
    older = KNOWN.weighing(KNOWN.weight / 2)
    assert cause(KNOWN) == {fading.UNKNOWN}, "nothing fell"
    assert cause(older) == {fading.ACTS}
    assert cause(KNOWN, half=2 * kit.KAPPA) == {fading.SCALE}
    assert cause(older, half=1.1 * kit.KAPPA) == {fading.ACTS}
    assert cause(KNOWN.weighing(KNOWN.weight * 0.95), half=2 * kit.KAPPA) == {fading.SCALE}
    assert cause(KNOWN, half=0.9 * kit.KAPPA, voices=0.5) == {fading.VOICES}
