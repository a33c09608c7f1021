"""Where tries are noted."""

from __future__ import annotations

import pytest

from tests.ideation.attacks.table import Tried


@pytest.fixture
def tried(request: pytest.FixtureRequest, dialect: str) -> Tried:
    return Tried(request.node, dialect)
