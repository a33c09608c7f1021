"""`renown plugins`: what one asks for, does and has; its settings; helped on; removed, also when its code is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import _NamedTextIOWrapper
from sqlalchemy import insert, select, text, update

from renown import audit, clock
from renown.context import store
from renown.context.uses import AT_START, WORDS
from renown.db.engine import Database
from renown.db.models import PluginState
from renown.events import consume, log
from renown.events.models import Consumer
from renown.hooks.markers import PROJECT
from renown.hooks.specs import MODULES
from renown.jobs.models import Schedule
from renown.ledger.models import SetAside
from tests.commands.conftest import Run


def told(run: Run, *arguments: str) -> Any:
    found = run("plugins", *arguments, "--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def acts(db: Database) -> list[tuple[str, str | None, Any]]:
    with db.read() as conn:
        return [(one.action, one.target, one.details) for one in audit.lines(conn, limit=20)]


@pytest.fixture
def stars(run: Run, tmp_path: Path) -> int:
    """Six acts in the log, which activity has read and ideation has not; gives where the log ends."""
    assert run("plugins", "disable", "activity").exit_code == 0
    lines = [
        json.dumps({
            "id": str(number), "type": "WatchEvent", "actor": {"id": number, "login": f"u{number}"},
            "repo": {"id": 7, "name": "acme/app"}, "payload": {"action": "started"}, "public": True,
            "created_at": f"2024-05-06T07:{number:02}:00Z",
        })
        for number in range(1, 7)
    ]  # fmt: skip
    file = tmp_path / "stars.json"
    file.write_text("\n".join(lines))
    assert run("import", "github-archive", file, "--source", "github:acme").exit_code == 0
    return 6


def test_one_is_shown_with_all_that_concerns_it(run: Run) -> None:
    found = told(run, "show", "ideation")
    assert (found["state"], found["api"]) == ("enabled", "1")
    assert found["permissions"][0].keys() == {"name", "title", "role", "agreed"}
    hooks = {one["hook"] for one in found["hooks"]}
    assert {"score", "blueprints", "person_erased"} <= hooks
    assert {one["name"] for one in found["tables"]} >= {"ideation_idea", "alembic_version_ideation"}
    spoken = run("plugins", "show", "ideation")
    assert spoken.exit_code == 0
    assert spoken.stdout.startswith("ideation is enabled: ")
    for word in ("Permission ideation.", "Hooks, with their calls", "ideation_idea", "Settings"):
        assert word in spoken.stdout
    assert "no plugin 'nope' is installed, and none has left anything" in run("plugins", "show", "nope").stderr


def test_settings_are_set_one_by_one_and_named_where_wrong(run: Run, db: Database) -> None:
    def values() -> dict[str, Any]:
        return {one["name"]: one["value"] for one in told(run, "settings", "oidc")}

    assert values()["admits"] == "known"
    assert run("plugins", "settings", "oidc", "--set", "admits=customers").exit_code == 0
    assert run("plugins", "settings", "oidc", "--set", "client_id=renown").exit_code == 0
    assert (values()["admits"], values()["client_id"]) == ("customers", "renown"), "the other stays as it was"
    refused = run("plugins", "settings", "oidc", "--set", "admits=everybody", "--set", "nonsense=1")
    assert refused.exit_code == 1
    assert "admits: Must be one of: known, customers." in refused.stderr
    assert "nonsense: Unknown field." in refused.stderr
    assert run("plugins", "settings", "oidc", "--reset", "admits").exit_code == 0
    assert values()["admits"] == "known"
    assert [(action, details) for action, _, details in acts(db)][:3] == [
        ("plugin.settings", {"changed": ["admits"]}),
        ("plugin.settings", {"changed": ["client_id"]}),
        ("plugin.settings", {"changed": ["admits"]}),
    ]
    assert "activity has no settings" in run("plugins", "settings", "activity").stderr


def test_secrets_are_asked_for_and_never_shown(run: Run, db: Database) -> None:
    assert "--secret client_secret asks for it" in run("plugins", "settings", "oidc", "--set", "client_secret=x").stderr
    assert run("plugins", "settings", "oidc", "--secret", "client_secret", given="s3cret-of-theirs\n").exit_code == 0
    whole = run("plugins", "settings", "oidc").stdout + str(acts(db)) + run("plugins", "show", "oidc", "--json").stdout
    assert "s3cret" not in whole
    rows = {one["name"]: one["value"] for one in told(run, "settings", "oidc")}
    assert rows["client_secret"] == "set"
    assert run("plugins", "settings", "oidc", "--reset", "client_secret").exit_code == 0
    rows = {one["name"]: one["value"] for one in told(run, "settings", "oidc")}
    assert rows["client_secret"] == "not set"


def test_one_that_comes_late_catches_up_and_says_how_far_it_is(run: Run, db: Database, stars: int) -> None:
    refused = run("plugins", "catch-up", "activity")
    assert (refused.exit_code, "activity is disabled" in refused.stderr) == (1, True)
    assert run("plugins", "enable", "activity").exit_code == 0
    [reader] = told(run, "show", "activity")["readers"]
    assert reader["behind"] >= stars
    done = told(run, "catch-up", "activity")
    with db.read() as conn:
        end = log.head(conn)
    assert [(one["state"], one["position"]) for one in done] == [("running", end)]
    assert [action for action, _, _ in acts(db)][:2] == ["plugin.catch-up", "plugin.enabled"]
    assert told(run, "show", "activity")["readers"][0]["behind"] == 0
    hooks = {one["hook"]: one for one in told(run, "show", "activity")["hooks"]}
    assert hooks["score"]["faults"] == 0


def test_where_it_stopped_it_tries_again_or_the_event_is_set_aside(run: Run, db: Database, stars: int) -> None:
    assert run("plugins", "enable", "activity").exit_code == 0
    with db.write() as conn:
        [reader] = conn.scalars(select(Consumer.name).where(Consumer.plugin == "activity"))
        conn.execute(
            update(Consumer)
            .where(Consumer.name == reader)
            .values(state="stopped", failed_event=1, error="odd", attempts=20, retry_at=clock.now() + clock.HOUR // 2)
        )
        held = {"panels": {"reason": "KeyError: 'x'", "at": 0}}
        conn.execute(update(PluginState).where(PluginState.name == "activity").values(suspended=held))
    stopped = run("plugins", "catch-up", "activity")
    assert (stopped.exit_code, f"{reader} stopped at event 1: odd" in stopped.stderr) == (1, True)
    assert run("plugins", "list").exit_code == 1
    assert run("plugins", "retry", "activity").exit_code == 0
    listed = run("plugins", "list")
    assert (listed.exit_code, f"switched on; {reader} stopped at event 1: odd" in listed.stdout) == (1, True)
    assert "reason: say why" in run("plugins", "set-aside", "activity", reader, "--reason", " ").stderr
    assert "has none called 'nope'" in run("plugins", "set-aside", "activity", "nope", "--reason", "odd").stderr
    assert run("plugins", "set-aside", "activity", reader, "--reason", "an odd one").exit_code == 0
    with db.read() as conn:
        assert conn.scalars(select(SetAside.event_id)).all() == [1]
    assert run("plugins", "list").exit_code == 0
    assert run("plugins", "catch-up", "activity").exit_code == 0
    done = [action for action, target, _ in acts(db) if target in ("plugin:activity", "event:1")]
    assert done[:3] == ["plugin.catch-up", "event.set-aside", "plugin.again"]


def test_what_went_wrong_is_told(run: Run, db: Database, stars: int) -> None:
    assert run("plugins", "enable", "activity").exit_code == 0
    wait = {"due_at": clock.now() + clock.DAY, "failures": 4, "error": "ValueError: no net"}
    with db.write() as conn:
        for name in ("activity", "ideation"):
            conn.execute(insert(Schedule).values(name=f"{name}.sweep", plugin=name, **wait))
        consume.ensure(conn, "recorded:activity", consume.RECORDED, "activity", position=2)
        lost = {"state": "stopped", "failed_event": 3, "error": "KeyError: 'x'"}
        conn.execute(update(Consumer).where(Consumer.name == "recorded:activity").values(lost))
        consume.pass_over(conn, "recorded:activity")
    assert run("plugins", "disable", "ideation").exit_code == 0
    [row] = told(run, "show", "activity")["passed"]
    assert (row["event"], row["error"]) == (3, "KeyError: 'x'")
    spoken = run("plugins", "show", "activity").stdout
    assert "Wrong: the job activity.sweep failed: ValueError: no net" in spoken
    for word in ("Events it was not told of", "KeyError: 'x'", "Jobs that failed", "Measures"):
        assert word in spoken
    assert "look  passed over: 1 events in a week, the last of them event 3 by activity" in run("doctor").stdout
    listed = run("plugins", "list", "--json")
    assert listed.exit_code == 1
    assert {one["name"]: one["troubles"] for one in json.loads(listed.stdout) if one["troubles"]} == {
        "activity": ["the job activity.sweep failed: ValueError: no net"]
    }, "of one that is off it is no trouble"


def test_what_goes_is_said_first_and_goes_when_its_name_is_typed(run: Run, db: Database, stars: int) -> None:
    refused = run("plugins", "purge", "ideation", "--yes")
    assert (refused.exit_code, "ideation is switched on" in refused.stderr) == (1, True)
    assert run("plugins", "disable", "ideation").exit_code == 0
    dry = told(run, "purge", "ideation", "--dry-run")
    goes = {one["what"]: one["count"] for one in dry["goes"]}
    assert goes["table ideation_idea"] == 0
    assert goes["table alembic_version_ideation"] == 1
    refused = run("plugins", "purge", "ideation", given="ideas\n")
    assert (refused.exit_code, "nothing was removed" in refused.stderr) == (1, True)
    assert told(run, "purge", "ideation", "--dry-run") == dry
    assert run("plugins", "purge", "ideation", given="ideation\n").exit_code == 0
    left = {one["what"] for one in told(run, "purge", "ideation", "--dry-run")["goes"]}
    assert not {one for one in left if one.startswith("table")}
    action, target, details = acts(db)[0]
    assert (action, target) == ("plugin.purged", "plugin:ideation")
    assert details["alembic_version_ideation"] == 1
    assert run("plugins", "enable", "ideation", "--upgrade").exit_code == 0
    assert told(run, "show", "ideation")["state"] == "enabled", "and it can come back"


def test_one_that_is_blocked_here_may_run_elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOWN_BLOCKED_PLUGINS", "oidc")
    refused = run("plugins", "purge", "oidc", "--yes")
    assert (refused.exit_code, "oidc is switched on" in refused.stderr) == (1, True)
    assert run("plugins", "disable", "oidc").exit_code == 0
    assert run("plugins", "purge", "oidc", "--yes").exit_code == 0


def test_one_whose_code_is_gone_is_listed_and_removed(run: Run, db: Database) -> None:
    with db.write() as conn:
        conn.execute(
            text("CREATE TABLE ghost_card (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES core_person(id))")
        )
        conn.execute(text("CREATE TABLE alembic_version_ghost (version_num VARCHAR(32) NOT NULL)"))
        conn.execute(text("CREATE TABLE theirs_alone (id INTEGER)"))
    [listed] = [one for one in told(run, "list") if one["name"] == "ghost"]
    assert (listed["state"], listed["reason"]) == ("gone", "its code is gone, 2 tables left")
    shown = told(run, "show", "ghost")
    assert (shown["state"], [one["name"] for one in shown["tables"]]) == (
        "gone", ["ghost_card", "alembic_version_ghost"]
    )  # fmt: skip
    assert "ghost_card" in run("plugins", "show", "ghost").stdout
    assert run("plugins", "purge", "theirs", "--yes").exit_code == 1, "a table of somebody else's is no plugin"
    assert run("plugins", "purge", "core", "--yes").exit_code == 1
    assert run("plugins", "purge", "ghost", "--yes").exit_code == 0
    assert [one["name"] for one in told(run, "list") if one["state"] == "gone"] == []
    with db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM theirs_alone")).scalar_one() == 0


def test_one_whose_code_is_gone_is_switched_off_and_keeps_what_it_has(run: Run, db: Database) -> None:
    with db.write() as conn:
        conn.execute(text("CREATE TABLE alembic_version_ghost (version_num VARCHAR(32) NOT NULL)"))
        store.switch(conn, "ghost", True, [])
    assert run("plugins", "list").exit_code == 1
    refused = run("plugins", "purge", "ghost", "--yes")
    assert (refused.exit_code, "renown plugins disable ghost" in refused.stderr) == (1, True)
    assert "no plugin 'ghost' is installed" in run("plugins", "enable", "ghost").stderr
    assert run("plugins", "disable", "ghost").exit_code == 0
    assert acts(db)[0][:2] == ("plugin.disabled", "plugin:ghost")
    assert run("plugins", "list").exit_code == 0
    assert {one["what"] for one in told(run, "purge", "ghost", "--dry-run")["goes"]} >= {"table alembic_version_ghost"}


def test_each_hook_is_told_in_words() -> None:
    hooks = {name for module in MODULES for name, one in vars(module).items() if hasattr(one, f"{PROJECT}_spec")}
    assert hooks == WORDS.keys()
    assert hooks > AT_START


def test_on_a_terminal_it_is_asked_before_it_is_switched_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("plugins", "disable", "ideation").exit_code == 0
    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda self: True, raising=False)
    asked = run("plugins", "enable", "ideation", given="n\n")
    assert asked.exit_code == 1
    assert "It asks for ideation." in asked.stderr
    assert "Gives numbers for what people did (score)." in asked.stderr
    assert told(run, "show", "ideation")["state"] == "disabled"
    assert run("plugins", "enable", "ideation", given="y\n").exit_code == 0
