"""What a reading transaction promises."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from renown.db.engine import Database
from renown.db.stored import put
from renown.ledger.models import Measure


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(db: Database) -> None:
    many = select(func.count()).select_from(Measure)
    with db.read() as reading:
        before = reading.scalar(many)
        with db.write() as conn:
            conn.execute(insert(Measure).values(name="thanks.points", plugin="thanks"))
        assert reading.scalar(many) == before
    with db.read() as reading:
        assert reading.scalar(many) == (before or 0) + 1


def test_who_wrote_is_not_held_to_the_view_of_a_reader_before(db: Database) -> None:
    """Connections are used again, now for this and now for that."""
    for number in range(3):
        with db.read() as conn:
            conn.scalar(select(func.count()).select_from(Measure))
        with db.write() as conn:
            put(conn, "core", "organisation", f"Acme {number}")
            if not db.is_sqlite:
                assert conn.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
