"""A company of each test's own, in which nothing happened yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.influence.company import Company, opened, settled
from tests.influence.nights.working import SIZE
from tests.ready import Ready


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(settled(SIZE), tmp_path) as url, opened(url, tmp_path) as made:
        yield made
