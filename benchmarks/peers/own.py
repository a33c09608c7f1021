"""Renown as one of the services: `renown serve` and `renown worker`, asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import msgspec
from benchmarks import kit
from benchmarks.kit import SOURCE
from benchmarks.peers.work import A_DAY, Act, Connection

from renown.access import tokens
from renown.app import Renown
from renown.db import stored
from renown.events.receive import BATCH, SINGLE
from renown.sources import registry
from renown_migrations import upgrade

#: Noon of the day on which everybody begins.
BEGIN = 1_700_049_600
BOARD = "/api/v1/boards/activity.points?period=all"


class Own:
    def __init__(self, renown: Renown, address: str, token: str) -> None:
        self._renown, self._address, self._token = renown, address, token
        self._handles: dict[int, str] = {}

    def connect(self) -> Connection:
        return Connection(self._address, {"Authorization": f"Bearer {self._token}"})

    def post(self, at: Connection, act: Act) -> None:
        at.ask("POST", "/api/v1/events", msgspec.json.encode(_event(act)), SINGLE)

    def settle(self) -> None:
        while not kit.settled(self._renown.db):
            time.sleep(0.005)

    def database(self) -> str:
        return self._renown.db.engine.url.render_as_string(hide_password=False)

    def board(self, at: Connection) -> None:
        rows = msgspec.json.decode(at.ask("GET", f"{BOARD}&limit=50"))["rows"]
        assert rows, "an empty board"

    def totals(self, at: Connection) -> dict[int, float]:
        found, after = {}, ""
        while True:
            page = msgspec.json.decode(at.ask("GET", f"{BOARD}&limit=200{after}"))
            for row in page["rows"]:
                person = int(row["name"].removeprefix("Person "))
                found[person], self._handles[person] = row["amount"], row["person"]
            if page["next"] is None:
                return found
            after = f"&after={quote(page['next'])}"

    def place(self, at: Connection, person: int) -> tuple[int, float]:
        totals = msgspec.json.decode(at.ask("GET", f"/api/v1/people/{self._handles[person]}"))["totals"]
        mine = next(one for one in totals if one["measure"] == "activity.points" and one["period"] == "all")
        return mine["rank"], mine["amount"]


@contextmanager
def started(url: str, people: int) -> Iterator[Own]:
    """With this many people, each of whom wrote one message."""
    renown = kit.opened(url, "watch")
    upgrade(renown.db)
    renown.begin()
    with renown.db.write() as conn:
        registry.add(conn, renown.keyring, registry.CLOUDEVENTS, SOURCE)
        stored.put(conn, "core", "board_depth", people)
        token = tokens.add(conn, "peers", ["events:write", "boards:read", "people:read"]).token
    with kit.up(url) as ([address], _):
        service = Own(renown, address, token)
        at = service.connect()
        for first in range(0, people, 500):
            some = range(first + 1, min(first + 500, people) + 1)
            body = [_event(Act(-person, person, "message", 0)) for person in some]
            at.ask("POST", "/api/v1/events", msgspec.json.encode(body), BATCH)
        service.settle()
        assert len(service.totals(at)) == people
        at.close()
        yield service
    renown.close()


def _event(act: Act) -> dict[str, object]:
    verb = "ask" if act.kind == "question" else "create"
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(BEGIN + act.nth // A_DAY * 86_400 + act.nth % A_DAY))
    actor = {"id": f"U{act.person}", "name": f"Person {act.person}"}
    return {
        "specversion": "1.0", "id": f"act:{act.number}", "source": SOURCE, "type": f"collab.{verb}.v1", "time": at,
        "data": {"type": "Create", "actor": actor, "object": {"id": f"{act.number}", "kind": act.kind, "words": 40}},
    }  # fmt: skip
