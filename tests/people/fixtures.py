"""A source to speak of, with the real log below it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert

import renown.events.log  # noqa: F401 - says how core events are appended
from renown.db.engine import Database
from renown.sources.connector import SourceInfo
from renown.sources.models import Source


@pytest.fixture
def source(db: Database) -> Callable[..., SourceInfo]:
    def make(slug: str = "acme", affiliation: str = "employee", vouches: bool = True) -> SourceInfo:
        with db.write() as conn:
            number = conn.execute(
                insert(Source)
                .values(
                    name=f"slack:{slug}", network="slack", slug=slug, title=slug, affiliation=affiliation,
                    vouches=vouches,
                )
                .returning(Source.id)
            ).scalar_one()  # fmt: skip
        return SourceInfo(number, f"slack:{slug}", slug, "slack", affiliation, vouches, False, False)

    return make
