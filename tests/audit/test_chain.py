from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import delete, update

from renown import audit
from renown.audit.models import Audit
from renown.db.engine import Database


@pytest.fixture
def acts(db: Database) -> None:
    with db.write() as conn:
        for number in range(5):
            audit.record(
                conn, "person.merged", actor_id=1, via="web", target=f"person:{number}", person_id=number,
                details={"name": f"Zoë {number}", "was": None, "share": 0.1, "list": [1, {"b": 2, "a": 1}]},
            )  # fmt: skip
        audit.record(conn, "plugin.enabled", actor_id=None, via="cli", target="activity")


@pytest.mark.usefixtures("acts")
def test_an_untouched_chain_is_whole(db: Database) -> None:
    with db.read() as conn:
        report = audit.verify(conn)
    assert (report.whole, report.rows, report.broken) == (True, 6, None)


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize(
    "change",
    [
        {"at": 1},
        {"actor_id": 2},
        {"via": "api"},
        {"action": "person.merges"},
        {"target": "person:7"},
        {"person_id": 7},
        {"details": {"name": "Zoe 2", "was": None, "share": 0.1, "list": [1, {"b": 2, "a": 1}]}},
        {"salt": None},
        {"digest": "0" * 64},
        {"previous": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_changed_value_is_found_at_its_row(db: Database, change: dict[str, object]) -> None:
    with db.write() as conn:
        conn.execute(update(Audit).where(Audit.id == 3).values(change))
        report = audit.verify(conn)
    assert (report.whole, report.broken) == (False, 3)
    assert report.what


@pytest.mark.usefixtures("acts")
def test_a_row_taken_out_is_found(db: Database) -> None:
    with db.write() as conn:
        conn.execute(delete(Audit).where(Audit.id == 4))
        report = audit.verify(conn)
        newest = audit.verify(conn, newest=1)
    assert (report.broken, report.what) == (5, "row 4 is missing")
    assert (newest.whole, newest.rows) == (True, 6)


@pytest.mark.usefixtures("acts")
def test_details_can_go_while_the_chain_holds(db: Database) -> None:
    with db.write() as conn:
        assert audit.blank(conn, people=[2]) == 1
        report = audit.verify(conn)
        told = [json.loads(line) for line in audit.export(conn)]
    assert (report.whole, report.blanked) == (True, 1)
    assert [line["details"] is None for line in told] == [False, False, True, False, False, True]


@pytest.mark.usefixtures("acts")
def test_the_record_is_read_by_who_and_what(db: Database) -> None:
    with db.read() as conn:
        assert [line.id for line in audit.lines(conn, person_id=3)] == [4]
        assert [line.id for line in audit.lines(conn, action="person.", limit=2)] == [5, 4]
        assert [line.id for line in audit.lines(conn, actor_id=1, before=4)] == [3, 2, 1]


def test_writers_at_the_same_time_make_one_chain(db: Database) -> None:
    def write() -> None:
        for _ in range(10):
            db.retrying(lambda conn: audit.record(conn, "test.done", actor_id=1, via="system"))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as conn:
        assert (audit.verify(conn).whole, audit.verify(conn).rows) == (True, 40)
