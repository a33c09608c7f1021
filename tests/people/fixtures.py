"""A log of its own kind: what people need of it, and a source to speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from renown import clock
from renown.db.engine import LOG_LOCK, Database, lock
from renown.events.models import Event, Term
from renown.people import changes
from renown.sources.connector import SourceInfo
from renown.sources.models import Source


def append_core(conn: Connection, verb: str, *, cites: int | None = None, extra: dict[str, Any] | None = None) -> int:
    lock(conn, LOG_LOCK)
    source = conn.scalar(select(Source.id).where(Source.name == "renown"))
    term = conn.scalar(select(Term.id).where(Term.term == f"renown.{verb}.v1"))
    if term is None:
        term = conn.execute(insert(Term).values(term=f"renown.{verb}.v1").returning(Term.id)).scalar_one()
    position = (conn.scalar(select(func.max(Event.id))) or 0) + 1
    now = clock.now()
    conn.execute(
        insert(Event).values(
            id=position, source_id=source, key=f"{verb}-{position}", type=1, verb=term, occurred_at=now,
            recorded_at=now, extra=extra, cites=cites,
        )
    )  # fmt: skip
    return position


@pytest.fixture(autouse=True)
def log(db: Database) -> Iterator[None]:
    with db.write() as conn:
        if conn.scalar(select(Source.id).where(Source.name == "renown")) is None:
            conn.execute(insert(Source).values(name="renown", network="renown", slug="renown", title="Renown"))
    before = changes._append[:]
    changes.appended_by(append_core)
    yield
    changes._append[:] = before


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
