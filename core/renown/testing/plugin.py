"""The pytest plugin. It is loaded wherever Renown is installed, so it imports nothing until a fixture is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from renown.testing.kit import Kit


@pytest.fixture(scope="session")
def renown_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty database, made once and copied for each test."""
    from renown.testing.kit import migrated

    return migrated(tmp_path_factory.mktemp("renown"))


@pytest.fixture
def renown_kit(tmp_path: Path, renown_template: bytes) -> Iterator[Kit]:
    """A site of one's own on a new SQLite database, with the tables of all installed plugins."""
    from renown.testing.kit import Kit

    kit = Kit(tmp_path, renown_template)
    try:
        yield kit
    finally:
        kit.close()
