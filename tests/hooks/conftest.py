"""Where a third party's plugin runs: beside Renown's wheel, with nothing of this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import wheels
from tests.wheels import HOUSE

KUDOS = HOUSE / "examples" / "kudos"


@pytest.fixture(scope="session")
def kudos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its wheel."""
    return wheels.once(tmp_path_factory, "kudos", lambda folder: wheels.build(KUDOS, folder))


@pytest.fixture(scope="session")
def apart(wheel: Path, kudos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with two wheels, Renown's and the plugin's, and what its author tests with."""

    def make(folder: Path) -> Path:
        return wheels.environment(folder / "venv", f"{wheel}[testing]", kudos)

    return wheels.once(tmp_path_factory, "apart", make)
