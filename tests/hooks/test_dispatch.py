"""Each hook is called with what its specification says, and its raising does what docs/hooks.md says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click
import pytest
from flask import Blueprint
from markupsafe import Markup
from sqlalchemy import Connection, select, text

from renown.access.viewer import Viewer
from renown.api import (
    Actor,
    Channel,
    CloudEvent,
    Connector,
    Data,
    DemoDay,
    Directory,
    Explanation,
    Health,
    IdentityProvider,
    Job,
    Metric,
    NavItem,
    ObjectRef,
    Panel,
    Permission,
    PluginContext,
    Rejection,
)
from renown.context import Contexts
from renown.db.engine import Database
from renown.db.models import Setting
from renown.hooks.dispatch import Dispatcher
from renown.hooks.guard import Fault, Guard, HookFault
from renown.hooks.loading import NAMED_BY, load
from renown.hooks.manager import Plugins
from renown.hooks.states import State
from tests.hooks.plugins import Hooks, installed, made
from tests.reference.hooks import HOOKS, read

ANA = Viewer(7, "member")
EVENT = CloudEvent(
    specversion="1.0",
    id="1",
    source="test",
    type="collab.create.v1",
    time=datetime(2026, 5, 1, tzinfo=UTC),
    data=Data(type="Create", actor=Actor(id="U1"), object=ObjectRef(id="M1")),
)

#: The hooks that are called again and again, after load.
CALLED = [name for name in HOOKS if name not in NAMED_BY]


def dispatcher(db: Database, hooks: Hooks, **fields: Any) -> Dispatcher:
    return Dispatcher(made(hooks, **fields), Contexts(db))


def raising(*_: object, **__: object) -> Any:
    raise ZeroDivisionError("division by zero")


def with_ctx(**__: object) -> Any:
    """Takes the context, spoils the transaction, raises."""

    def hook(ctx: PluginContext) -> None:
        ctx.session.add(Setting(owner="thanks", name="spoilt", value=1, changed_at=0))
        ctx.session.flush()
        ctx.session.execute(text("SELECT * FROM there_is_no_such_table"))

    return hook


def keep(ctx: PluginContext, name: str = "kept") -> None:
    ctx.session.add(Setting(owner="thanks", name=name, value=1, changed_at=0))


def stored(db: Database) -> list[str]:
    with db.read() as conn:
        return list(conn.scalars(select(Setting.name).where(Setting.owner == "thanks")))


# Before append


def test_screen_event_rejects_with_its_reason_and_the_first_rejection_counts(db: Database) -> None:
    def screen_event(event: CloudEvent) -> Rejection | None:
        return Rejection("we do not take these", "data.type") if event.data.type == "Create" else None

    assert dispatcher(db, {"screen_event": screen_event}).screen_event(EVENT) == (
        "thanks",
        Rejection("we do not take these", "data.type"),
    )
    assert dispatcher(db, {"screen_event": lambda: None}).screen_event(EVENT) is None


def test_screen_event_that_raises_holds_events_back_even_when_it_is_no_longer_called(db: Database) -> None:
    calling = dispatcher(db, {"screen_event": raising})
    found = [calling.screen_event(EVENT) for _ in range(5)]
    assert all(isinstance(one, Fault) for one in found)
    assert calling.calls.counts("thanks")["screen_event"].calls == 3


def test_enrich_event_gives_additions_by_plugin_and_is_skipped_when_it_raises(db: Database) -> None:
    assert dispatcher(db, {"enrich_event": lambda event: {"id": event.id}}).enrich_event(EVENT) == {
        "thanks": {"id": "1"}
    }
    assert dispatcher(db, {"enrich_event": raising}).enrich_event(EVENT) == {}
    assert dispatcher(db, {"enrich_event": lambda: "text"}).enrich_event(EVENT) == {}


# After it


def test_score_gets_the_batch_and_the_rules_and_its_fault_reaches_the_consumer_every_time(db: Database) -> None:
    calling = dispatcher(db, {"score": lambda events, rules: iter([*events, rules])})
    assert calling.scoring() == ("thanks",)
    assert calling.score("thanks", [1, 2], "rules") == [1, 2, "rules"]  # type: ignore[list-item,arg-type]
    failing = dispatcher(db, {"score": raising})
    for _ in range(5):
        with pytest.raises(HookFault, match=r"thanks\.score: ZeroDivisionError: division by zero"):
            failing.score("thanks", [], "rules")  # type: ignore[arg-type]
    assert failing.plugins.status("thanks").state is State.ENABLED


def test_events_recorded_writes_in_the_cursors_transaction(db: Database) -> None:
    calling = dispatcher(db, {"events_recorded": lambda events, ctx: keep(ctx)})
    assert calling.recording() == ("thanks",)
    with db.write() as conn:
        calling.events_recorded("thanks", [], conn)
    assert stored(db) == ["kept"]
    with db.write() as conn:
        conn.execute(text("DELETE FROM core_setting"))
        calling.events_recorded("thanks", [], conn)
        conn.rollback()
    assert stored(db) == ["kept"]


@pytest.mark.parametrize("hook", ["events_recorded", "person_merged", "person_split", "person_erased"])
def test_a_hook_that_must_succeed_raises_and_leaves_nothing_behind(db: Database, hook: str) -> None:
    calling = dispatcher(db, {hook: with_ctx()})
    arguments: dict[str, tuple[Any, ...]] = {"events_recorded": ([],), "person_erased": (1,)}
    for _ in range(4):
        with db.write() as conn:
            with pytest.raises(HookFault):
                getattr(calling, hook)("thanks", *arguments.get(hook, (1, 2)), conn)
            # On PostgreSQL the failed statement would have poisoned this one.
            conn.execute(text("SELECT 1"))
    assert stored(db) == []
    assert calling.plugins.status("thanks").state is State.ENABLED


def test_people_hooks_get_who_it_is_about(db: Database) -> None:
    told: list[tuple[int, ...]] = []
    calling = dispatcher(
        db,
        {
            "person_merged": lambda kept, gone, ctx: told.append((kept, gone)),
            "person_split": lambda kept, gone: told.append((gone, kept)),
            "person_erased": lambda person_id: told.append((person_id,)),
        },
    )
    assert calling.hearing_of_people() == ("thanks",)
    with db.write() as conn:
        calling.person_merged("thanks", 1, 2, conn)
        calling.person_split("thanks", 1, 2, conn)
        calling.person_erased("thanks", 3, conn)
    assert told == [(1, 2), (2, 1), (3,)]


# Pages


def test_explain_is_asked_for_its_own_measures_alone(db: Database) -> None:
    calling = dispatcher(db, {"explain": lambda person, measure, period: Explanation(f"{person} {measure} {period}")})
    with db.read() as conn:
        assert calling.explain(7, "thanks.given", "all", conn) == Explanation("7 thanks.given all")
        assert calling.explain(7, "activity.points", "all", conn) is None
        fault = dispatcher(db, {"explain": with_ctx()}).explain(7, "thanks.given", "all", conn)
        assert isinstance(fault, Fault)
        assert conn.scalar(text("SELECT 1")) == 1


def test_navigation_is_in_order_and_leaves_out_those_who_raise(db: Database) -> None:
    items = [NavItem("Late", "/late", 200), NavItem("Early", "/early", 5)]
    good = installed("good", {"navigation": lambda viewer, place: items if viewer is ANA and place == "top" else []})
    bad = installed("bad", {"navigation": raising})
    calling = Dispatcher(Plugins([bad, good]), Contexts(db))
    assert [item.title for item in calling.navigation(ANA, "top")] == ["Early", "Late"]
    assert calling.navigation(ANA, "admin") == []


def test_panels_are_asked_one_plugin_at_a_time_and_what_is_no_panel_is_a_fault(db: Database) -> None:
    def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterator[Panel]:
        yield Panel(f"{place} {subject} {viewer.person_id}", Markup("<p>hi</p>"))
        yield Panel("first", Markup(""), order=1)

    calling = dispatcher(db, {"panels": panels})
    assert calling.with_panels() == ("thanks",)
    with db.read() as conn:
        found = calling.panels("thanks", "person", 3, ANA, conn)
        assert not isinstance(found, Fault)
        assert [panel.title for panel in found] == ["first", "person 3 7"]
        assert isinstance(dispatcher(db, {"panels": with_ctx()}).panels("thanks", "home", None, ANA, conn), Fault)
        junk = dispatcher(db, {"panels": lambda: ["<p>not a panel</p>"]}).panels("thanks", "home", None, ANA, conn)
        assert isinstance(junk, Fault)
        assert junk.reason == "TypeError: returned str, not Panel"


def test_permit_narrows_and_widens_the_declared_role_and_denies_when_it_raises(db: Database) -> None:
    give = (Permission("thanks.give", "Give thanks", "member"),)
    customer, boss = Viewer(8, "customer"), Viewer(9, "administrator")

    def may(permit: Callable[..., Any] | None, who: Viewer, action: str = "thanks.give", target: object = None) -> bool:
        return dispatcher(db, {"permit": permit} if permit else {}, permissions=give).allows(who, action, target)

    assert may(None, ANA)
    assert not may(None, customer)
    assert may(lambda actor, action, target: target == 1, customer, target=1)
    assert not may(lambda actor, action, target: target == 1, boss, target=2)
    assert may(lambda: None, ANA)
    assert not may(raising, boss)
    assert not may(lambda: "yes", boss)
    assert not may(lambda: True, boss, "thanks.other")
    assert not may(lambda: True, Viewer(7, "member", frozenset({"boards:read"})))


# Operations


def test_health_and_metrics_are_collected_and_a_fault_is_unhealthy(db: Database) -> None:
    good = installed(
        "good", {"health": lambda ctx: [Health("disk", True, "fine")], "metrics": lambda: [Metric("n", 1)]}
    )
    bad = installed("bad", {"health": with_ctx(), "metrics": raising})
    calling = Dispatcher(Plugins([bad, good]), Contexts(db))
    with db.read() as conn:
        checks = dict(calling.health(conn))
        assert checks["good"] == Health("disk", True, "fine")
        assert not checks["bad"].ok
        assert calling.metrics(conn) == [("good", Metric("n", 1))]
    assert calling.calls.faults() == {("bad", "health"): 1, ("bad", "metrics"): 1}


# At load

LOADED: dict[str, Any] = {
    "connectors": type("Forum", (Connector,), {"network": "forum", "title": "Forum"})(),
    "blueprints": Blueprint("thanks", "thanks"),
    "commands": click.Command("count"),
    "jobs": Job("sweep", "Sweep", 60_000_000, lambda ctx: False),
    "channels": type("Pager", (Channel,), {"name": "pager"})(),
    "identity_providers": type("Door", (IdentityProvider,), {"name": "door"})(),
    "directories": type("Book", (Directory,), {"name": "book"})(),
}


@pytest.mark.parametrize("hook", LOADED)
def test_what_is_brought_at_load_is_found_while_the_plugin_is_on(db: Database, hook: str) -> None:
    def bring(ctx: PluginContext) -> list[Any]:
        assert ctx.plugin == "thanks"
        return [LOADED[hook]]

    plugins = made({hook: bring})
    loaded = load(plugins, Contexts(db).of)
    found = getattr(loaded, hook)()
    values = list(found.values()) if hasattr(found, "values") else found
    assert values == [LOADED[hook] if hook == "connectors" else ("thanks", LOADED[hook])]


@pytest.mark.parametrize("hook", LOADED)
def test_a_plugin_that_raises_at_load_fails_alone(db: Database, hook: str) -> None:
    bad = installed("bad", {hook: raising, "navigation": lambda: [NavItem("Bad", "/bad")]})
    good = installed("thanks", {hook: lambda: [LOADED[hook]]})
    plugins = Plugins([bad, good])
    loaded = load(plugins, Contexts(db).of)
    assert plugins.status("bad").state is State.FAILED
    assert plugins.status("bad").reason == f"{hook}: ZeroDivisionError: division by zero"
    assert loaded.of(hook, "thanks") == [LOADED[hook]]
    assert Dispatcher(plugins, Contexts(db)).navigation(ANA, "top") == []


@pytest.mark.parametrize(
    ("hook", "items", "reason"),
    [
        ("connectors", [LOADED["connectors"]], "'forum' is already brought by first"),
        ("blueprints", [Blueprint("pages", "x")], "'pages' is not named thanks or thanks_<word>"),
        ("jobs", [LOADED["jobs"], LOADED["jobs"]], "'sweep' is there twice"),
        ("jobs", [object()], "object has no name"),
        ("channels", [type("Pager", (), {"name": "pager"})()], "Pager is no subclass of Channel, of renown.api"),
    ],
)
def test_what_cannot_be_told_apart_or_is_of_another_kind_is_refused(
    db: Database, hook: str, items: list[Any], reason: str
) -> None:
    first = installed("first", {"connectors": lambda: [LOADED["connectors"]]})
    plugins = Plugins([first, installed("thanks", {hook: lambda: items})])
    load(plugins, Contexts(db).of)
    assert plugins.status("thanks").state is State.FAILED
    assert reason in plugins.status("thanks").reason
    assert plugins.is_on("first")


def test_at_load_there_is_no_session_but_a_way_to_get_one(db: Database) -> None:
    ctx = Contexts(db).of("thanks")
    with pytest.raises(RuntimeError, match="there is no transaction at load"):
        ctx.session.execute(text("SELECT 1"))
    with ctx.writing() as inner:
        keep(inner)
    with ctx.reading() as inner:
        assert inner.session.get(Setting, ("thanks", "kept"))
        keep(inner, "not kept")
    assert stored(db) == ["kept"]


# The guard


class Timer:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_slow_hook_is_left_out_and_after_three_times_left_alone_for_a_minute(db: Database) -> None:
    timer, takes = Timer(), [0.2]

    def panels() -> list[Panel]:
        timer.now += takes[0]
        return [Panel("late", Markup(""))]

    plugins = made({"panels": panels})
    calling = Dispatcher(plugins, Contexts(db))
    calling._guard = Guard(plugins, calling.calls, timer)
    with db.read() as conn:

        def ask() -> Any:
            return calling.panels("thanks", "home", None, ANA, conn)

        assert all(isinstance(ask(), Fault) for _ in range(4))
        counts = calling.calls.counts("thanks")["panels"]
        assert (counts.calls, counts.slow) == (3, 3)
        timer.now += 61
        takes[0] = 0.1
        assert [panel.title for panel in ask()] == ["late"]
    assert plugins.status("thanks").state is State.ENABLED


def test_calls_that_stood_still_beside_each_other_were_slow_once(db: Database) -> None:
    timer = Timer()
    plugins = made({"health": raising})
    calling = Dispatcher(plugins, Contexts(db))
    guard = Guard(plugins, calling.calls, timer)

    def together(others: int) -> object:
        """As many calls at once, and the machine stands still for as long as the last begins."""
        if others:
            guard.call("thanks", "panels", lambda: together(others - 1), budget=0.15)
        else:
            timer.now += 0.2
        return None

    for _ in range(2):
        together(5)
    assert guard.call("thanks", "panels", lambda: "there", budget=0.15) == "there"
    for _ in range(3):
        together(5)
    assert isinstance(guard.call("thanks", "panels", lambda: "there", budget=0.15), Fault)


def said(calling: Dispatcher, hook: str, conn: Connection) -> None:
    """Call a hook as the core does, whatever comes of it."""
    given: dict[str, object] = {
        "plugin": "thanks", "event": EVENT, "events": [], "rules": None, "person": 7, "measure": "thanks.given",
        "period": "all", "viewer": ANA, "place": "home", "subject": None, "actor": ANA, "action": "thanks.give",
        "target": None, "kept": 1, "gone": 2, "person_id": 1, "day": DemoDay(1, 1, 1, [], [], 0), "conn": conn,
    }  # fmt: skip
    work = getattr(calling, hook)
    with suppress(HookFault):
        work(**{name: given[name] for name in inspect.signature(work).parameters})


def test_every_hook_has_the_time_that_its_page_gives_it(db: Database) -> None:
    timer, takes = Timer(), [0.0]

    def slow() -> None:
        timer.now += takes[0]

    for hook in CALLED:
        told = re.match(r"([\d.]+) (m?)s\b", read(HOOKS[hook]).says["time"])
        given = float(told[1]) / (1000 if told[2] else 1) if told else None
        calling = dispatcher(db, {hook: slow})
        calling._guard = Guard(calling.plugins, calling.calls, timer)
        with db.write() as conn:
            for takes[0] in [(given or 1000) * 0.9] * 4 + [(given or 1000) * 1.1] * 4:
                said(calling, hook, conn)
        counts = calling.calls.counts("thanks")[hook]
        assert (counts.calls, counts.slow) == ((7, 3) if given else (8, 0)), hook


def test_a_hook_has_a_breaker_where_its_page_says_so_and_nowhere_else(db: Database) -> None:
    for hook in CALLED:
        calling = dispatcher(db, {hook: raising})
        with db.write() as conn:
            for _ in range(3):
                said(calling, hook, conn)
        opens = "open the breaker" in read(HOOKS[hook]).says["when it raises"]
        assert calling.plugins.status("thanks").state is (State.SUSPENDED if opens else State.ENABLED), hook


def test_three_faults_in_a_row_open_the_breaker_of_that_hook_alone(db: Database) -> None:
    fails = [True, True, False, True, True, True, False]

    def navigation() -> list[NavItem]:
        return raising() if fails.pop(0) else []

    calling = dispatcher(db, {"navigation": navigation, "health": lambda: [Health("x", True, "fine")]})
    for _ in range(5):
        calling.navigation(ANA, "top")
    assert calling.plugins.status("thanks").state is State.ENABLED
    calling.navigation(ANA, "top")
    assert calling.plugins.status("thanks").state is State.SUSPENDED
    calling.navigation(ANA, "top")
    assert fails == [False]
    with db.read() as conn:
        assert calling.health(conn) == [("thanks", Health("x", True, "fine"))]


def test_an_answer_that_is_late_and_counts_is_no_fault_among_others(db: Database) -> None:
    timer, plugins = Timer(), made({"explain": raising})
    guard = Guard(plugins, dispatcher(db, {}).calls, timer)

    def late() -> str:
        timer.now += 2
        return "there"

    for work in (raising, raising, late, raising, raising):
        guard.call("thanks", "explain", work, patience=0.5)
    assert plugins.status("thanks").state is State.ENABLED
    guard.call("thanks", "explain", raising, patience=0.5)
    assert plugins.status("thanks").state is State.SUSPENDED


def test_a_plugin_that_exits_does_not_end_the_process(db: Database) -> None:
    def leave() -> None:
        raise SystemExit(3)

    calling = dispatcher(db, {"enrich_event": leave})
    assert calling.enrich_event(EVENT) == {}
    assert calling.calls.last("thanks")[0].reason == "SystemExit: 3"


def test_the_last_twenty_calls_are_kept(db: Database) -> None:
    calling = dispatcher(db, {"enrich_event": lambda event: {event.id: 1}})
    for _ in range(25):
        calling.enrich_event(EVENT)
    assert len(calling.calls.last("thanks")) == 20
    assert calling.calls.counts("thanks")["enrich_event"].calls == 25
