"""Many at once: a server that listens, people with tokens, calls that begin together; and campaigns to attack."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, TypeVar

from sqlalchemy import select
from werkzeug.serving import make_server

from renown.access import signin, tokens
from renown_ideation.campaigns import casting, sealing
from renown_ideation.models import Campaign, Option
from tests.ideation.charters import charter
from tests.ideation.company import Company
from tests.ideation.desk import bring

T = TypeVar("T")
#: Connections that are open at once.
CONNECTIONS = 20
API = "/api/v1/ideation"


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each gave, in order. As many as there are connections begin at one moment; the others follow."""
    gate = threading.Barrier(min(CONNECTIONS, len(calls)))

    def work(number: int) -> T:
        if number < gate.parties:
            gate.wait(60)
        return calls[number]()

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(work, range(len(calls))))


@contextmanager
def listening(company: Company) -> Iterator[str]:
    """Host and port of a server for this company: a thread a request, by the company's clock."""
    server = make_server("127.0.0.1", 0, company.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, over HTTP: a connection for each call, as strangers' programs have."""

    place: str
    headers: Mapping[str, str]

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """The status and the answer, read as JSON where it is."""
        connection = HTTPConnection(self.place, timeout=60)
        try:
            given = None if body is None else json.dumps(body)
            connection.request(method, path, given, {"Content-Type": "application/json", **self.headers})
            answer = connection.getresponse()
            said = answer.read()
            return answer.status, json.loads(said) if "json" in (answer.headers["Content-Type"] or "") else said
        finally:
            connection.close()


def caller(company: Company, place: str, person: int) -> Caller:
    scopes = ("ideation.read", "ideation.write")
    with company.db.write() as conn:
        made = tokens.add(conn, "A program", scopes, person_id=person, days=9, actions=scopes)
    return Caller(place, {"Authorization": f"Bearer {made.token}"})


def crowd(company: Company, size: int) -> list[int]:
    """So many customers more, who may sign in and vote."""
    people = company.crowd(size)
    with company.db.write() as conn:
        for one in people:
            signin.add_login(conn, one, f"crowd{one}@example.com", "customer")
    return people


def collecting(company: Company, *titles: str, slug: str = "autumn", **changes: Any) -> int:
    """A campaign to which these ideas were brought; the clock stands on its first day."""
    company.board()
    with company.writing() as ctx:
        ada = company.people["ada"]
        campaign = int(sealing.draft(ctx, company.boarded(ctx), charter(slug, **changes), ada).id)
        sealing.seal(ctx, campaign, ada)
    company.later(1)
    for one in titles:
        bring(company, one)
    return campaign


def voting(company: Company, *titles: str, slug: str = "autumn", **changes: Any) -> int:
    """The same on the day on which its vote opens."""
    campaign = collecting(company, *titles, slug=slug, **changes)
    company.later(11)
    assert state(company, campaign) == "voting"
    return campaign


def state(company: Company, campaign: int) -> str:
    with company.reading() as ctx:
        return ctx.session.get_one(Campaign, campaign).state


def options(company: Company, campaign: int) -> list[int]:
    with company.reading() as ctx:
        found = select(Option.number).where(Option.campaign_id == campaign).order_by(Option.number)
        return list(ctx.session.scalars(found))


def cast(company: Company, campaign: int, person: int, choices: Mapping[str, Any]) -> casting.Receipt:
    with company.writing() as ctx:
        return casting.cast(ctx, campaign, person, choices)
