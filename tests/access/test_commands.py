from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from renown.access import tokens
from renown.audit.models import Audit
from renown.cli import main
from renown.db.engine import Database
from renown.web import brand
from tests.web.test_brand import png


@pytest.fixture
def run(database_url: str, tmp_path: Path):
    def call(*arguments: str) -> Result:
        environment = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path / "data")}
        return CliRunner().invoke(main, arguments, env=environment)

    return call


def test_a_token_from_the_command_line_works_once_made_and_ends_when_revoked(run, db: Database) -> None:
    told = json.loads(run("tokens", "add", "intake", "--scope", "events:write", "--json").stdout)
    with db.read() as conn:
        assert tokens.check(conn, told["token"]) is not None
    assert set(told) == {"token"}
    listed = json.loads(run("tokens", "list", "--json").stdout)
    assert [one["name"] for one in listed] == ["intake"]
    assert told["token"] not in json.dumps(listed)
    assert run("tokens", "revoke", str(listed[0]["id"])).exit_code == 0
    assert run("tokens", "revoke", str(listed[0]["id"])).exit_code == 1
    with db.read() as conn:
        assert tokens.check(conn, told["token"]) is None


def test_a_scope_that_is_none_is_refused_by_name(run) -> None:
    refused = run("tokens", "add", "intake", "--scope", "all")
    assert refused.exit_code == 1
    assert "scopes: all not known" in refused.stderr


def test_people_come_from_a_file_and_faults_name_line_and_column(run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name,team\nana@acme.example,Ana,Support\n")
    for expected in ({"created": 1, "unchanged": 0}, {"created": 0, "unchanged": 1}):
        told = json.loads(run("people", "import", str(file), "--json").stdout)
        assert {name: told[name] for name in expected} == expected
    file.write_text("email,name\nnone,Ana\n")
    refused = run("people", "import", str(file), "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "line 2, email: 'none' is no e-mail address" in refused.stderr


def test_verify_exits_with_1_where_the_record_was_changed(run, db: Database) -> None:
    run("tokens", "add", "intake", "--scope", "events:write")
    whole = run("audit", "verify", "--json")
    assert (whole.exit_code, json.loads(whole.stdout)["whole"]) == (0, True)
    with db.write() as conn:
        conn.execute(update(Audit).values(action="token.adder"))
    broken = run("audit", "verify", "--json")
    assert (broken.exit_code, json.loads(broken.stdout)["broken"]) == (1, 1)


def test_hosts_inside_are_named_on_the_command_line(run, db: Database) -> None:
    assert run("organisation", "hosts", "git.acme.example", "10.0.0.7").exit_code == 0
    assert json.loads(run("organisation", "show", "--json").stdout)["hosts"] == ["git.acme.example", "10.0.0.7"]
    refused = run("organisation", "hosts", "https://git.acme.example")
    assert (refused.exit_code, "outgoing_hosts: 'https://git.acme.example'" in refused.output) == (1, True)
    assert "inside the house: git.acme.example, 10.0.0.7." in run("organisation", "hosts").stdout
    assert "inside the house: none." in run("organisation", "hosts", "--none").stdout
    with db.read() as conn:
        assert conn.scalars(select(Audit.action)).all() == ["settings.outgoing-hosts"] * 2


def test_which_customers_may_join_is_said_on_the_command_line(run, db: Database) -> None:
    assert json.loads(run("organisation", "show", "--json").stdout)["customers"] == "no"
    assert run("organisation", "customers", "everybody").exit_code == 2
    assert run("organisation", "customers", "open").exit_code == 0
    assert json.loads(run("organisation", "show", "--json").stdout)["customers"] == "open"
    with db.read() as conn:
        assert conn.scalars(select(Audit.action)).all() == ["settings.customers"]


def test_colours_and_logo_are_said_on_the_command_line(run, db: Database, tmp_path: Path) -> None:
    assert json.loads(run("organisation", "show", "--json").stdout)["colours"] == "own"
    faint = run("organisation", "colours", "#ff9900")
    assert faint.exit_code == 1
    assert "accent: #ff9900 has a contrast of" in faint.stderr
    assert run("organisation", "colours", "#0f766e").exit_code == 0
    assert json.loads(run("organisation", "show", "--json").stdout)["colours"].startswith("#0f766e #")
    file = tmp_path / "logo.png"
    file.write_text("<svg/>")
    assert "SVG is not taken" in run("organisation", "logo", str(file)).stderr
    file.write_bytes(png())
    assert run("organisation", "logo", str(file)).exit_code == 0
    with db.read() as conn:
        assert brand.logo(conn) == png()
    assert run("organisation", "logo").exit_code == 0
    with db.read() as conn:
        assert brand.logo(conn) is None
