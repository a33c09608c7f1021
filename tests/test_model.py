"""Random histories against a model written from the design alone: the same entries, boards, closes and lead changes.

Each history is lived through by a whole installation in its own order and pieces, with one plugin on from the start and
one enabled somewhere on the way; `tests.model` is what is held against it. `tests.model.machine` does anything at all
in any order, with erasures, recounts and replays among it, and says the least that goes wrong.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model import checks, machine, points
from tests.model.life import Life

#: Take more of them, and longer lives, after changing the ledger.
SEEDS = (0, 2)
#: Histories of the machine, and steps in each.
EXAMPLES = {"sqlite": 6, "postgresql": 3}
STEPS = 12


@pytest.fixture
def points_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "installed").mkdir()
    points.install(tmp_path / "installed")
    monkeypatch.syspath_prepend(tmp_path / "installed")


@pytest.fixture(params=SEEDS)
def life(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, points_plugin: None) -> Iterator[Life]:
    life = Life(database_url, tmp_path, random.Random(request.param))
    yield life
    life.renown.close()


def test_what_the_ledger_says_is_what_the_design_says(life: Life) -> None:
    life.live(steps=5)
    checks.check(life)


def test_whatever_happens_in_whatever_order(dialect: str, database_url: str, points_plugin: None) -> None:
    examples = int(os.environ.get("RENOWN_MODEL_EXAMPLES", EXAMPLES[dialect]))
    machine.run(machine.copies(database_url), examples, STEPS)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_planted_fault_is_found(database_url: str, points_plugin: None) -> None:
    said = machine.catches("what is taken back still counts", machine.copies(database_url), 40, STEPS)
    assert "day totals: (model, found)" in str(said)
