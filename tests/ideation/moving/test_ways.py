"""The ways in and out: an administrator's page, and the commands."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from renown.audit.models import Audit
from renown_ideation.moving.commands import commands
from tests.ideation.company import Company, submit, words
from tests.ideation.moving import moved
from tests.ideation.moving.moved import TABLES, archive, board

AT = "2024-05-01T10:00:00Z"
GOOD = {"id": 1, "name": "Cleo", "email": "cleo@example.com", "role": 1, "status": 1}
POST = {"id": 1, "title": "One", "status": 0, "user_id": 1, "created_at": AT}


def _look(client: FlaskClient, slug: str, path: Path, kind: str = "fider") -> TestResponse:
    file = (io.BytesIO(path.read_bytes()), f"../../{path.name}")
    return submit(client, "/admin/moving", kind=kind, board=slug, source="", file=file)  # type: ignore[arg-type]


def _token(answer: TestResponse) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def test_an_administrator_looks_first_and_then_does_it(site: Company, tmp_path: Path) -> None:
    slug, ada = board(site), site.browser("ada")
    path = archive(tmp_path / "backup.zip", users=[GOOD], posts=[POST], post_votes=[])
    answer = _look(ada, slug, path)
    assert "What would be done" in words(answer)
    assert not moved.ideas(site, slug)
    token = _token(answer)
    other = site.browser("mo")
    assert submit(other, "/admin/moving/run", token=token).status_code in (403, 404)
    answer = submit(ada, "/admin/moving/run", token=token)
    assert "It is written." in words(answer)
    assert [one.title for one in moved.ideas(site, slug)] == ["One"]
    answer = submit(ada, "/admin/moving/run", token=token)
    assert answer.status_code == 422
    assert "choose the file again" in words(answer)
    kept = site.renown.settings.data / "files" / "ideation" / "moving"
    assert [one.name for one in kept.rglob("*") if one.is_file()] == []


def test_bad_lines_are_shown_and_left_out_on_purpose_alone(site: Company, tmp_path: Path) -> None:
    slug, ada = board(site), site.browser("ada")
    path = archive(
        tmp_path / "backup.zip", users=[GOOD], posts=[POST, POST | {"id": 2, "title": "<b>"} | {"status": 9}]
    )
    answer = _look(ada, slug, path)
    assert "posts.json, item 2" in words(answer)
    token = _token(answer)
    assert submit(ada, "/admin/moving/run", token=token).status_code == 422
    assert not moved.ideas(site, slug)
    assert submit(ada, "/admin/moving/run", token=token, leave_out="yes").status_code == 200
    assert len(moved.ideas(site, slug)) == 1
    assert _look(ada, slug, archive(tmp_path / "a.exe", posts=[])).status_code == 422


def test_a_board_is_taken_out_and_that_is_written_down(site: Company, tmp_path: Path) -> None:
    slug, ada = board(site), site.browser("ada")
    answer = submit(ada, "/admin/moving/export", out=slug)
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as found:
        assert tuple(found.namelist()) == TABLES
    with site.db.read() as conn:
        last = conn.execute(select(Audit.action, Audit.target).order_by(Audit.id.desc())).first()
    assert last == ("ideation.export", f"board:{slug}")
    assert submit(ada, "/admin/moving/export", out="none").status_code == 404


@pytest.mark.parametrize("name", ["mo", "eve", "cleo", None])
def test_nobody_but_administrators_moves_anything(site: Company, name: str | None) -> None:
    assert site.browser(name).get("/admin/moving").status_code != 200


def test_the_commands_say_what_they_did(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    brings, takes = commands(site.renown.contexts.of("ideation"))
    path = archive(
        tmp_path / "b.zip", users=[GOOD], posts=[POST], post_votes=[{"post_id": 1, "user_id": 1, "created_at": AT}]
    )
    given = ["fider", str(path), "--board", slug]
    run = CliRunner().invoke(brings, [*given, "--dry-run", "--json"])
    assert (run.exit_code, json.loads(run.stdout)["counts"]["vote"]["made"]) == (0, 1)
    assert not moved.ideas(site, slug)
    run = CliRunner().invoke(brings, given)
    assert run.stdout.endswith("It is written.\n")
    run = CliRunner().invoke(takes, [str(tmp_path / "out"), "--board", slug])
    assert (run.exit_code, run.stdout.split()) == (
        0,
        ["1", "posts.csv", "0", "comments.csv", "0", "notes.csv", "1", "votes.csv"],
    )
    run = CliRunner().invoke(brings, ["fider", str(path), "--board", "none"])
    assert (run.exit_code, "make it first" in run.output) == (1, True)
