"""One company for all tests of moving, on each database: every test makes boards of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.ideation.company import STAFFED, Company, opened
from tests.ready import DIALECTS, Ready


@pytest.fixture(scope="module", params=DIALECTS)
def site(
    request: pytest.FixtureRequest, ready: Callable[[str], Ready], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("moving")
    with ready(request.param).copy(STAFFED, folder) as url, opened(url, folder) as made:
        yield made
