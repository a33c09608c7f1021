"""Scopes of tokens: the core's, and the permissions of the plugins that are on, each under its title."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner
from flask.testing import FlaskClient

from renown.access import tokens
from renown.cli import main
from renown.context.switching import set_enabled
from tests.web.conftest import Site
from tests.web.test_signin import send

READ, RECKON, RINGS = "influence.read", "influence.reckon", "influence.rings"
_BOX = re.compile(r'name="scopes"[^>]*value="([^"]+)"')


def offered(client: FlaskClient, path: str) -> set[str]:
    return set(_BOX.findall(client.get(path).get_data(as_text=True)))


def made(page: str) -> dict[str, str]:
    """What a program sends that has the token on this page."""
    found = re.search(tokens.PREFIX + r"[\w-]{40,}", page)
    assert found, page
    return {"Authorization": f"Bearer {found[0]}"}


def test_people_give_a_token_what_they_may_do_with_a_plugin_and_no_more(site: Site) -> None:
    member, moderator = site.as_("member"), site.as_("moderator")
    assert offered(member, "/me/tokens") & {READ, RECKON, RINGS} == {READ}
    assert offered(moderator, "/me/tokens") & {READ, RECKON, RINGS} == {READ, RINGS}
    assert send(member, "/me/tokens", name="mine", scopes=RINGS, days="30").status_code == 422
    head = made(send(member, "/me/tokens", name="mine", scopes=READ, days="30").get_data(as_text=True))
    program = site.app.test_client()
    assert program.get("/api/v1/influence/topics", headers=head).status_code == 200
    assert program.get("/api/v1/people", headers=head).status_code == 403


def test_administrators_give_programs_any_of_them_and_read_what_it_is(site: Site) -> None:
    admin = site.as_("administrator")
    assert offered(admin, "/admin/tokens") >= {READ, RECKON, RINGS, "people:read"}
    declared = site.renown.plugins.permissions[RECKON]
    assert f"{declared.title} <code" in admin.get("/admin/tokens").get_data(as_text=True)
    head = made(send(admin, "/admin/tokens", name="runs", scopes=RECKON, days="30").get_data(as_text=True))
    assert site.app.test_client().get("/api/v1/influence/runs", headers=head).status_code == 200


def test_of_a_plugin_that_is_off_there_is_nothing_to_give(site: Site) -> None:
    set_enabled(site.db, site.renown.plugins, "influence", False, actor_id=None, via="system")
    admin = site.as_("administrator")
    for path in ("/me/tokens", "/admin/tokens"):
        assert not offered(admin, path) & {READ, RECKON, RINGS}
        assert send(admin, path, name="late", scopes=READ, days="30").status_code == 422


def test_the_command_gives_them_as_well(site: Site, tmp_path: Path) -> None:
    environment = {"RENOWN_DATABASE_URL": site.db.url, "RENOWN_DATA": str(tmp_path / "data")}
    found = CliRunner().invoke(
        main, ["tokens", "add", "net", "--scope", READ, "--scope", "boards:read", "--json"], env=environment
    )
    assert found.exit_code == 0, found.output
    with site.db.read() as conn:
        bearer = tokens.check(conn, json.loads(found.stdout)["token"])
    assert bearer is not None
    assert set(bearer.viewer.scopes or ()) == {READ, "boards:read"}
    wrong = CliRunner().invoke(main, ["tokens", "add", "net", "--scope", "influence.all"], env=environment)
    assert (wrong.exit_code, "scopes: influence.all not known" in wrong.stderr) == (1, True)
