"""A company of each test's own, in which a ring was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.influence.company import Company, opened
from tests.influence.rings.company import SEARCHED, SEARCHED_LARGE
from tests.ready import Ready


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(SEARCHED, tmp_path) as url, opened(url, tmp_path) as made:
        yield made


@pytest.fixture
def large(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    """With a ring of eight."""
    with ready(dialect).copy(SEARCHED_LARGE, tmp_path) as url, opened(url, tmp_path) as made:
        yield made
