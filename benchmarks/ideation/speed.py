"""The portal with many ideas and votes: board, idea, search, similar while typing, vote, beside the bare query.

    python -m benchmarks.ideation.speed [--ideas N] [--votes N N] [--people N] [--calls N] [--only DATABASE] [--json]
                                        [DATABASE_URL]

Twice, with fewer votes and with more: what is asked must take as long. The reference of a *read* is one hand-written
statement for its rows on a connection of the driver's own; ours is the plugin's own function in a transaction of its
own, which asks besides who may look, whether totals are hidden, sums what is voted this moment, and reads names and
tags. The reference of a *request* is a bare Flask page of the same statement with the same rows in a bare template;
ours is the whole application for somebody signed in, or by a token for a vote. Both are called by turns, warm, for
different ideas and words, and medians count. The *floor* says what is left of the aim before anything else is asked: of
a read, the bare statement in a transaction of ours; of a request, our answer that there is no such idea or board.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from io import BytesIO
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

import msgspec
from benchmarks import kit
from benchmarks.boards import compare
from benchmarks.ideation import plenty
from benchmarks.ideation.bare import Bare
from benchmarks.ideation.plenty import SLUG, Plenty
from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Engine, create_engine, event, select
from werkzeug.test import EnvironBuilder

from renown.access import signin, tokens
from renown.access.models import Login
from renown.access.viewer import Viewer
from renown.app import create_app
from renown.context import prepared
from renown.db import spelled
from renown_ideation import gate, listing, showing
from renown_ideation.answers import record
from renown_ideation.ideas import authors, comments, matching, similar, voters, words
from renown_ideation.ideas import shown as idea_shown

AIM = 3.0
#: People who ask.
_VIEWERS = 20

Call = Callable[[int], Any]


@dataclass
class Outcome:
    """Microseconds: medians by the clock and of this process's CPU; `p95` by the clock. `level`: read or request.

    `statements`: how many ours asks, and `inside`: how long it waits for all of them. `floor`: ours with nothing in it.
    """

    database: str
    ideas: int
    votes: int
    what: str
    level: str
    wall: float
    bare_wall: float
    cpu: float
    bare_cpu: float
    p95: float
    bare_p95: float
    statements: int
    inside: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.wall / self.bare_wall

    def say(self) -> str:
        over = "" if self.ratio <= AIM else "  OVER"
        return (
            f"  {self.what:8} {self.level:8} {self.wall:8,.0f} us, bare {self.bare_wall:7,.0f}: {self.ratio:5.2f} of"
            f" {AIM:g}; CPU {self.cpu:7,.0f}, bare {self.bare_cpu:6,.0f}; p95 {self.p95:8,.0f}, bare"
            f" {self.bare_p95:7,.0f}; {self.statements} statements, {self.inside:,.0f} us in them; floor"
            f" {self.floor:7,.0f}: {self.floor / self.bare_wall:.2f}{over}"
        )


class Pair(NamedTuple):
    what: str
    level: str
    ours: Call
    bare: Call
    floor: Call


def run(url: str, ideas: int, votes: list[int], people: int, calls: int) -> list[Outcome]:
    begun = time.perf_counter()
    here = plenty.plant(url, ideas, people)
    outcomes: list[Outcome] = []
    for wanted in votes:
        count = plenty.vote(here, wanted)
        took = time.perf_counter() - begun
        print(f"{here.db.dialect}, {ideas:,} ideas, {count:,} votes, there after {took:.0f} s", flush=True)
        with closing(kit.plain(url)) as connection:
            engine = create_engine(url)  # with all defaults
            for pair in (*reads(here, Bare(connection)), *requests(here, engine)):
                figures = compare(pair.ours, pair.bare, calls)
                figures += inside(here, pair.ours)
                figures += compare(pair.floor, pair.bare, calls)[:1]
                outcomes.append(Outcome(here.db.dialect, ideas, count, pair.what, pair.level, *figures))
                print(outcomes[-1].say(), flush=True)
            engine.dispose()
    here.renown.close()
    return outcomes


def inside(here: Plenty, ours: Call, calls: int = 30) -> tuple[int, float]:
    """Medians of a call: how many statements, and microseconds until the driver has answered them."""
    counts, took = [], []
    begun, spent = 0.0, list[float]()

    def before(*_: object) -> None:
        nonlocal begun
        begun = time.perf_counter()

    def after(*_: object) -> None:
        spent.append(time.perf_counter() - begun)

    real = spelled.ask

    def asked(*given: Any, **named: Any) -> Any:
        before()
        found = real(*given, **named)
        after()
        return found

    event.listen(here.db.engine, "before_cursor_execute", before)
    event.listen(here.db.engine, "after_cursor_execute", after)
    # What is prepared goes past SQLAlchemy's own events.
    with patch.object(spelled, "ask", asked), patch.object(prepared, "ask", asked):
        for number in range(calls):
            spent = []
            ours(7_000_003 + 13 * number)
            counts.append(len(spent))
            took.append(sum(spent) * 1e6)
    event.remove(here.db.engine, "before_cursor_execute", before)
    event.remove(here.db.engine, "after_cursor_execute", after)
    return int(median(counts)), round(median(took), 1)


def reads(here: Plenty, bare: Bare) -> Iterator[Pair]:
    contexts = here.renown.contexts.of("ideation")
    asked = [_asked(here, number) for number in range(500)]
    rarest = [_rarest(here, title) for title, _ in asked]

    def viewer(number: int) -> Viewer:
        return Viewer(here.person(number), "customer")

    def board(number: int) -> int:
        with contexts.reading() as ctx:
            found = gate.board(ctx, viewer(number), SLUG)
            return len(showing.lines(ctx, viewer(number), [found], listing.of(ctx, found).ideas))

    def idea(number: int) -> object:
        with contexts.reading() as ctx:
            found, where = gate.idea(ctx, viewer(number), here.idea(number))
            line = showing.lines(ctx, viewer(number), [where], [found])[0]
            talk = comments.of(ctx, viewer(number), found)
            return line, talk, idea_shown.history(ctx, found), authors.of(ctx, found.id)

    def search(number: int) -> int:
        with contexts.reading() as ctx:
            found = gate.board(ctx, viewer(number), SLUG)
            page = listing.search(ctx, viewer(number), asked[number % 500][1], [found])
            return len(showing.lines(ctx, viewer(number), [found], page.ideas))

    def alike(number: int) -> int:
        with contexts.reading() as ctx:
            found = gate.board(ctx, viewer(number), SLUG)
            return len(similar.find(ctx, viewer(number), found, asked[number % 500][0]))

    def vote(_: int) -> None:
        with contexts.writing() as ctx:
            voters.vote(ctx, *here.voter())

    with contexts.reading() as ctx:
        board_id = gate.board(ctx, viewer(1), SLUG).id

    def pair(what: str, ours: Call, asked_bare: Callable[[Bare, int], Any], *, writes: bool = False) -> Pair:
        def ended(number: int) -> Any:
            found = asked_bare(bare, number)
            bare.end()
            return found

        def floor(number: int) -> Any:
            with here.db.write() if writes else here.db.read() as conn:
                if not writes:
                    conn.begin()
                return asked_bare(Bare(conn.connection.driver_connection, prepare=True), number)

        return Pair(what, "read", ours, ended, floor)

    yield pair("board", board, lambda bare, _: bare.board(board_id))
    yield pair("idea", idea, lambda bare, n: bare.idea(here.idea(n)))
    yield pair("search", search, lambda bare, n: bare.search(words.of(asked[n % 500][1])))
    yield pair("similar", alike, lambda bare, n: bare.alike(rarest[n % 500]))
    yield pair("vote", vote, lambda bare, _: bare.vote(*here.voter()), writes=True)


def _asked(here: Plenty, number: int) -> tuple[str, str]:
    """A title that somebody begins to write, and two words of one that somebody looks for."""
    title = here.title(number * 7_919)
    chosen = random.Random(number).sample(title.split(), 2)
    return title, " ".join(chosen)


def _rarest(here: Plenty, title: str) -> list[str]:
    """The words by which the product looks: what it costs to find them is part of ours alone."""
    with here.renown.contexts.of("ideation").reading() as ctx:
        known = matching.counts(ctx, words.of(title))
    return sorted(known, key=lambda one: (known[one], -len(one)))[:4]


def requests(here: Plenty, engine: Engine) -> Iterator[Pair]:
    app, theirs = create_app(here.renown), _bare_app(here, engine)
    with here.renown.contexts.of("ideation").writing() as ctx:
        record.work(ctx)
    people = [here.person(number * 97) for number in range(_VIEWERS)]
    with here.db.write() as conn:
        for one in people:
            if not conn.scalar(select(Login.person_id).where(Login.person_id == one)):
                signin.add_login(conn, one, f"p{one}@example.com", "customer")
    cookies = [_cookie(app, one) for one in people]
    with here.db.write() as conn:
        made = [tokens.add(conn, "bench", _SCOPES, person_id=one, days=9, actions=_SCOPES).token for one in people]
    asked = [_asked(here, number) for number in range(500)]

    def ours(path: Callable[[int], str]) -> Call:
        return lambda n: _ask(app, path(n), Cookie=cookies[n % _VIEWERS])

    def absent(number: int) -> bytes:
        return _ask(app, "/ideas/no-such-board", answer="404 NOT FOUND", Cookie=cookies[number % _VIEWERS])

    def bare(path: Callable[[int], str]) -> Call:
        return lambda n: _ask(theirs, path(n))

    def alike(number: int) -> str:
        return f"title={asked[number % 500][0].replace(' ', '+')}"

    def search(number: int) -> str:
        return f"q={asked[number % 500][1].replace(' ', '+')}"

    def address(number: int) -> str:
        idea = here.idea(number)
        return f"/ideas/{SLUG}/{idea}-{re.sub('[^a-z0-9]+', '-', here.title(number))[:60].strip('-')}"

    def page(what: str, path: Callable[[int], str], bare_path: Callable[[int], str]) -> Pair:
        return Pair(what, "request", ours(path), bare(bare_path), absent)

    yield page("board", lambda _: f"/ideas/{SLUG}", lambda _: "/board")
    yield page("idea", address, lambda n: f"/idea?id={here.idea(n)}")
    yield page("search", lambda n: f"/ideas/{SLUG}?{search(n)}", lambda n: f"/search?{search(n)}")
    yield page("similar", lambda n: f"/ideas/{SLUG}/_similar?{alike(n)}", lambda n: f"/alike?n={n % 500}")

    def vote(number: int, idea: int, answer: str = "200 OK") -> bytes:
        path, token = f"/api/v1/ideation/ideas/{idea}/vote", made[number % _VIEWERS]
        return _ask(app, path, method="PUT", answer=answer, Authorization=f"Bearer {token}")

    def put_bare(_: int) -> bytes:
        return _ask(theirs, "/vote?id={}&person={}".format(*here.voter()), method="PUT")

    yield Pair(
        "vote", "request", lambda n: vote(n, here.voter()[0]), put_bare, lambda n: vote(n, 2**40, "404 NOT FOUND")
    )


_SCOPES = ("ideation.read", "ideation.write")


def _bare_app(here: Plenty, engine: Engine) -> Flask:
    """Each page is one statement and a template."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"rows.html": _TEMPLATE})
    with here.renown.contexts.of("ideation").reading() as ctx:
        board = gate.board(ctx, Viewer(None, "administrator"), SLUG).id
    rarest = [_rarest(here, _asked(here, number)[0]) for number in range(500)]

    def page(read: Callable[[Bare], Any]) -> str:
        with closing(engine.raw_connection()) as connection:
            bare = Bare(connection.driver_connection)
            shown = render_template("rows.html", rows=read(bare))
            bare.end()
            return shown

    def given(name: str) -> str:
        return str(request.args[name])

    app.add_url_rule("/board", "board", lambda: page(lambda bare: bare.board(board)))
    app.add_url_rule("/idea", "idea", lambda: page(lambda bare: bare.idea(int(given("id")))))
    app.add_url_rule("/search", "search", lambda: page(lambda bare: bare.search(words.of(given("q")))))
    app.add_url_rule("/alike", "alike", lambda: page(lambda bare: bare.alike(rarest[int(given("n"))])[:5]))
    app.add_url_rule(
        "/vote",
        "vote",
        lambda: page(lambda bare: bare.vote(int(given("id")), int(given("person")))),
        methods=["PUT"],
    )
    return app


_TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ideas</title><link rel="stylesheet" href="/static/style.css"></head>
<body><h1>Ideas</h1><ol>
{% for row in rows %}<li>{% for one in row %}<span>{{ one }}</span>{% endfor %}</li>
{% endfor %}</ol></body></html>
"""


def _cookie(app: Flask, person: int) -> str:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person}:0:benchmark"
    client.get("/ideas")
    [kept] = client._cookies.values()
    return f"{kept.key}={kept.value}"


def _ask(app: Flask, path: str, method: str = "GET", answer: str = "200 OK", **headers: str) -> bytes:
    """As a server would call it; raises unless this is the answer."""
    environ = EnvironBuilder(path, method=method, headers=headers).get_environ()
    answers: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        answers.append(status)
        return lambda _data: None

    environ["wsgi.input"] = BytesIO()
    body = app.wsgi_app(environ, start)
    page = b"".join(body)
    getattr(body, "close", lambda: None)()
    if answers != [answer]:
        raise RuntimeError(f"{path}: {answers}")
    return page


def flat(outcomes: list[Outcome]) -> Iterator[str]:
    """The most votes' times over the fewest votes'."""
    for database in dict.fromkeys(one.database for one in outcomes):
        mine = [one for one in outcomes if one.database == database]
        few, many = min(one.votes for one in mine), max(one.votes for one in mine)
        if few == many:
            continue
        yield f"{database}, {many:,} votes over {few:,}:"
        for before in (one for one in mine if one.votes == few):
            after = next(one for one in mine if one.votes == many and _key(one) == _key(before))
            yield (
                f"  {before.what:8} {before.level:8} {after.wall / before.wall:5.2f} times,"
                f" bare {after.bare_wall / before.bare_wall:5.2f}"
            )


def _key(outcome: Outcome) -> tuple[str, str]:
    return outcome.what, outcome.level


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--ideas", type=int, default=100_000)
    parser.add_argument("--votes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--people", type=int, default=100_003)
    parser.add_argument("--calls", type=int, default=300)
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for url, _ in kit.databases(given):
        outcomes += run(url, given.ideas, sorted(given.votes), given.people, given.calls)
    if given.json:
        for one in outcomes:
            print(msgspec.json.encode({**asdict(one), "ratio": one.ratio}).decode())
    print("\n".join(flat(outcomes)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
