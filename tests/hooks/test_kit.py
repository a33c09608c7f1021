"""What plugin authors are given: the kit and the conformance suite, tried on the example plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from renown.testing import Kit

EXAMPLE = Path(__file__).parents[2] / "examples" / "thanks"


@pytest.fixture
def renown_kit(tmp_path: Path, example: None) -> Iterator[Kit]:
    kit = Kit(tmp_path)
    try:
        yield kit
    finally:
        kit.close()
