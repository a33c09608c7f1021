"""Another engine may take the solve; what it says is tried, and what is missing is told."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from renown_influence.schemas import Settings
from renown_influence.solve import GROUP, SOLVERS, Engines, NotSolved, power
from tests.influence import kit
from tests.influence.kit import Graph, given, graphs

WRONG = {
    "sloppy": "is off by",
    "short": "gave",
    "lost": "is off by nan",
    "nowhere": "cannot be imported",
    "other": "is not installed",
}


def engines() -> Engines:
    names = ("direct", "sloppy", "short", "lost", "nowhere")
    return Engines(EntryPoint(name, f"tests.influence.engines:{name}", GROUP) for name in names)


@given(graphs())
def test_another_engine_gives_the_same(known: Graph) -> None:
    shares = kit.shares_of(known.weight)
    theirs = engines()["direct"](shares, known.voice, 0.85, 1e-12)
    assert theirs.values == pytest.approx(power(shares, known.voice, 0.85, 1e-12).values, rel=1e-9)
    assert theirs.residual <= 1e-12


@pytest.mark.parametrize("name", WRONG)
def test_one_that_is_wrong_or_missing_is_told(name: str) -> None:
    shares = kit.shares_of(np.ones((4, 4)))
    with pytest.raises(NotSolved, match=WRONG[name]):
        engines()[name](shares, np.ones(4), 0.85, 1e-9)


def test_the_setting_offers_those_that_are_installed() -> None:
    assert list(SOLVERS) == ["scipy"]
    assert list(engines()) == ["scipy", "direct", "sloppy", "short", "lost", "nowhere"]
    assert Settings().validate({"solver": "elsewhere"}) == {"solver": ["Must be one of: scipy."]}
