"""From real events to boards: whatever arrives, there is no drift, why adds up, and closes are one and the same."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.ledger import boards, periods, standings, why
from renown.ledger.models import Close
from renown.ledger.reconcile import reconcile
from renown.people import merge
from tests.score.kit import MEASURE, Site
from tests.score.test_order import acts, pieces
from tests.stand.world import day

ADMIN = Viewer(role="administrator")
SPANS = (periods.on("week", day("2024-03-01")), periods.on("month", day("2024-03-01")))


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts(), st.randoms(use_true_random=False))
def test_no_drift_and_one_close_whatever_arrives(db: Database, events: list[CloudEvent], rng: random.Random) -> None:
    _empty(db)
    site = Site(db, affiliation="employee")
    closing = rng.choice(SPANS)
    for number, piece in enumerate(pieces(events, rng)):
        site.take(*piece)
        if number == 0:
            with db.write() as conn:
                span = {"kind": closing.kind, "start": closing.start}
                at = log.append_core(conn, "closed", extra=span)
                conn.execute(insert(Close).values(**span, position=at, at=clock.now()))
        if number == 1:
            _merge_two(db)
        if rng.random() < 0.5:
            site.count(batch=rng.choice((1, 3, 1000)))
            standings.tick(db)
    site.count()
    other = site.new_generation()
    site.count(batch=2, generation=other)
    assert reconcile(db) == ()
    assert _closed(db, site.generation) == _closed(db, other)
    _why_adds_up(db)


def _empty(db: Database) -> None:
    """Everything of the last example, in an order that foreign keys allow."""
    with db.write() as conn:
        if db.is_sqlite:
            conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        # SQLite keeps a full-text index in tables that it lets nobody write.
        tables = [t for t in db_tables(db) if not t.startswith("alembic") and "_fts_" not in t]
        if db.is_sqlite:
            for table in tables:
                conn.execute(text(f"DELETE FROM {table}"))
        else:
            # Without the triggers that keep what a plugin only adds to.
            conn.execute(text("SET LOCAL session_replication_role = replica"))
            conn.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))


def db_tables(db: Database) -> list[str]:
    from sqlalchemy import inspect

    return inspect(db.engine).get_table_names()


def _merge_two(db: Database) -> None:
    with db.write() as conn:
        people = conn.scalars(
            text("SELECT id FROM core_person WHERE root_id IS NULL OR root_id = id ORDER BY id")
        ).all()
        if len(people) >= 2:
            merge.merge(conn, people[0], people[1], "administrator", None)


def _closed(db: Database, generation: int) -> set[tuple[object, ...]]:
    with db.read() as conn:
        rows = conn.execute(
            text("""
            SELECT p.measure, p.scope, p.kind, p.start, p.closed, c.subject_id, c.amount
            FROM core_period p JOIN core_standing_close c ON c.period_id = p.id WHERE p.generation = :generation
        """),
            {"generation": generation},
        )
        return {tuple(row) for row in rows}


def _why_adds_up(db: Database) -> None:
    with db.read() as conn:
        for span in (periods.ALL, *SPANS):
            for line in boards.board(conn, ADMIN, MEASURE, span.kind, span.start, deep=True).lines:
                assert why.why(conn, ADMIN, line.subject_id, MEASURE, span).amount == line.amount
