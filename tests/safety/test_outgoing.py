"""What a plugin sends out goes through `ctx.http`; a connection that it opens by itself is refused, and told."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from renown.context import http
from renown.hooks import outgoing
from renown.hooks.outgoing import NotByItself
from renown.testing.conformance.outgoing import ways_out
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
    "a datagram": (
        "import socket\n\ndef go(host, port):\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n        one.sendto(b'x', (host, port))\n"
    ),
    "a thread of its own": (
        "import socket\nfrom concurrent.futures import ThreadPoolExecutor\n\ndef _open(where):\n"
        "    socket.create_connection(where, 5).close()\n\n"
        "def go(host, port):\n    with ThreadPoolExecutor() as it:\n        it.submit(_open, (host, port)).result()\n"
    ),
}


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """A module of a plugin's package with this code."""

    def make(code: str) -> ModuleType:
        made = ModuleType("renown_leaky.plugin")
        exec(code, made.__dict__)
        return made

    outgoing.watch([("leaky", "renown_leaky")])
    yield make
    outgoing._packages.pop("renown_leaky")


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """It answers whoever comes, and counts nobody."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def answer() -> None:
        while not closing.is_set():
            try:
                one, _ = listener.accept()
            except OSError:
                return
            with one:
                one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield listener.getsockname()
    closing.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_of_its_own_is_refused(
    way: str, plugin: Callable[[str], ModuleType], server: tuple[str, int]
) -> None:
    made: Any = plugin(WAYS[way])
    # urllib wraps what it meets in an error of its own, which names it.
    with pytest.raises(OSError, match=r"leaky opened a connection by itself: what goes out goes through ctx\.http"):
        made.go(*server)


def test_what_goes_through_the_core_is_not(plugin: Callable[[str], ModuleType], server: tuple[str, int]) -> None:
    made: Any = plugin("def go(request, url, inside):\n    return request('GET', url, inside=inside)\n")
    host, port = server
    assert made.go(http.request, f"http://{host}:{port}/", {host}).body == b"hi"


def test_everybody_else_goes_where_they_like(plugin: Callable[[str], ModuleType], server: tuple[str, int]) -> None:
    plugin("")
    socket.create_connection(server, 5).close()
    with pytest.raises(NotByItself):
        plugin(WAYS["a socket"]).go(*server)


def test_the_suite_for_plugins_names_what_can_only_go_out(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import json\nfrom urllib.parse import quote\nfrom http import HTTPStatus\n")
    assert ways_out(tmp_path) == []
    (tmp_path / "two.py").write_text("import requests.sessions\nfrom urllib import request\nfrom http import client\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "three.py").write_text("def late():\n    from socket import create_connection\n")
    assert ways_out(tmp_path) == [
        "deep/three.py imports socket", "two.py imports http.client", "two.py imports requests.sessions",
        "two.py imports urllib.request",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "folder", [*HOUSE.glob("plugins/*/renown_*"), *HOUSE.glob("examples/*/renown_*")], ids=lambda one: one.name
)
def test_no_plugin_of_ours_goes_out_by_itself(folder: Path) -> None:
    assert ways_out(folder) == []


def test_a_plugin_cannot_be_taken_for_the_core() -> None:
    outgoing.watch([("odd", "renown")])
    assert "renown" not in outgoing._packages
    assert sys.modules["renown"]
