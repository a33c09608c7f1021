"""A lively site that is served, and Debian's Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import text

from renown import app
from renown.access import customers, signin
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.context import switching
from renown.db import stored
from renown.db.engine import Database
from renown.jobs.worker import drain_all
from renown.notify.message import Unsubscribe
from renown.settings import Settings
from renown_influence import profile, run
from tests import tables
from tests.browser import asked, brought, campaigned
from tests.browser.desk import pile_up
from tests.browser.lively import fill
from tests.ideation.company import Company, opened
from tests.wheels import HOUSE

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
    #: What a message lets the member leave by.
    leaving: str
    #: The handle of somebody who relies on the member, by name.
    rater: str
    #: What a message lets the member hear no more of an idea by.
    stop: str
    #: What lets a customer take back a vote that was entered for them.
    entered: str
    #: What lets a mail's sender confirm it.
    mailed: str


@pytest.fixture(scope="session")
def chromium() -> str:
    """Its path. Where there is none the tests are skipped, which -ra says at the end; with CI=true they fail."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
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
    """A lively site, and a session cookie for each role."""
    with site_in(tmp_path_factory.mktemp("lively")) as renown:
        people = fill(renown)
        with renown.contexts.of("influence").writing() as ctx:
            run.ask(ctx, "asked")
        drain_all(renown.db, renown.drains)
        asked.ask(renown, people)
        roles = {"member": "U0", "moderator": "U1", "administrator": "U4", "customer": "K0"}
        with renown.db.write() as conn:
            for role, account in roles.items():
                signin.add_login(conn, people[account], f"{role}@example.com", role)  # type: ignore[arg-type]
            cleo = customers.admit(conn, "cleo@shop.example", "Cleo Park").person_id
            customers.set_policy(conn, "open")
        people["cleo"] = cleo
        pile_up(renown, people)
        brought.bring(renown, people)
        campaigned.hold(renown, people)
        leave_behind(renown)
        with answering(renown) as (base, signed):
            cookies = {role: signed(people[account]) for role, account in {**roles, "customer": "cleo"}.items()}
            leaving = renown.sending.writer.token(Unsubscribe(people["U0"], "mail", ("activity.note",)))
            with renown.contexts.of("ideation").reading() as ctx:
                stop = ctx.sign.make("stop", [1, people["U0"]])
                entered = ctx.sign.make("proxy", [1, people["K0"]])
                mailed = ctx.sign.make("intake-mail", 2)
            rater = _rater(renown, people["U0"])
            yield Served(base, renown, people, cookies | {"nobody": ""}, leaving, rater, stop, entered, mailed)


def leave_behind(renown: Renown) -> None:
    """One plugin is off, and of one that was uninstalled while it was on something is left."""
    switching.set_enabled(renown.db, renown.plugins, "oidc", False, actor_id=None, via="cli")
    with renown.db.write() as conn:
        conn.execute(text("CREATE TABLE ghost_card (id INTEGER PRIMARY KEY)"))
        conn.execute(text("CREATE TABLE alembic_version_ghost (version_num VARCHAR(32) NOT NULL)"))
        stored.put(conn, "ghost", "a_day", 3)


def _rater(renown: Renown, person: int) -> str:
    with renown.contexts.of("influence").reading() as ctx:
        viewer = Viewer(person, "member")
        found = profile.of(ctx, viewer, ctx.people.shown(viewer, [person])[person]).told
        assert found is not None
        return found.lines[0].person.handle


@contextmanager
def site_in(folder: Path) -> Iterator[Renown]:
    """A new site on SQLite."""
    url = f"sqlite:///{folder / 'renown.sqlite3'}"
    database = Database(url)
    tables.make(database)
    database.close()
    renown = app.build(Settings(data=folder, database_url=url, secret_key="k" * 40, development=True))
    renown.begin()
    yield renown
    renown.close()


@contextmanager
def example(name: str, folder: Path) -> Iterator[None]:
    """An example as pip leaves it: code on the path, and a record of its entry points."""
    package, info = f"renown_{name}", folder / f"renown_{name}-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: renown-{name}\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[renown.plugins]\n{name} = {package}.plugin\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HOUSE / "examples" / name))
        patch.syspath_prepend(str(folder))
        yield
    for module in [one for one in sys.modules if one.partition(".")[0] == package]:
        # Its tables stay declared, once.
        if module != f"{package}.models":
            del sys.modules[module]


@contextmanager
def answering(renown: Renown, port: int = 0) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Serve it: its address, and what makes a person's session cookie."""
    flask = app.create_app(renown)
    signer = SecureCookieSessionInterface().get_signing_serializer(flask)
    assert signer is not None
    server = waitress.create_server(flask, host="127.0.0.1", port=port, threads=8, ident=None)
    stopped = threading.Event()

    def serve() -> None:
        # Whoever closes a server from another thread takes its sockets away while it waits for them.
        while not stopped.is_set():
            server.asyncore.loop(timeout=1, map=server._map, use_poll=True, count=1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield (
        f"http://127.0.0.1:{server.effective_port}",
        lambda who: str(signer.dumps({"_user_id": f"{who}:0:test", "_fresh": True})),
    )
    stopped.set()
    server.pull_trigger()
    thread.join(10)
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    url = f"sqlite:///{tmp_path / 'renown.sqlite3'}"
    database = Database(url)
    tables.make(database)
    database.close()
    with opened(url, tmp_path) as made:
        yield made
