"""One office for a module of tests, on each database in turn; and one of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.influence.office import RECKONED, Office, opened
from tests.ready import DIALECTS, Ready


@pytest.fixture(scope="module", params=DIALECTS)
def office(
    request: pytest.FixtureRequest, ready: Callable[[str], Ready], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A test that changes something puts it back, or uses `own_office`."""
    folder = tmp_path_factory.mktemp("office")
    with ready(request.param).copy(RECKONED, folder) as url, opened(url, folder) as made:
        yield made


@pytest.fixture
def own_office(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Office]:
    with ready(dialect).copy(RECKONED, tmp_path) as url, opened(url, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def boxes(patient_pages: None) -> None:
    """Are waited for."""
