"""gengine, the gamification engine, as one of the services: in an environment of its own, on PostgreSQL.

As its documentation says: `initialize_gengine_db`, then `pserve` with a configuration. No shims. Of what its
configuration offers, everything that costs time and is not part of the work is off: sign-in, the debug toolbar, the
cache of URLs in memcached; the caches that it has are in memory.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import msgspec
from benchmarks.peers.work import WORTH, Act, Connection
from sqlalchemy import create_engine, make_url, text

#: Said with the figures.
OFF = (
    "gengine ran without sign-in, the debug toolbar and its cache of URLs in memcached; what it caches in memory is on."
)
REQUIREMENTS = Path(__file__).with_name("requirements.txt")

_CONFIGURATION = """\
[app:main]
paste.app_factory = gengine:main
sqlalchemy.url = {url}
urlcache_active = false
enable_user_authentication = false
fallback_language = en
flaskadmin_secret = not used
dogpile_cache.backend = dogpile.cache.memory

[server:main]
use = egg:waitress#main
listen = 127.0.0.1:{port}
threads = 8

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys =
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
"""

#: What its administration makes: a type of people, what is counted, and a board of everybody.
_SET_UP = (
    "INSERT INTO subjecttypes (id, name, created_at) VALUES (1, 'User', now())",
    "INSERT INTO variables (id, name, increase_permission, created_at) VALUES (1, 'points', 'admin', now())",
    """
    INSERT INTO achievements (id, name, maxlevel, hidden, evaluation, comparison_type, player_subjecttype_id,
        lb_subject_part_whole_time, view_permission, condition, group_by_key, maxmin, created_at)
    VALUES (1, 'board', 1, false, 'immediately', 'global', 1,
        false, 'everyone', '{"term": {"type": "literal", "variable": "points"}}', false, 'max', now())
    """,
)
#: People with a point each, as a first `increase_value` for each leaves them.
_PEOPLE = (
    """
    INSERT INTO subjects (id, name, timezone, subjecttype_id, created_at)
    SELECT n, 'Person ' || n, 'UTC', 1, now() FROM generate_series(1, :people) n
    """,
    """
    INSERT INTO "values" (subject_id, agent_id, datetime, variable_id, value, key)
    SELECT n, n, now(), 1, 1, '' FROM generate_series(1, :people) n
    """,
    "INSERT INTO progress (subject_id, achievement_id, value) SELECT n, 1, 1 FROM generate_series(1, :people) n",
)


class Unavailable(Exception):
    """It cannot be installed or does not answer here. The text says why."""


class Gengine:
    def __init__(self, address: str, database: str) -> None:
        self._address, self._database = address, database

    def connect(self) -> Connection:
        return Connection(self._address, {})

    def post(self, at: Connection, act: Act) -> None:
        at.ask("POST", f"/increase_value/points/{act.person}", b'{"value": %d}' % WORTH[act.kind])

    def settle(self) -> None:
        """What is answered stands."""

    def database(self) -> str:
        return self._database

    def board(self, at: Connection) -> None:
        assert self.totals(at), "an empty board"

    def totals(self, at: Connection) -> dict[int, float]:
        return {one["subject"]["id"]: one["value"] for one in self._progress(at, 1)["leaderboard"]}

    def place(self, at: Connection, person: int) -> tuple[int, float]:
        mine = self._progress(at, person)
        return mine["leaderboard_position"] + 1, mine["progress"]

    def _progress(self, at: Connection, person: int) -> dict[str, object]:
        return msgspec.json.decode(at.ask("GET", f"/progress/{person}?achievement_id=1"))["achievements"][0]


def installed(folder: Path) -> Path:
    """The programs of an environment in this folder, made if it is not there. Raises Unavailable."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if (folder / "complete").exists():
        return programs
    print(f"Installing gengine for {sys.version.split()[0]} into {folder} (18,000 files, minutes) ...", file=sys.stderr)
    _run([sys.executable, "-m", "venv", str(folder)])
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    _run([*install, "-r", str(REQUIREMENTS)])
    (folder / "complete").touch()
    return programs


@contextmanager
def started(programs: Path, url: str, people: int) -> Iterator[Gengine]:
    """On an empty database, with this many people who have a point each. Raises Unavailable."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        file, log = Path(folder) / "gengine.ini", Path(folder) / "log"
        file.write_text(_CONFIGURATION.format(url=_address(url), port=port))
        _run([str(programs / "initialize_gengine_db"), str(file)])
        engine = create_engine(url)
        with engine.begin() as conn:
            for statement in _SET_UP:
                conn.exec_driver_sql(statement)
            for statement in _PEOPLE:
                conn.execute(text(statement), {"people": people})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")
        engine.dispose()
        with log.open("w") as told:
            process = subprocess.Popen(
                [str(programs / "pserve"), str(file)], env=_environ(), stdout=told, stderr=told, cwd=folder
            )
        try:
            _wait(process, port, log)
            yield Gengine(f"http://127.0.0.1:{port}", url)
        finally:
            process.terminate()
            process.wait(60)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Unavailable(f"gengine does not come up: {log.read_text()[-1_500:]}")


def _address(url: str) -> str:
    """For SQLAlchemy 1.3, in a file where % begins a variable: a socket's folder is spelled out."""
    address, mark, query = (
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False).partition("?")
    )
    return (address + mark + unquote(query)).replace("%", "%%")


def _environ() -> dict[str, str]:
    """Nothing of ours: gengine would take DATABASE_URL, too."""
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PYTHONPATH"}} | {
        "PYTHONWARNINGS": "ignore"
    }


def _run(command: list[str]) -> None:
    done = subprocess.run(command, env=_environ(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-12:])
        raise Unavailable(f"{Path(command[0]).name} {command[-1]}: status {done.returncode}\n{said}")
