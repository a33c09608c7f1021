"""A lively site that is served, and Debian's Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, sync_playwright

from renown import app
from renown.access import signin
from renown.app import Renown
from renown.db.engine import Database
from renown.settings import Settings
from renown_migrations import upgrade
from tests.browser.lively import fill

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
MISSING = "no Chromium: apt-get install chromium (the pages were not looked at)"


@dataclass
class Served:
    base: str
    renown: Renown
    people: dict[str, int]
    cookies: dict[str, str]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Its path. Where there is none the tests are skipped and say so; with CI=true they fail."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        warnings.warn(pytest.PytestWarning(MISSING), stacklevel=1)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("site")
    with serving(folder) as site:
        yield site


class serving:  # noqa: N801 - used as a block
    """A lively site on SQLite, answering at a free port while the block runs."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        url = f"sqlite:///{folder / 'renown.sqlite3'}"
        database = Database(url)
        upgrade(database)
        database.close()
        settings = Settings(data=folder, database_url=url, secret_key="k" * 40, development=True)
        self.renown = app.build(settings)
        self.renown.begin()
        people = fill(self.renown)
        roles = {"member": "U0", "moderator": "U1", "administrator": "U4"}
        with self.renown.db.write() as conn:
            for role, account in roles.items():
                signin.add_login(conn, people[account], f"{role}@example.com", role)  # type: ignore[arg-type]
        flask = app.create_app(self.renown)
        signer = SecureCookieSessionInterface().get_signing_serializer(flask)
        assert signer is not None
        cookies = {
            role: str(signer.dumps({"_user_id": f"{people[who]}:0", "_fresh": True})) for role, who in roles.items()
        }
        self._server = waitress.create_server(flask, host="127.0.0.1", port=port, threads=8, ident=None)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        base = f"http://127.0.0.1:{self._server.effective_port}"
        self.site = Served(base, self.renown, people, cookies | {"nobody": ""})

    def __enter__(self) -> Served:
        self._thread.start()
        return self.site

    def __exit__(self, *_: object) -> None:
        self._server.close()
        self._thread.join(5)
        self.renown.close()
