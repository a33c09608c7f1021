"""One office for a module of tests, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DIALECTS
from tests.holds import kit
from tests.influence.office import Office, opened


@pytest.fixture(scope="module", params=DIALECTS)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Reckoned once. A test that changes something puts it back, or uses `own_office`."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with kit.database(server) as url, opened(url, tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def own_office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with opened(database_url, tmp_path) as made:
        yield made
