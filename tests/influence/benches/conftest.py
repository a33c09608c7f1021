"""A small organisation, for all who only read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.influence import organisation, taken
from benchmarks.influence.taken import Taken


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Taken, Path]:
    """Forty people in the third of a year, and the truth about them."""
    folder = tmp_path_factory.mktemp("acme")
    organisation.write(folder / "events.jsonl", people=40, days=120)
    organisation.write_truth(folder / "truth.csv", people=40, days=120)
    return taken.take(folder / "events.jsonl"), folder / "truth.csv"
