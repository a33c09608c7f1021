"""What a plugin sends out goes through `ctx.http`; a connection that it opens by itself is refused, and told."""

from __future__ import annotations

import re
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from renown import app
from renown.cli import main
from renown.context import http
from renown.context.switching import set_enabled
from renown.db.engine import Database
from renown.hooks import outgoing
from renown.hooks.outgoing import NotByItself
from renown.jobs import schedule
from renown.jobs.worker import run_once
from renown.settings import Settings
from renown.testing.conformance.outgoing import ways_out
from tests.safety.faulty import peopled
from tests.safety.made import installed
from tests.wheels import HOUSE

#: As plugins' authors write it, beside what libraries do for them.
WAYS = {
    "a socket": "import socket\n\ndef go(host, port):\n    socket.create_connection((host, port), 5).close()\n",
    "urllib": (
        "import urllib.request\n\ndef go(host, port):\n"
        "    urllib.request.urlopen(f'http://{host}:{port}/', timeout=5).close()\n"
    ),
    "http.client": (
        "import http.client\n\ndef go(host, port):\n"
        "    http.client.HTTPConnection(host, port, timeout=5).request('GET', '/')\n"
    ),
    "mail": "import smtplib\n\ndef go(host, port):\n    smtplib.SMTP(host, port, timeout=5)\n",
    "a name looked up": "import socket\n\ndef go(host, port):\n    socket.getaddrinfo(host, port)\n",
    "the address of a name": "import socket\n\ndef go(host, port):\n    socket.gethostbyname('localhost')\n",
    "the name of an address": "import socket\n\ndef go(host, port):\n    socket.gethostbyaddr(host)\n",
    "names of both": "import socket\n\ndef go(host, port):\n    socket.getnameinfo((host, port), 0)\n",
    "a datagram": (
        "import socket\n\ndef go(host, port):\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n        one.sendto(b'x', (host, port))\n"
    ),
    "a message": (
        "import socket\n\ndef go(host, port):\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n"
        "        one.sendmsg([b'x'], [], 0, (host, port))\n"
    ),
    "a thread of its own": (
        "import socket\nfrom concurrent.futures import ThreadPoolExecutor\n\ndef _open(where):\n"
        "    socket.create_connection(where, 5).close()\n\n"
        "def go(host, port):\n    with ThreadPoolExecutor() as it:\n        it.submit(_open, (host, port)).result()\n"
    ),
}


def module(name: str, code: str) -> Any:
    made = ModuleType(name)
    exec(code, made.__dict__)
    return made


@pytest.fixture
def plugin() -> Callable[[str], Any]:
    """A module of a plugin's package with this code."""

    outgoing.watch("leaky", "renown_leaky.plugin")
    return partial(module, "renown_leaky.plugin")


class Server(socketserver.ThreadingTCPServer):
    """It answers whoever comes, and counts them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.came = 0


class Answering(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.came += 1
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")


@pytest.fixture
def listening() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join(10)


@pytest.fixture
def server(listening: Server) -> tuple[str, int]:
    host, port = listening.server_address[:2]
    return str(host), int(port)


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_of_its_own_is_refused(way: str, plugin: Callable[[str], Any], server: tuple[str, int]) -> None:
    made = plugin(WAYS[way])
    # urllib wraps what it meets in an error of its own, which names it.
    with pytest.raises(OSError, match=r"leaky opened a connection by itself: what goes out goes through ctx\.http"):
        made.go(*server)


def test_what_goes_through_the_core_is_not(plugin: Callable[[str], Any], server: tuple[str, int]) -> None:
    made = plugin("def go(request, url, inside):\n    return request('GET', url, inside=inside)\n")
    host, port = server
    assert made.go(http.request, f"http://{host}:{port}/", {host}).body == b"hi"


def test_everybody_else_goes_where_they_like(plugin: Callable[[str], Any], server: tuple[str, int]) -> None:
    plugin("")
    socket.create_connection(server, 5).close()
    with pytest.raises(NotByItself):
        plugin(WAYS["a socket"]).go(*server)


#: Takes each refusal for a network that is down, as code does that was written for one: when it is imported, when a
#: page asks for links, in a page of its own, in a job.
SWALLOWS = """
from urllib.request import urlopen
from flask import Blueprint
from renown.api import Job, Permission, Plugin, hookimpl, needs

plugin = Plugin("{name}", "Leaky", "Made for a test.", permissions=(Permission("{name}.look", "Look"),))
pages = Blueprint("{name}", __name__)


def ask():
    try:
        return urlopen("http://HOST:PORT/", timeout=5).read().decode()
    except OSError:
        return "later"


ask()


@pages.get("/{name}")
@needs("{name}.look")
def look():
    return ask()


@hookimpl
def blueprints(ctx):
    return [pages]


@hookimpl
def navigation(viewer, place):
    ask()


@hookimpl
def jobs(ctx):
    return [Job("sweep", "Sweep", 60_000_000, lambda inner: ask() == "")]
"""

#: Does nothing about it; nor does what is imported for `renown rash ping`, which needs no database.
RAISES = """
import socket
socket.create_connection(("HOST", PORT), 5).close()
from renown.api import Plugin
plugin = Plugin("{name}", "Rash", "Made for a test.")
"""


def test_wherever_a_plugin_does_so_it_is_refused_counted_and_shown(
    db: Database, listening: Server, server: tuple[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, code in (("leaky", SWALLOWS), ("rash", RAISES)):
        monkeypatch.delitem(sys.modules, f"made_{name}", raising=False)
        made = code.replace("HOST", server[0]).replace("PORT", str(server[1]))
        installed(tmp_path, name, made, commands={"ping": "made_alone:main"} if name == "rash" else None)
    (tmp_path / "made_alone.py").write_text(made.replace("Plugin(", "str("))
    alone = CliRunner().invoke(main, ["rash", "ping"], env={"RENOWN_DATA": str(tmp_path)})
    assert "rash opened a connection by itself" in str(alone.exception)

    renown = app.build(Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40, development=True))
    try:
        renown.begin()
        reason = renown.plugins.status("rash").reason
        assert reason.startswith("import: NotByItself: rash opened a connection by itself")
        site, calls = peopled(renown), renown.dispatcher.calls

        def refused() -> int:
            return calls.counts("leaky")[outgoing.OUTGOING].faults

        assert refused() == 1, "by its import, before it was ever switched on"
        set_enabled(db, renown.plugins, "leaky", True, actor_id=None, via="system")
        assert site.page("/leaky") == "later"
        assert refused() == 2, "by its page"
        renown.db.retrying(lambda conn: schedule.ensure(conn, list(renown.drains)))
        assert [run_once(db, drain) for drain in renown.drains if drain.name == "leaky.sweep"] == [False]
        assert refused() == 3, "by its job"
        site.page("/")
        assert refused() > 3, "by its links"
        for plugin in ("leaky", "rash"):
            page = site.page(f"/admin/plugins/{plugin}", "administrator")
            told = re.search(r" outgoing (\d+) (\d+) .* outgoing refused: socket\.getaddrinfo 127\.0\.0\.1:\d+", page)
            assert told, page
            assert told[1] == told[2], "each is a fault"
        headers = {"Authorization": f"Bearer {site.token}"}
        figures = site.clients["member"].get("/metrics", headers=headers).text
        assert f'renown_plugin_faults_total{{hook="outgoing",plugin="leaky"}} {refused()}.0' in figures
    finally:
        renown.close()
    assert listening.came == 0


def test_plugins_of_one_package_are_told_apart_by_whose_code_called(server: tuple[str, int]) -> None:
    for name in ("pa", "pb"):
        outgoing.watch(name, f"renown_acme.{name}")
    common = module("renown_acme.common", WAYS["a socket"])
    for name in ("pa", "pb"):
        caller = module(f"renown_acme.{name}.deep", "def go(work, host, port):\n    work(host, port)\n")
        with pytest.raises(NotByItself, match=f"^{name} opened"):
            caller.go(common.go, *server)
        with pytest.raises(NotByItself, match=f"^{name} opened"):
            module(f"renown_acme.{name}", WAYS["a socket"]).go(*server)
    with pytest.raises(NotByItself, match=r"^pa or pb opened"):
        common.go(*server)


def test_the_suite_for_plugins_names_what_can_only_go_out(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        "import json\nfrom urllib.parse import quote\nfrom http import HTTPStatus\n"
        "from http.client import HTTPException\nfrom socket import timeout, gaierror\n"
    )
    assert ways_out(tmp_path) == []
    (tmp_path / "two.py").write_text(
        "import requests.sessions\nfrom urllib import request\nfrom http import client\n"
        "from smtplib import SMTP, SMTPException\nimport importlib\nimportlib.import_module('ldap3')\n"
    )
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "three.py").write_text("def late():\n    from socket import create_connection\n")
    assert ways_out(tmp_path) == [
        "deep/three.py imports socket.create_connection", "two.py imports http.client", "two.py imports ldap3",
        "two.py imports requests.sessions", "two.py imports smtplib.SMTP", "two.py imports urllib.request",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "folder", [*HOUSE.glob("plugins/*/renown_*"), *HOUSE.glob("examples/*/renown_*")], ids=lambda one: one.name
)
def test_no_plugin_of_ours_goes_out_by_itself(folder: Path) -> None:
    assert ways_out(folder) == []


def test_a_plugin_cannot_be_taken_for_the_core(server: tuple[str, int]) -> None:
    outgoing.watch("odd", "renown.context.http")
    assert http.request("GET", "http://{}:{}/".format(*server), inside={server[0]}).status == 200
