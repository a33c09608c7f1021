"""A plugin that leaks: a process that has grown too large makes way for a fresh one, and nothing is lost or doubled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import psutil
import pytest
from sqlalchemy import select

from renown.db.engine import Database
from renown.events import log
from renown.events.models import Consumer
from renown.jobs import memory, presence
from renown.ledger.models import Measure, Period, Standing
from tests.events.kit import connect, message
from tests.holds import leaky
from tests.holds.processes import Started, told

MIB = 1 << 20
#: More than the process needs beside what is leaked, and less than all that is.
ROOM = 80 * MIB
COMMANDS = {"worker": ("(Working)", ()), "serve": ("(Renown answers)", ("--port", "0"))}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("command", "where"), [("worker", "score"), ("serve", "job")])
def test_a_process_that_a_plugin_made_grow_makes_way(db: Database, tmp_path: Path, command: str, where: str) -> None:
    leaky.install(tmp_path)
    counted = tmp_path / "leaked"
    source = connect(db, affiliation="employee")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    environ = {"RENOWN_DATA": str(tmp_path), "RENOWN_DATABASE_URL": db.url, "PYTHONPATH": path}
    assert Started(environ, "plugins", "enable", "leaky").ended(60) == 0
    says, options = COMMANDS[command]

    def say(number: int) -> None:
        with db.write() as conn:
            log.append(conn, [(source, [message(f"m{number}", "U1", words=30)])])

    def all_read() -> bool:
        with db.read() as conn:
            positions = set(conn.scalars(select(Consumer.position).where(Consumer.kind == "score")))
            return positions == {log.head(conn)}

    idle = Started(environ, command, *options, says=says)
    say(0)
    until(lambda: all_read() and points(db, "leaky") == [1000] and len(points(db, "activity")) == 1)
    first = points(db, "activity")
    most = psutil.Process(idle.process.pid).memory_info().rss + ROOM
    idle.stop()

    environ |= {leaky.WHERE: where, leaky.COUNTED: str(counted), "RENOWN_WORKER_MAX_MEMORY": str(most // MIB)}
    grown = Started(environ, command, *options, says=says)
    for number in range(1, 6):
        say(number)
        until(lambda: all_read() or not grown.alive)
    assert grown.ended(60) == memory.STATUS
    assert grown.lines[-1] == f"Ending: this process has more memory than {most // MIB} MiB. What it did is kept."
    assert not [line for line in grown.lines if "Traceback" in line]
    with db.read() as conn:
        assert presence.alive(conn) == 0, "it took itself off the list, so its jobs are free"
    assert leaky.leaked(counted) * leaky.PIECE > ROOM - 32 * MIB

    say(6)
    successor = Started(environ, command, *options, says=says)
    until(lambda: points(db, "leaky") == [7000] and points(db, "activity") == [7 * one for one in first])
    assert successor.alive
    successor.stop()
    told(environ, "reconcile")


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    late = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < late
        Event().wait(0.05)


def points(db: Database, plugin: str) -> list[int]:
    with db.read() as conn:
        boards = select(Standing.amount).join(Period, Period.id == Standing.period_id)
        mine = boards.join(Measure, Measure.id == Period.measure).where(Measure.plugin == plugin)
        return list(conn.scalars(mine.where(Period.kind == "all", Period.scope == "organisation")))


def test_memory_is_told() -> None:
    assert memory.is_over(1) == (memory.held() is not None)
    assert not memory.is_over(None)
    assert not memory.is_over(1 << 60)
