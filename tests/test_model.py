"""Random histories against a model written from the design alone: the same entries, boards, closes and lead changes.

Each history is lived through by a whole installation in its own order and pieces, with one plugin on from the start and
one enabled somewhere on the way; `tests.model` is what is held against it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model import checks, points
from tests.model.life import Life

#: Take more of them, and longer lives, after changing the ledger.
SEEDS = (0, 2)


@pytest.fixture(params=SEEDS)
def life(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    (tmp_path / "installed").mkdir()
    points.install(tmp_path / "installed")
    monkeypatch.syspath_prepend(tmp_path / "installed")
    life = Life(database_url, tmp_path, random.Random(request.param))
    yield life
    life.renown.close()


def test_what_the_ledger_says_is_what_the_design_says(life: Life) -> None:
    life.live(steps=5)
    checks.check(life)
