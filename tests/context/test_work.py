"""What a worker does for plugins: each event told once, merges and erasures told for ever, jobs and checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from renown import clock
from renown.api import Health, Job, Metric, PluginContext, ScoredEvent
from renown.context.switching import NotSwitched, set_enabled
from renown.db import stored
from renown.db.engine import Database
from renown.db.models import Setting
from renown.events import consume, log
from renown.events.models import Passed
from renown.jobs.worker import run_once
from renown.ledger.models import Measure
from renown.people import changes, merge, persons
from tests.context.kit import House
from tests.events.kit import connect, message
from tests.hooks.plugins import Hooks


class Hands:
    def __init__(self) -> None:
        self.now = clock.from_datetime(datetime(2026, 5, 6, 12, tzinfo=UTC))

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    with clock.set_to(made):
        yield made


def house(db: Database, folder: Path, hooks: Hooks, **manifest: Any) -> House:
    return House.of(db, folder, hooks, **manifest)


def say(db: Database, *keys: str, source: str = "slack:T1") -> None:
    info = connect(db, source)
    with db.write() as conn:
        log.append(conn, [(info, [message(key, source=source) for key in keys])])


def keep(ctx: PluginContext, name: str) -> None:
    ctx.session.add(Setting(owner="thanks", name=name, value=1, changed_at=0))


def kept(db: Database) -> list[str]:
    with db.read() as conn:
        return sorted(conn.scalars(select(Setting.name).where(Setting.owner == "thanks")))


def test_a_plugin_is_told_each_event_once_from_the_first_on(db: Database, tmp_path: Path) -> None:
    told: list[ScoredEvent] = []

    def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
        told.extend(events)
        for event in events:
            keep(ctx, event.key)

    say(db, "a", "b")
    drain = house(db, tmp_path, {"events_recorded": events_recorded}).drain("recorded:thanks")
    while drain.work(db):
        pass
    say(db, "c", source="slack:T2")
    while drain.work(db):
        pass
    told = [event for event in told if event.verb == "create"]
    assert [(event.key, event.source) for event in told] == [
        ("a:create", "slack:T1"),
        ("b:create", "slack:T1"),
        ("c:create", "slack:T2"),
    ]
    assert told[0].actor
    assert told[0].words == 5
    assert "c:create" in kept(db)


def test_an_event_that_cannot_be_told_is_passed_over_in_the_end_and_nothing_else_is(
    db: Database, tmp_path: Path, hands: Hands
) -> None:
    def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
        for event in events:
            keep(ctx, event.key)
            if event.key == "b:create":
                raise ValueError("no place for it")

    say(db, "a", "b", "c")
    drain = house(db, tmp_path, {"events_recorded": events_recorded}).drain("recorded:thanks")
    for _ in range(consume.ATTEMPTS + 4):
        while drain.work(db):
            pass
        hands.now += 3600 * clock.SECOND
    assert [key for key in kept(db) if key.endswith(":create")] == ["a:create", "c:create"]
    with db.read() as conn:
        assert "no place for it" in (conn.scalar(select(Passed.error)) or "")


def test_merges_and_splits_are_told_until_they_succeed(db: Database, tmp_path: Path, hands: Hands) -> None:
    told: list[tuple[str, int, int]] = []
    faults = 10

    def person_merged(kept: int, gone: int) -> None:
        nonlocal faults
        if faults:
            faults -= 1
            raise OSError("the disk is full")
        told.append(("merged", kept, gone))

    drain = house(
        db,
        tmp_path,
        {"person_merged": person_merged, "person_split": lambda kept, gone: told.append(("split", kept, gone))},
    ).drain("people:thanks")
    with db.write() as conn:
        ana, bea = persons.add(conn, "Ana"), persons.add(conn, "Bea")
        done = merge.merge(conn, ana, bea, "administrator", None)
        merge.split(conn, done, None)
    for _ in range(12):
        while drain.work(db):
            pass
        hands.now += 3600 * clock.SECOND
    assert told == [("merged", ana, bea), ("split", ana, bea)]


def test_who_is_erased_is_told_of_under_every_id_that_they_had(db: Database, tmp_path: Path) -> None:
    told: list[int] = []
    drain = house(db, tmp_path, {"person_erased": lambda person_id: told.append(person_id)}).drain("people:thanks")
    with db.write() as conn:
        ana, bea, cem, dan = (persons.add(conn, name) for name in ("Ana", "Bea", "Cem", "Dan"))
        merge.merge(conn, ana, bea, "administrator", None)
        merge.split(conn, merge.merge(conn, ana, cem, "administrator", None), None)
        merge.merge(conn, ana, dan, "administrator", None)
        changes.announce(conn, "erased", (ana, bea, dan), person=ana)
    while drain.work(db):
        pass
    assert told == [ana, bea, dan], "and not whoever was found to be somebody else"


def test_a_plugin_that_is_off_is_told_afterwards(db: Database, tmp_path: Path) -> None:
    told: list[str] = []

    def events_recorded(events: Sequence[ScoredEvent]) -> None:
        told.extend(event.key for event in events if event.verb == "create")

    site = house(db, tmp_path, {"events_recorded": events_recorded})
    drain = site.drain("recorded:thanks")
    set_enabled(db, site.plugins, "thanks", False, actor_id=None, via="cli")
    say(db, "a")
    assert not drain.work(db)
    set_enabled(db, site.plugins, "thanks", True, actor_id=None, via="cli")
    while drain.work(db):
        pass
    assert told == ["a:create"]


def test_a_job_runs_in_a_transaction_of_its_own_while_the_plugin_is_on(db: Database, tmp_path: Path) -> None:
    faults = [True, False]

    def sweep(ctx: PluginContext) -> bool:
        keep(ctx, "swept")
        if faults.pop(0):
            raise ValueError("not today")
        return False

    site = house(db, tmp_path, {"jobs": lambda: [Job("sweep", "Sweep", clock.SECOND, sweep)]})
    drain = site.drain("thanks.sweep")
    with pytest.raises(ValueError, match="not today"):
        drain.work(db)
    assert kept(db) == []
    assert not drain.work(db)
    assert kept(db) == ["swept"]
    site.plugins.fail("thanks", "gone")
    assert not drain.work(db), "a plugin that is off does no jobs"


def test_checks_and_figures_are_kept_for_pages(db: Database, tmp_path: Path) -> None:
    hooks: Hooks = {
        "health": lambda: [Health("disk", False, "is full", "renown disk")],
        "metrics": lambda: [Metric("cards", 3)],
    }
    drain = house(db, tmp_path, hooks).drain("plugin-checks")
    run_once(db, drain)
    drain.work(db)
    with db.read() as conn:
        [check] = stored.get(conn, "core", "plugin_health")
        [sample] = stored.get(conn, "core", "plugin_metrics")
    assert (check["plugin"], check["ok"], check["remedy"]) == ("thanks", False, "renown disk")
    assert (sample["name"], sample["value"]) == ("cards", 3)


def test_what_cannot_run_is_not_switched_on_and_says_why(db: Database, tmp_path: Path) -> None:
    site = house(db, tmp_path, {}, api="2")
    with pytest.raises(NotSwitched, match="contract 2"):
        set_enabled(db, site.plugins, "thanks", True, actor_id=None, via="cli")
    with pytest.raises(NotSwitched, match="no plugin 'other' is installed"):
        set_enabled(db, site.plugins, "other", True, actor_id=None, via="cli")
    with db.read() as conn:
        assert conn.scalars(select(Measure.name)).all() == []
