"""An installation counts by itself: plugins switched on late, off and on again, failing, replayed from the shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from renown import app
from renown.cli import main
from renown.context.store import switch
from renown.db.engine import Database
from renown.events import consume, log
from renown.events.models import Event
from renown.ledger import adjustments, dump, generations
from renown.ledger.follow import Follower
from renown.ledger.models import Rule
from renown.settings import Settings
from renown.sources.connector import SourceInfo
from tests.events.kit import connect, event, message
from tests.score.kit import totals

ACTIVITY = "activity"


@pytest.fixture
def settings(db: Database, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40)


@pytest.fixture
def renown(settings: Settings) -> Iterator[app.Renown]:
    built = app.build(settings)
    built.begin()
    yield built
    built.close()


def live(db: Database) -> int:
    with db.read() as conn:
        found = generations.live(conn, ACTIVITY)
    assert found is not None
    return found


def say(db: Database, *messages: str) -> None:
    with db.write() as conn:
        log.append(conn, [(source, [message(one, "U1", words=30) for one in messages]) for source in [SOURCES[db.url]]])


SOURCES: dict[str, SourceInfo] = {}


@pytest.fixture(autouse=True)
def source(renown: app.Renown) -> Iterator[None]:
    SOURCES[renown.db.url] = connect(renown.db, affiliation="employee")
    yield
    SOURCES.clear()


def amount(db: Database) -> int:
    with db.read() as conn:
        return totals(conn, live(db), SOURCES[db.url].id, "activity.points").get("U1", 0)


def test_a_plugin_that_is_off_waits_and_catches_up(renown: app.Renown) -> None:
    db = renown.db
    say(db, "m1")
    renown.follower.catch_up(db)
    one = amount(db)
    assert one > 0
    with db.write() as conn:
        switch(conn, ACTIVITY, False, [])
    renown.plugins.refresh(now=True)
    say(db, "m2")
    renown.follower.catch_up(db)
    assert amount(db) == one
    with db.write() as conn:
        switch(conn, ACTIVITY, True, [])
    renown.plugins.refresh(now=True)
    renown.follower.catch_up(db)
    assert amount(db) == 2 * one


def test_enabled_late_is_enabled_from_the_start(settings: Settings, renown: app.Renown) -> None:
    db = renown.db
    say(db, "m1", "m2")
    renown.follower.catch_up(db)
    with db.write() as conn:
        early = list(dump.lines(conn, generations.live(conn, ACTIVITY) or 0))
        for table in ("core_entry", "core_limit_use", "core_quota_use", "core_day_total", "core_consumer"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
        for table in ("core_generation", "core_measure", "core_rule"):
            conn.exec_driver_sql(f"DELETE FROM {table} WHERE plugin = '{ACTIVITY}'")
    later = Follower(renown.dispatcher)
    later.catch_up(db)
    with db.read() as conn:
        assert list(dump.lines(conn, live(db))) == early
    assert len(early) > 4


def test_a_failing_event_stops_one_cursor_until_it_is_set_aside(
    renown: app.Renown, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = renown.db
    scored = renown.dispatcher.score

    def failing(plugin, events, rules):  # type: ignore[no-untyped-def]
        if any(one.key == "m2:create" for one in events):
            raise ArithmeticError("cannot add that up")
        return scored(plugin, events, rules)

    monkeypatch.setattr(renown.dispatcher, "score", failing)
    renown = replace(renown, follower=Follower(renown.dispatcher))
    say(db, "m1", "m2", "m3")
    renown.follower.catch_up(db)
    name = generations.consumer_name(ACTIVITY, live(db))
    with db.read() as conn:
        row = consume.find(conn, name)
        failed = conn.scalar(select(Event.id).where(Event.key == "m2:create"))
    assert (row.state, row.position, row.failed_event) == ("stopped", failed - 1, failed)
    assert row.error.endswith("(m2:create of slack:T1): ArithmeticError: cannot add that up")
    assert amount(db) > 0
    one = amount(db)
    with db.write() as conn:
        adjustments.set_aside(conn, ACTIVITY, row.failed_event, "the plugin cannot read it", by=None)
    renown.follower.catch_up(db)
    assert amount(db) == 2 * one


def test_replay_and_recount_from_the_shell(renown: app.Renown, settings: Settings) -> None:
    db = renown.db
    say(db, "m1", "m2")
    with db.write() as conn:
        log.append(conn, [(SOURCES[db.url], [event("l1", actor="U2", thing="m1")])])
    shell = CliRunner(
        env={"RENOWN_DATABASE_URL": db.url, "RENOWN_DATA": str(settings.data), "RENOWN_SECRET_KEY": "k" * 40}
    )
    for options in (["--dry-run"], [], ["--dry-run"]):
        done = shell.invoke(main, ["replay", "--json", *options])
        assert done.exit_code == 0, done.output
        replays = json.loads(done.stdout)["replays"]
        assert all((one["same"], one["differences"]) == (True, []) for one in replays), replays
        (found,) = [one for one in replays if one["plugin"] == ACTIVITY]
        assert found["entries"] >= 3
    before = live(db)
    done = shell.invoke(main, ["recount", ACTIVITY, "--why", "teams were imported late"])
    assert done.exit_code == 0, done.output
    assert live(db) != before
    assert shell.invoke(main, ["recount", "nothing", "--why", "x"]).exit_code == 1
    with db.write() as conn:
        conn.exec_driver_sql("UPDATE core_entry SET raw = raw + 1, amount = amount + 1")
    done = shell.invoke(main, ["replay", "--dry-run"])
    assert done.exit_code == 1
    assert "NOT the same" in done.stdout


def test_the_rules_are_written_down_when_a_plugin_is_first_on(renown: app.Renown) -> None:
    renown.follower.catch_up(renown.db)
    with renown.db.read() as conn:
        names = set(conn.scalars(select(Rule.name).where(Rule.plugin == ACTIVITY)))
    assert {rule.name for rule in renown.plugins.manifests[ACTIVITY].rules} < names


@pytest.mark.parametrize("said", ["ends \0 here", "half \ud800 of a pair"])
def test_what_a_plugin_says_can_always_be_kept_and_holds_up_nobody(
    renown: app.Renown, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def failing(plugin, events, rules):  # type: ignore[no-untyped-def]
        raise ArithmeticError(said)

    monkeypatch.setattr(renown.dispatcher, "score", failing)
    renown = replace(renown, follower=Follower(renown.dispatcher))
    say(renown.db, "m1")
    renown.follower.catch_up(renown.db)
    with renown.db.read() as conn:
        row = consume.find(conn, generations.consumer_name(ACTIVITY, live(renown.db)))
    assert row is not None
    assert row.state == "stopped"
    assert row.error.endswith(said.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\ud800", "?"))
