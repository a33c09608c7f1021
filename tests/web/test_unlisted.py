"""A measure without boards is on no page and in no list; its single entries can be looked at, and its rules tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from renown.cli import main
from renown.context.switching import set_enabled
from renown.events import log
from renown.ledger.models import Entry, Measure
from renown.people import persons
from tests.events.kit import connect, message
from tests.web import ties
from tests.web.conftest import Site
from tests.web.test_admin_rules import _work, post, said

POINTS = "activity.points"
RULE = "/admin/rules/ties/mention"


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ties.install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def counted(_installed: None, site: Site) -> Site:
    """Ana mentioned Ben twice, and Cy, who was never there."""
    set_enabled(site.db, site.renown.plugins, "ties", True, actor_id=None, via="system")
    source = connect(site.db, "slack:T1", affiliation="employee")
    with site.db.write() as conn:
        acts = [message("m1", "ana", mentions=["ben"]), message("m2", "ana", mentions=["ben", "cy"])]
        log.append(conn, [(source, [*acts, message("m3", "ben")])])
    _work(site)
    return site


def an_entry(site: Site) -> int:
    with site.db.read() as conn:
        read_now = (Measure.id == Entry.measure) & (Measure.generation == Entry.generation)
        mine = select(Entry.id).join(Measure, read_now).where(Measure.name == ties.MEASURE)
        return conn.scalars(mine.order_by(Entry.id)).first() or 0


def test_it_stands_on_no_page_and_in_no_list(counted: Site) -> None:
    member, admin = counted.as_("member"), counted.as_("administrator")
    told = sorted(one["measure"] for one in member.get("/api/v1/measures").get_json())
    assert told == sorted(name for name, one in counted.renown.plugins.measures.items() if one.listed)
    assert (POINTS in told, ties.MEASURE in told) == (True, False)
    for gone in (f"/boards/{ties.MEASURE}", f"/boards/{ties.MEASURE}.json", f"/people/ben/why/{ties.MEASURE}"):
        assert member.get(gone).status_code == 404, gone
        assert member.get(f"/api/v1{gone.removesuffix('.json')}").status_code == 404, gone
    for page in ("/boards/activity.points", "/people/ben", "/people", "/rules", "/teams"):
        answer = member.get(page)
        assert answer.status_code == 200
        assert ties.MEASURE not in answer.get_data(as_text=True)
    assert ties.MEASURE not in said(admin.get("/admin/rules/adjustments"))
    assert "without boards" in said(admin.get("/admin/plugins/ties"))
    assert "Being mentioned" in said(member.get("/rules")), "by which rules it counts is public"
    assert "Being mentioned" not in said(member.get("/rules/_worth?act=message"))


def test_a_single_entry_of_it_is_explained(counted: Site) -> None:
    page = said(counted.as_("member").get(f"/entries/{an_entry(counted)}"))
    assert "Being mentioned, version 1" in page
    assert "Together: 1." in page


def test_who_was_only_mentioned_is_in_no_list_of_people(counted: Site) -> None:
    member = counted.as_("member")
    listed = {one["person"] for one in member.get("/people.json").get_json()["rows"]}
    assert {"ana", "ben"} <= listed
    assert "cy" not in listed
    assert member.get("/people/cy").status_code == 404
    with counted.db.read() as conn:
        found = persons.find(conn, "cy")
    assert found is not None
    assert "only mentioned" in said(counted.as_("administrator").get(f"/admin/people/{found.id}"))


def test_without_another_plugin_there_are_no_boards_to_lead_to(counted: Site) -> None:
    assert 'href="/boards"' in counted.as_("member").get("/people").get_data(as_text=True)
    for other in set(counted.renown.plugins.enabled) - {"ties"}:
        set_enabled(counted.db, counted.renown.plugins, other, False, actor_id=None, via="system")
    member = counted.as_("member")
    assert 'href="/boards"' not in member.get("/people").get_data(as_text=True)
    for page in ("/", "/people", "/people/ben", "/teams", "/boards"):
        assert member.get(page).status_code == 200, page


def test_a_rule_of_it_is_tried_before_it_changes_the_past(counted: Site) -> None:
    admin = counted.as_("administrator")
    post(admin, f"{RULE}/draft", weight="3", do="try", span="all")
    _work(counted)
    page = said(admin.get(f"{RULE}/draft"))
    assert "2 people of 2 would have another amount, 6 ties in all." in page
    assert "Would have more Person Now Then ben 2 6 cy 1 3" in page
    answer = post(admin, f"{RULE}/publish", reason="Names matter", anew="yes")
    assert answer.status_code == 302
    _work(counted)
    assert "Together: 3." in said(counted.as_("member").get(f"/entries/{an_entry(counted)}"))


def test_the_commands_say_that_it_has_no_boards(counted: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOWN_DATABASE_URL", counted.db.url)
    monkeypatch.setenv("RENOWN_DATA", str(tmp_path))
    monkeypatch.setenv("RENOWN_SECRET_KEY", "k" * 40)
    refused = CliRunner().invoke(main, ["boards", ties.MEASURE])
    assert refused.exit_code == 1
    assert f"MEASURE: '{ties.MEASURE}' has no boards; there are activity.points" in refused.output
    told = CliRunner().invoke(main, ["why", "ben", ties.MEASURE])
    assert told.exit_code == 0, told.output
    assert f"2 {ties.MEASURE}" in told.output
