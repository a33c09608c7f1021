"""A company for one test or for a module, on each database in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ideation.company import STAFFED, Company, opened
from tests.ready import DIALECTS, Ready


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(STAFFED, tmp_path) as url, opened(url, tmp_path) as made:
        yield made


@pytest.fixture(scope="module", params=DIALECTS)
def shared(
    request: pytest.FixtureRequest, ready: Callable[[str], Ready], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """One for all tests of a module, which each bring ideas of their own; on each database in turn. With a board."""
    folder = tmp_path_factory.mktemp("shared")
    with ready(request.param).copy(STAFFED, folder) as url, opened(url, folder) as made:
        made.board()
        yield made


@pytest.fixture(autouse=True)
def boxes(patient_pages: None) -> None:
    """Are waited for."""
