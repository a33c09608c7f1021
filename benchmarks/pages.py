"""Boards as HTML: the whole WSGI application for people signed in, beside a bare Flask page of the same query."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

from benchmarks.bare import Bare
from benchmarks.crowd import BASE, FULL, MEASURE, MONTH, Crowd
from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, create_engine, select
from werkzeug.test import EnvironBuilder

from renown.access import signin
from renown.app import create_app
from renown.ledger.boards import ORGANISATION, TEAMS
from renown.ledger.models import Seen
from renown.ledger.visibility import State
from renown.web import board_lines, charts, formats
from renown.web.pages import boards

VIEWERS = 20
ROWS = 50

Call = Callable[[int], bytes]
#: Rows of a board, read by whoever the reader is.
Rows = Callable[[Bare], list[Any]]


def requests(here: Crowd, connection: Any) -> Iterator[tuple[str, Call, Call, Callable[[], None]]]:
    """Name, a request to ours and one to the bare application, and what is done before ours, which is not timed.

    Each is asked by one of the people who are signed in. Lines of a board whose numbers have not moved since somebody
    saw them are kept as they were drawn; where all have moved, every line is drawn anew. All pages have 50 places
    (Renown's own begin with 10, those around the reader, and "Show more places"), and before they are timed they are
    shown to name the same people or teams in the same order.
    """
    app = create_app(here.renown)
    cookies = [_cookie(app, here, number) for number in _employees(here)]
    address = f"/boards/{MEASURE}"
    span = (MONTH.kind, MONTH.start)
    bare = Bare.plain(connection)
    month, former = bare.boards(*span, ORGANISATION)
    team, of_team = bare.boards(*span, f"team:{here.teams // 2}")
    teams, of_teams = bare.boards(*span, TEAMS)
    engine = create_engine(here.db.url)  # with all defaults

    def reference(before: int, rows: Rows) -> Call:
        return _asker(_bare_app(engine, before, rows), [""], "/board")

    everybodys = reference(former, lambda bare: bare.first(month, ROWS))
    pairs = (
        ("page of 50 as HTML", "", {}, everybodys),
        ("page of 50, compressed", "", {"Accept-Encoding": "gzip"}, everybodys),
        (
            "page of 50 of a team",
            f"?team=team-{here.teams // 2}",
            {},
            reference(of_team, lambda bare: bare.first(team, ROWS)),
        ),
        ("page of 50 teams", "?of=teams", {}, reference(of_teams, lambda bare: bare.teams(teams, ROWS))),
    )
    usual, boards.PLACES = boards.PLACES, ROWS
    try:
        for name, query, headers, theirs in pairs:
            ours = _asker(app, cookies, address + query, **headers)
            same(ours(0), theirs(0), full=here.people >= FULL)
            yield name, ours, theirs, lambda: None
            yield f"{name}, all moved", ours, theirs, lambda: _forget(app)
    finally:
        boards.PLACES = usual
        engine.dispose()


def _forget(app: Flask) -> None:
    """As if every number had moved since the page was drawn last."""
    ui = app.jinja_env.globals["ui"]
    for kept in (board_lines.person_line, ui.team_place, ui.share, formats.amount, charts.kept_spark):
        kept.cache_clear()


def same(ours: bytes, bare: bytes, *, full: bool) -> None:
    """AssertionError unless both pages list the same, all places where there is a `full` page of them."""
    wanted = _LINK.findall(bare)
    assert wanted
    assert not full or len(wanted) == ROWS, f"{len(wanted)} places on the bare page"
    # Below them ours has the reader's neighbours, and more.
    found = _LINK.findall(gzip.decompress(ours) if ours.startswith(b"\x1f\x8b") else ours)
    assert found[: len(wanted)] == wanted, f"{found[: len(wanted)]} where {wanted} were to be"


#: Who has a place.
_LINK = re.compile(rb'<tr[^>]*>\s*<td[^>]*>\d+</td>\s*<td>\s*<a[^>]* href="/(?:people|teams)/([^"]+)"')


def _bare_app(engine: Engine, former: int, rows: Rows) -> Flask:
    app = Flask("bare")
    app.jinja_loader = DictLoader({"board.html": _TEMPLATE})

    @app.get("/board")
    def board() -> str:
        with closing(engine.raw_connection()) as connection:
            return render_template("board.html", rows=rows(Bare.plain(connection.driver_connection, former)))

    return app


_TEMPLATE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Board</title><link rel="stylesheet" href="/static/style.css"></head>
<body><h1>Board</h1>
<table><thead><tr><th>Place</th><th>Person</th><th>Points</th></tr></thead>
<tbody>
{% for _, amount, handle, name, _ in rows %}
<tr><td>{{ loop.index }}</td><td><a class="person" href="/people/{{ handle }}">{{ name }}</a></td>
<td>{{ amount / 1000 }}</td></tr>
{% endfor %}
</tbody></table>
</body></html>
"""


def _employees(here: Crowd) -> list[int]:
    """Persons from all over the board who may sign in."""
    shown = select(Seen.person_id).where(Seen.state == State.VISIBLE, Seen.person_id > BASE)
    with here.db.write() as conn:
        found = random.Random(1).sample(list(conn.scalars(shown)), VIEWERS)
        for person in found:
            signin.add_login(conn, person, f"p{person}@example.com", "member")
    return found


def _cookie(app: Any, here: Crowd, person: int) -> str:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person}:0:benchmark"
    client.get("/")  # as a browser comes again: with what the first page gave it
    [kept] = client._cookies.values()
    return f"{kept.key}={kept.value}"


def _asker(app: Flask, cookies: list[str], address: str, **headers: str) -> Call:
    """A call of the application as a server would make it; it raises unless the answer is a page."""
    environs = [
        EnvironBuilder(address, headers={**headers, "Cookie": cookie} if cookie else headers).get_environ()
        for cookie in cookies
    ]
    answers: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        answers.append(status)
        return lambda _data: None

    def ask(number: int) -> bytes:
        environ = {**environs[number % len(environs)], "wsgi.input": BytesIO()}
        answers.clear()
        body = app.wsgi_app(environ, start)
        page = b"".join(body)
        getattr(body, "close", lambda: None)()
        if answers != ["200 OK"]:
            raise RuntimeError(f"{address}: {answers}")
        return page

    return ask
