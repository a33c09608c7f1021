"""Boards as HTML: the whole WSGI application for people signed in, beside a bare Flask page of the same query."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from benchmarks.bare import Bare
from benchmarks.crowd import BASE, MEASURE, MONTH, Crowd
from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from renown.access import signin
from renown.app import create_app
from renown.db.engine import Database
from renown.ledger.boards import ORGANISATION
from renown.ledger.models import Seen
from renown.ledger.visibility import State
from renown.web.pages import boards

VIEWERS = 20
ROWS = 50

Call = Callable[[int], object]


def requests(here: Crowd) -> Iterator[tuple[str, Call, Call]]:
    """Name, a request to ours and one to the bare application, each by one of the people who are signed in."""
    app = create_app(here.renown)
    cookies = [_cookie(app, here, number) for number in _employees(here)]
    address = f"/boards/{MEASURE}"
    bare = _asker(bare_app(here.db), [""], "/board")

    def ours(query: str = "", **headers: str) -> Call:
        return _asker(app, cookies, address + query, **headers)

    yield "page as HTML", ours(), bare
    yield "... compressed", ours(**{"Accept-Encoding": "gzip"}), bare
    yield "... of a team", ours(f"?team=team-{here.teams // 2}"), bare
    yield "... of teams", ours("?of=teams"), bare
    usual, boards.PLACES = boards.PLACES, ROWS
    yield "... of 50 places", ours(), bare
    boards.PLACES = usual


def bare_app(db: Database) -> Flask:
    app = Flask("bare")
    app.jinja_loader = DictLoader({"board.html": _TEMPLATE})
    with db.read() as conn:
        month, reader = Bare(conn).boards(MONTH.kind, MONTH.start, ORGANISATION)
    former = reader.former

    @app.get("/board")
    def board() -> str:
        with db.read() as conn:
            return render_template("board.html", rows=Bare(conn, former).first(month, ROWS))

    return app


_TEMPLATE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Board</title><link rel="stylesheet" href="/static/style.css"></head>
<body><h1>Board</h1>
<table><thead><tr><th>Place</th><th>Person</th><th>Points</th></tr></thead>
<tbody>
{% for _, amount, handle, name, _ in rows %}
<tr><td>{{ loop.index }}</td><td><a href="/people/{{ handle }}">{{ name }}</a></td><td>{{ amount / 1000 }}</td></tr>
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
