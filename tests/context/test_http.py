"""Requests never reach inside the house, whatever a name or a number pretends to be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from renown.context.http import Forbidden, TooLarge, public, request

INSIDE = (
    "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:5432/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "gopher://example.test/",
        "https://user:password@example.test/",
        "http:///nowhere",
    ],
)
def test_what_leads_inside_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Forbidden):
        request("GET", url)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        body = b"x" * int(self.path.strip("/"))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_host_inside_is_reached_where_the_setting_names_it(server: str) -> None:
    with pytest.raises(Forbidden, match=r"localhost is 127\.0\.0\.1, which .* `renown organisation hosts`"):
        request("GET", f"{server}/3")
    found = request("GET", f"{server}/3", inside={"localhost"})
    assert (found.status, found.body) == (200, b"xxx")


def test_redirects_are_answers_and_long_bodies_are_refused(server: str) -> None:
    moved = request("GET", f"{server}/moved", inside={"localhost"})
    assert (moved.status, moved.headers["location"]) == (302, "http://169.254.169.254/")
    with pytest.raises(TooLarge):
        request("GET", f"{server}/2000", inside={"localhost"}, most=1000)
