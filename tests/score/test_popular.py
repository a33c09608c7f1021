"""A reaction to something that hundreds reacted to before costs no more than one to something new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event as listening

from renown.db.engine import Database
from tests.events.kit import message
from tests.score.kit import Site
from tests.score.test_score import like

EARLIER, NOW = 1_500, 100


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_thing_that_many_like_is_not_read_again_at_every_like(db: Database) -> None:
    site = Site(db)
    site.take(*[message(f"m{n}") for n in range(1, NOW + 1)])
    site.take(*[like(f"early{n}", 5, actor=f"U{n}") for n in range(EARLIER)])
    site.count(2_000)
    site.take(*[like(f"apart{n}", 6, actor=f"V{n}", thing=f"m{n + 1}") for n in range(1, NOW)])
    with _steps(db) as apart:
        site.count()
    site.take(*[like(f"together{n}", 7, actor=f"V{n}") for n in range(1, NOW)])
    with _steps(db) as together:
        site.count()
    assert together[0] < 2 * apart[0]


@contextmanager
def _steps(db: Database) -> Iterator[list[int]]:
    """Hundreds of instructions that SQLite goes through."""
    counted = [0]

    def step() -> int:
        counted[0] += 1
        return 0

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(step, 100)

    listening.listen(db.engine, "checkout", watch)
    yield counted
    listening.remove(db.engine, "checkout", watch)
