"""A database in trouble is nobody's fault: no plugin is suspended for it, no event passed over, no job made to wait."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from renown import clock
from renown.api import PluginContext
from renown.db.engine import Database
from renown.db.staging import copy_in
from renown.db.stored import get, put
from renown.events import consume
from renown.events.models import Passed
from renown.hooks.guard import IN_A_ROW
from renown.jobs import Drain, runs, schedule
from renown.jobs.models import Run, Schedule
from renown.jobs.worker import run_once
from renown.people.models import Team
from tests.holds import kit
from tests.holds.rogue import Scene


def exhaust(conn: Connection) -> None:
    """What a full disk raises, in this transaction."""
    if conn.dialect.name == "postgresql":
        said = 'could not extend file "base/16384/16711": No space left on device'
        conn.execute(text(f"DO $$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = '53100'; END $$"))
        return
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
    conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    try:
        conn.execute(text("CREATE TABLE filler (x BLOB)"))
        conn.execute(text("INSERT INTO filler VALUES (zeroblob(1000000))"))
    finally:
        conn.exec_driver_sql("PRAGMA max_page_count = 4294967294")


def cut(conn: Connection) -> None:
    """What comes of it where the server ends this connection."""
    conn.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def harms(db: Database) -> list[Callable[[Connection], None]]:
    return [exhaust] if db.is_sqlite else [exhaust, cut]


def test_no_plugin_is_blamed(scene: Scene) -> None:
    scene.post("m1", "m2")
    for harm in harms(scene.renown.db):

        def harmed(ctx: PluginContext | None, harm: Callable[[Connection], None] = harm) -> None:
            if ctx is not None:
                harm(ctx.session.connection())

        scene.rogue.harm = harmed
        for _ in range(IN_A_ROW):
            for drain in scene.renown.drains:
                if drain.plugin == "rogue" or drain.name == "plugin-checks":
                    with scene.renown.db.write() as conn:
                        schedule.due_now(conn, drain.name)
                    with suppress(DBAPIError):
                        run_once(scene.renown.db, drain)
        scene.renown.plugins.refresh(now=True)
        assert not scene.renown.plugins.suspended("rogue")
        assert {state for state, _, _ in scene.readers().values()} == {consume.RUNNING}
        with scene.renown.db.read() as conn:
            assert not conn.scalar(select(func.count()).select_from(Passed))
            waits = conn.scalar(select(Schedule.due_at).where(Schedule.name == "rogue.sweep"))
        assert waits is not None
        assert waits <= clock.now() + 10 * clock.SECOND
        assert scene.admin.get("/panels/rogue/home").status_code == 503
        scene.rogue.harm = None
        assert scene.admin.get("/panels/rogue/home").status_code == 200
    scene.work()
    assert {"m1:create", "m2:create"} <= set(scene.rogue.heard)
    kit.whole(scene.renown)


def test_what_breaks_off_before_the_commit_is_done_again(db: Database) -> None:
    """Whole, and once; also where rows go in beneath SQLAlchemy."""
    if db.is_sqlite:
        return
    tries = 0

    def work(conn: Connection) -> None:
        nonlocal tries
        tries += 1
        put(conn, "core", "tries", (get(conn, "core", "tries", 0) or 0) + 1)
        if tries < 3:
            with db.write() as other:
                pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
                other.exec_driver_sql("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        copy_in(conn, Team.__table__, ("name", "slug", "archived"), [("One", "one", False)])

    db.retrying(work)
    with db.read() as conn:
        assert (tries, get(conn, "core", "tries", 0)) == (3, 1)


def test_a_long_run_goes_on_where_it_was(db: Database) -> None:
    states: list[str] = []
    for harm in harms(db):

        def work(database: Database, progress: runs.Progress, _: object, harm: Callable[..., None] = harm) -> None:
            progress.done += 1
            if progress.done == 1:
                database.retrying(harm, tries=1)

        with db.write() as conn:
            made = runs.start(conn, "any", "Any", {})
        with pytest.raises(DBAPIError):
            runs.drain(db, {"any": work})
        assert runs.drain(db, {"any": lambda *_: None})
        with db.read() as conn:
            states += conn.scalars(select(Run.state).where(Run.id == made))
    assert states == ["done"] * len(harms(db))


def test_a_job_is_tried_again_soon(db: Database) -> None:
    drain = Drain("any", lambda db: db.retrying(exhaust) or False)
    with db.write() as conn:
        schedule.ensure(conn, [drain])
    for _ in range(5):
        with db.write() as conn:
            schedule.due_now(conn, "any")
        assert run_once(db, drain) is None
    with db.read() as conn:
        row = conn.execute(select(Schedule.due_at, Schedule.error).where(Schedule.name == "any")).one()
    assert row.due_at <= clock.now() + 10 * clock.SECOND
    assert row.error
