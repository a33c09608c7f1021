"""Checks find what is wrong, say what to do, and never stop each other."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import insert

from renown import clock
from renown.cli import main
from renown.context.store import PluginStore
from renown.db.engine import Database
from renown.events.models import Consumer
from renown.health import Finding, Site, database, examine, flow
from renown.hooks.manager import Plugins
from renown.jobs.models import Schedule
from renown.notify import mail
from renown.settings import Settings
from tests.events.kit import KEYRING, connect

ALL = (*database.CHECKS, *flow.CHECKS)


def site(db: Database, tmp_path: Path) -> Site:
    settings = Settings.from_environment({"RENOWN_DATA": str(tmp_path)})
    return Site(db, settings, Plugins.discover(store=PluginStore(db)))


def found(db: Database, tmp_path: Path, check: str) -> Finding:
    return next(one for one in examine(site(db, tmp_path), ALL) if one.check == check)


def test_a_new_site_has_nothing_bad(db: Database, tmp_path: Path) -> None:
    findings = examine(site(db, tmp_path), ALL)
    assert [one for one in findings if one.state == "bad"] == []
    assert all(one.remedy for one in findings if one.state != "good")


def test_a_stopped_consumer_is_named_with_its_reason(db: Database, tmp_path: Path) -> None:
    with db.write() as conn:
        conn.execute(
            insert(Consumer),
            {"name": "score:x:1", "kind": "score", "plugin": "x", "position": 0, "state": "stopped",
             "error": "KeyError: 'a'", "failed_event": 7, "moved_at": clock.now()},
        )  # fmt: skip
    finding = found(db, tmp_path, "consumers")
    assert finding.state == "bad"
    assert "x stopped at event 7: KeyError: 'a'" in finding.text


def test_a_cursor_past_the_end_is_found(db: Database, tmp_path: Path) -> None:
    with db.write() as conn:
        conn.execute(insert(Consumer), {"name": "score:x:1", "kind": "score", "plugin": "x", "position": 9})
    assert found(db, tmp_path, "consumers").remedy == "renown reconcile --repair"


def test_a_key_that_others_may_read_is_bad(db: Database, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    assert found(db, tmp_path, "secret key").remedy.startswith("chmod 600")


def test_what_another_key_encrypted_is_named(db: Database, tmp_path: Path) -> None:
    connect(db, "slack:acme")
    mail_settings = mail.MailSettings("mail.acme.example", "renown@acme.example", password="hidden")
    with db.write() as conn:
        mail.save(conn, KEYRING, mail_settings)
    (tmp_path / "secret.key").write_text("a key for tests\n")
    (tmp_path / "secret.key").chmod(0o600)
    assert found(db, tmp_path, "secrets").state == "good"
    (tmp_path / "secret.key").write_text("made-anew-after-the-restore")
    finding = found(db, tmp_path, "secrets")
    assert (finding.state, finding.text) == (
        "bad", "encrypted with another key than this one: slack:acme, mail"
    )  # fmt: skip
    assert "secret.key" in finding.remedy


def test_a_check_that_breaks_is_bad_news_by_itself(db: Database, tmp_path: Path) -> None:
    def broken(_: Site) -> Finding:
        raise RuntimeError("no disk")

    findings = examine(site(db, tmp_path), [("broken", broken), *ALL])
    assert findings[0].text == "could not be checked: RuntimeError: no disk"
    assert len(findings) == len(ALL) + 1


def test_doctor_tells_missing_tables_once_and_without_a_query(tmp_path: Path) -> None:
    environment = {"RENOWN_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}", "RENOWN_DATA": str(tmp_path)}
    told = CliRunner().invoke(main, ["doctor"], env=environment)
    assert told.exit_code == 1
    assert [line for line in told.stdout.splitlines() if line.strip().startswith("BAD")] == [
        " BAD  tables: not up to date: core"
    ]
    assert "SELECT" not in told.output


def test_a_job_that_never_ends_is_named(db: Database, tmp_path: Path) -> None:
    with db.write() as conn:
        columns = {"name": "activity.sweep", "plugin": "activity", "failures": 0, "holder": "somewhere"}
        conn.execute(insert(Schedule).values(due_at=clock.now() - 2 * 3600 * clock.SECOND, **columns))
    finding = found(db, tmp_path, "jobs")
    assert (finding.state, finding.text) == ("warning", "running for more than an hour: activity.sweep")
