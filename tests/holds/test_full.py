"""The disk is full: what writes is told to come again, what reads goes on, and so does all once there is room."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from renown import clock
from renown.access import tokens
from renown.access.permissions import ACTIONS
from renown.app import Renown, build
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Consumer, Event, Passed
from renown.settings import Settings
from renown.sources import registry
from renown_migrations import upgrade
from tests.events.kit import message
from tests.holds import kit, room
from tests.holds.processes import RENOWN, Started
from tests.networks.kit import SECRET, github
from tests.networks.payloads import body, issue

BATCH = 200
KEY = "k" * 40


@dataclass
class Scene:
    """A server in a process of its own, whose database can be left without room."""

    url: str
    environ: dict[str, str]
    shut: Callable[[Started], None]
    open: Callable[[Started], None]


@contextmanager
def scene(dialect: str, folder: Path) -> Iterator[Scene]:
    environ = {"RENOWN_DATA": str(folder), "RENOWN_SECRET_KEY": KEY}
    if dialect == "sqlite":
        url = f"sqlite:///{folder / 'renown.sqlite3'}"

        def shut(serving: Started) -> None:
            room.limit([serving.process.pid], 20_000)

        yield Scene(url, {**environ, "RENOWN_DATABASE_URL": url}, shut, lambda one: room.limit([one.process.pid], None))
        return
    with room.server() as server:
        yield Scene(
            server.url, {**environ, "RENOWN_DATABASE_URL": server.url},
            lambda _: room.limit_server(server, room.SEGMENT), lambda _: room.limit_server(server, None),
        )  # fmt: skip


class Caller:
    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token
        self.number = 0

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
        sent = {
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): said for name, said in headers.items()},
        }
        request = urllib.request.Request(self.address + path, data, sent)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers

    def post(self, first: int) -> tuple[int, str, Any]:
        """The batch that begins with this number; the same again is all duplicates."""
        batch = [message(f"m{number}", f"U{number % 7}", source="tool:a") for number in range(first, first + BATCH)]
        return self.ask("/api/v1/events", msgspec.json.encode(batch), Content_Type="application/cloudevents-batch+json")

    def deliver(self, hook: str) -> tuple[int, str, Any]:
        inbound = github("issues", body("opened", issue=issue()))
        status, said, headers = self.ask(
            hook, inbound.body, **{k.replace("-", "_"): v for k, v in inbound.headers.items()}
        )
        assert status != 503 or headers["Retry-After"] == "60"
        return status, said, headers


def until(check: Callable[[], bool], seconds: int = 60) -> None:
    deadline = clock.now() + seconds * clock.SECOND
    while not check():
        assert clock.now() < deadline, "it never comes"


@room.needs_prlimit
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_full_disk_is_told_and_nothing_is_lost(dialect: str, tmp_path: Path) -> None:
    with scene(dialect, tmp_path) as made:
        house = prepared(made, tmp_path)
        with house.db.write() as conn:
            token = tokens.add(conn, "all", list(ACTIONS)).token
            row = registry.add(conn, house.keyring, "github", "github:acme", secret=SECRET)
            hook = registry.path(row)
        house.close()
        serving = Started(made.environ, "serve", "--port", "0", says=r"Renown answers at (\S+)")
        try:
            answered = story(Caller(serving.said, token), hook, made, serving)
        finally:
            serving.stop()
        assert not any("Traceback" in line for line in serving.lines), "\n".join(serving.lines)[-4000:]
        house = prepared(made, tmp_path)
        kit.whole(house)
        with house.db.read() as conn:
            mine = list(conn.scalars(select(Event.key).where(Event.key.startswith("m"))))
            assert sorted(mine) == sorted({f"m{number}:create" for number in range(answered)})
            assert set(conn.scalars(select(Consumer.state))) == {consume.RUNNING}
            assert not conn.scalar(select(func.count()).select_from(Passed))
        house.close()


def story(caller: Caller, hook: str, made: Scene, serving: Started) -> int:
    """From room to none and back. How many events were answered with 2xx in the end, all in order."""
    assert caller.post(0)[0] == 200
    until(lambda: '"rank"' in caller.ask("/api/v1/boards/activity.points?period=all")[1])
    made.shut(serving)
    status, first = 200, BATCH
    while status == 200 and first < 100 * BATCH:
        status, said, headers = caller.post(first)
        first += BATCH if status == 200 else 0
    assert (status, headers["Retry-After"]) == (503, "60"), said
    assert json.loads(said)["message"] == "There is no room left to write"
    assert caller.deliver(hook)[0] in (200, 503)
    for path in (
        "/api/v1/boards/activity.points?period=all",
        "/boards/activity.points",
        "/people",
        "/healthz",
        "/readyz",
    ):
        assert caller.ask(path)[0] == 200, path
    (told,) = [one for one in json.loads(caller.ask("/admin/health.json")[1])["checks"] if one["check"] == "room"]
    assert (told["state"], "has no room to write" in told["text"]) == ("bad", True), told
    figures = dict(line.split(" ") for line in caller.ask("/metrics")[1].splitlines() if line.startswith("renown_w"))
    assert float(figures["renown_writes_refused_total"]) > 0
    made.open(serving)
    until(lambda: caller.post(first)[0] == 200)
    assert caller.deliver(hook)[0] == 200
    until(lambda: json.loads(caller.post(0)[1])["duplicates"] == BATCH)
    return first + BATCH


@room.needs_prlimit
def test_doctor_tells_it_in_plain_words(tmp_path: Path) -> None:
    environ = {**os.environ, "RENOWN_DATA": str(tmp_path), "RENOWN_SECRET_KEY": KEY}
    environ["RENOWN_DATABASE_URL"] = f"sqlite:///{tmp_path}/renown.sqlite3"
    db = Database(environ["RENOWN_DATABASE_URL"])
    upgrade(db)
    db.close()
    run = subprocess.run(
        ["prlimit", "--fsize=1000000:", *RENOWN, "doctor"],
        capture_output=True, text=True, timeout=120, check=False, env=environ,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert "BAD  room: the database has no room to write" in run.stdout, run.stdout
    assert "make room on its disk" in run.stdout


def prepared(made: Scene, folder: Path) -> Renown:
    db = Database(made.url)
    upgrade(db)
    db.close()
    house = build(Settings(data=folder, database_url=made.url, secret_key=KEY))
    house.begin()
    return house
