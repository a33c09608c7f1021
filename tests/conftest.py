"""Both databases, and the real payloads where they are."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from werkzeug.routing import Rule

from renown.db import engine
from renown.db.engine import Database
from renown.hooks import outgoing
from renown.ledger import buckets
from tests import wheels
from tests.ideation.attacks import table
from tests.postgres import serving
from tests.ready import DIALECTS, MIGRATED, Databases, Files, Ready


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Renown's own."""
    return wheels.once(tmp_path_factory, "wheel", lambda folder: wheels.build(wheels.HOUSE, folder))


@pytest.fixture(scope="session")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has the wheel and what it requires."""
    return wheels.once(tmp_path_factory, "clean", lambda folder: wheels.environment(folder / "venv", wheel))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real payloads. Where it is not there, the tests that read it are skipped and say so."""
    folder = Path(os.environ.get("RENOWN_SAMPLES", Path(__file__).parents[2] / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip(f"no real payloads at {folder}: set RENOWN_SAMPLES")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: RENOWN_TEST_DATABASE_URL, else one started for this run."""
    given = os.environ.get("RENOWN_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def renown_postgres(postgres: str) -> str:
    """The kit's sites are on the same server."""
    return postgres


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("ready"))


@pytest.fixture(scope="session")
def ready_postgresql(postgres: str) -> Iterator[Databases]:
    made = Databases(postgres)
    yield made
    made.close()


@pytest.fixture(scope="session")
def ready(request: pytest.FixtureRequest) -> Callable[[str], Ready]:
    """Of a dialect."""
    return lambda dialect: request.getfixturevalue(f"ready_{dialect}")


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(dialect: str, ready: Callable[[str], Ready], tmp_path: Path) -> Iterator[str]:
    """The address of a new database that has the core's tables."""
    with ready(dialect).copy(MIGRATED, tmp_path) as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def sqlite_does_not_flush() -> Iterator[None]:
    """Nothing here outlives the run: durability is tested where processes are killed, which have it."""
    prepare = engine._prepare_sqlite

    def unflushed(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_prepare_sqlite", unflushed)
        yield


@pytest.fixture(scope="session", autouse=True)
def routes_are_read_once() -> Iterator[None]:
    """Every app has the same five hundred, and compiling what builds their addresses is most of making one."""
    compiled: dict[tuple[Any, ...], Any] = {}
    compile_ = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, *rule._trace, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(autouse=True)
def boards_grow_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of counting who stands above, into a histogram: with a few people, as else with a thousand."""
    monkeypatch.setattr(buckets, "FEW", 2)


@pytest.fixture(autouse=True)
def plugins_are_of_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some are called `tests.…`: after their own test, whoever fetches a page here is no plugin's code again."""
    monkeypatch.setattr(outgoing, "_modules", dict(outgoing._modules))


@pytest.fixture
def patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that leave nothing out because the machine is busy: for tests of what a plugin's boxes say."""
    monkeypatch.setattr("renown.hooks.dispatch.PANELS_BUDGET", 10.0)
    monkeypatch.setattr("renown.hooks.dispatch.NAVIGATION_BUDGET", 10.0)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def pytest_configure(config: pytest.Config) -> None:
    """With several test processes, one server serves them all: the controlling process starts it."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # Processes that tests start would compile all that they import, each of them: seconds of work a start.
        compiled = tempfile.mkdtemp(prefix="renown-compiled-")
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        config.add_cleanup(lambda: shutil.rmtree(compiled, ignore_errors=True))
    worker = hasattr(config, "workerinput")
    if not worker and not config.getoption("numprocesses", None):
        return
    # Every pytest locks the folder that all of a user's share, where tests run PostgreSQL from as another user: this
    # run has a folder of its own, and what a worker's tests start have theirs.
    apart = tempfile.mkdtemp(prefix="renown-tests-")
    os.environ["PYTEST_DEBUG_TEMPROOT"] = apart
    config.add_cleanup(lambda: shutil.rmtree(apart, ignore_errors=True))
    if worker:
        return
    if not os.environ.get("RENOWN_TEST_DATABASE_URL"):
        running = contextlib.ExitStack()
        os.environ["RENOWN_TEST_DATABASE_URL"] = running.enter_context(serving())
        config.add_cleanup(running.close)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: to look through it for garbage at each new app would be a quarter of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where attacks on votes were among the tests: what was tried, and what got through."""
    reports = [one for some in terminalreporter.stats.values() for one in some if isinstance(one, pytest.TestReport)]
    found = [one for report in reports if report.when == "call" for one in table.noted(report.user_properties)]
    if found:
        terminalreporter.section("attacks")
        for line in table.said(found):
            terminalreporter.write_line(line)
    followed = [value for report in reports for name, value in report.user_properties if name == "tutorial"]
    if followed:
        terminalreporter.section("tutorial")
        for line in dict.fromkeys(followed):
            terminalreporter.write_line(str(line))
