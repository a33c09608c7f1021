"""The widget on a page of another site: shown where the board names that site, blocked elsewhere, never signed in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from renown_ideation.models import Board
from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser


@contextmanager
def shop(tag: str) -> Iterator[str]:
    """A page of another site with the tag on it, and its user's token: the site's origin."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.path == "/renown-token"
            self.send_response(200)
            self.send_header("Content-Type", "text/plain" if token else "text/html")
            self.end_headers()
            self.wfile.write(b"no.such.token" if token else f"<!doctype html><title>Shop</title><body>{tag}".encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_board_is_shown_where_it_may_be_and_leads_to_the_portal(browser: Browser, served: Served) -> None:
    tag = f'<script src="{served.base}/ideas/widget.js" data-board="product" data-token="/renown-token" async></script>'
    with shop(tag) as named, shop(tag) as other:
        with served.renown.contexts.of("ideation").writing() as ctx:
            ctx.session.execute(update(Board).where(Board.slug == "product").values(origins=[named]))
        with looking(browser, served.base, served.cookies["customer"], width=390, dark=False) as look:
            with look.page.expect_event("requestfailed", lambda one: "/ideas/embed/" in one.url):
                look.page.goto(other)
            look.page.goto(named)
            board = look.page.frame_locator("iframe")
            expect(board.get_by_role("link", name="Dark mode for the app")).to_be_visible()
            expect(board.get_by_role("button", name="Vote")).to_have_count(0)
            look.page.wait_for_function("parseInt(document.querySelector('iframe').style.height) > 500")
            with look.page.expect_popup() as opened:
                board.get_by_role("link", name="Dark mode for the app").click()
            # The token went there by a form; this one is none.
            opened.value.wait_for_url(f"{served.base}/portal/refused?why=unreadable")
            look.page.frames[1].goto(f"{served.base}/ideas/embed/product")
            assert look.page.frames[1].evaluate("document.cookie") == ""
