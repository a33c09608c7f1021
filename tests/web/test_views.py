"""Boards, people and why: the same view as page, JSON, CSV, feed and API, behind one gate."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from renown import app, audit
from renown.access import signin, tokens
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Object
from renown.ledger import standings, visibility, why
from renown.settings import Settings
from renown.web.exports import Item, as_csv, as_feed
from tests import tables
from tests.browser.lively import fill
from tests.events.kit import connect, message
from tests.web.conftest import Site

POINTS = "/boards/activity.points"


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("lively")
    url = f"sqlite:///{folder / 'renown.sqlite3'}"
    database = Database(url)
    tables.make(database)
    database.close()
    renown = app.build(Settings(data=Path(folder), database_url=url, secret_key="k" * 40))
    renown.begin()
    people = fill(renown)
    _second_source(renown)
    site = Site(app.create_app(renown), renown.db, renown)
    with renown.db.write() as conn:
        for role, account in (("member", "U0"), ("administrator", "U4"), ("customer", "K0")):
            signin.add_login(conn, people[account], f"{role}@example.com", role)  # type: ignore[arg-type]
            site.people[role] = people[account]
    yield site
    renown.close()


def _second_source(renown: Renown) -> None:
    """Three people's messages in another network, counted."""
    source = connect(renown.db, "slack:T2", affiliation="employee")
    with renown.db.write() as conn:
        told = [message(f"{who}{n}", who, minute=n, words=20) for who in ("zoe", "yan", "xia") for n in range(3)]
        log.append(conn, [(source, told)])
    while any([drain.work(renown.db) for drain in renown.drains if drain.topic]):  # noqa: C419 - each has its turn
        pass


@pytest.fixture
def preset(lively: Site) -> Iterator[Any]:
    """Change the organisation's privacy while a test runs."""

    def change(chosen: str) -> None:
        with lively.db.write() as conn:
            visibility.set_preset(conn, chosen)
        standings.catch_up(lively.db)

    yield change
    change("opt-out")


def data(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return json.loads(answer.data)


def test_a_board_is_the_same_as_page_data_table_and_api(lively: Site) -> None:
    member = lively.as_("member")
    rows = data(member, f"{POINTS}.json?period=all")["rows"]
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert len(rows) == 25, "no deeper than the setting"
    table = list(csv.DictReader(io.StringIO(member.get(f"{POINTS}.csv?period=all").get_data(as_text=True))))
    assert [(row["person"], row["amount"]) for row in table] == [(row["person"], str(row["amount"])) for row in rows]
    assert data(member, "/api/v1/boards/activity.points?period=all")["rows"] == rows
    page = member.get(f"{POINTS}?period=all").get_data(as_text=True)
    assert all(f'href="/people/{row["person"]}"' in page for row in rows[:10])


def test_pages_of_a_board_join_without_gap_or_double(lively: Site) -> None:
    member = lively.as_("member")
    whole = data(member, f"{POINTS}.json?period=all")["rows"]
    joined, after = [], ""
    while True:
        part = data(member, f"{POINTS}.json?period=all&limit=7{after}")
        joined += part["rows"]
        if part["next"] is None:
            break
        after = f"&after={part['next']}"
    assert joined == whole


def test_every_number_on_the_board_is_the_sum_of_its_changes(lively: Site) -> None:
    member = lively.as_("member")
    for row in data(member, f"{POINTS}.json?period=all")["rows"]:
        why = data(member, f"/people/{row['person']}/why/activity.points.json?period=all&limit=1000")
        entries = why["entries"]
        while why["next"]:
            why = data(
                member, f"/people/{row['person']}/why/activity.points.json?period=all&limit=1000&after={why['next']}"
            )
            entries += why["entries"]
        assert why["amount"] == row["amount"]
        assert sum(entry["amount"] for entry in entries) == pytest.approx(row["amount"])
        assert sum(part["amount"] for part in why["parts"]) == pytest.approx(row["amount"])


def test_private_acts_show_as_day_and_points_to_everybody(lively: Site) -> None:
    for role in ("member", "administrator"):
        rows = data(lively.as_(role), f"{POINTS}.json?period=all")["rows"]
        found = [
            entry
            for row in rows
            for entry in data(lively.as_(role), f"/people/{row['person']}/why/activity.points.json?period=all")[
                "entries"
            ]
            if entry["private"]
        ]
        assert found
        assert all(entry["rule"] is entry["source"] is entry["url"] is entry["at"] is None for entry in found)


def test_feeds_are_atom_with_addresses_of_this_site(lively: Site) -> None:
    member = lively.as_("member")
    [first, *_] = data(member, f"{POINTS}.json?period=all")["rows"]
    why = f"/people/{first['person']}/why/activity.points.atom"
    for path in (f"{POINTS}.atom?period=all", "/notifications.atom", "/rules.atom", why):
        answer = member.get(path)
        assert answer.mimetype == "application/atom+xml"
        feed = ElementTree.fromstring(answer.data)
        space = {"a": "http://www.w3.org/2005/Atom"}
        assert feed.findtext("a:updated", namespaces=space)
        links = [link.get("href", "") for link in feed.findall("a:entry/a:link", space)]
        assert links
        assert all(link.startswith("http://localhost/") for link in links)


def test_rules_and_teams_are_tables_too(lively: Site) -> None:
    member = lively.as_("member")
    for name, column in (("rules", "gives"), ("teams", "amount")):
        rows = list(csv.DictReader(io.StringIO(member.get(f"/{name}.csv").get_data(as_text=True))))
        assert len(rows) == len(data(member, f"/{name}.json"))
        assert rows[0][column]


def test_whoever_hides_is_nowhere_and_leaves_no_gap(lively: Site) -> None:
    member, colleague = lively.as_("member"), lively.as_("administrator")
    with lively.db.write() as conn:
        visibility.choose(conn, lively.people["member"], False)
    standings.catch_up(lively.db)
    try:
        rows = data(colleague, f"{POINTS}.json?period=all")["rows"]
        assert "ana" not in [row["person"] for row in rows]
        hidden = ("/people/ana", "/people/ana.json", "/people/ana/why/activity.points", "/api/v1/people/ana")
        assert [colleague.get(path).status_code for path in hidden] == [404] * 4
        assert "ana" not in [row["person"] for row in data(colleague, "/people.json?q=ana")["rows"]]
        assert "Ana Lindqvist" not in colleague.get("/search?q=ana").get_data(as_text=True)
        assert "Ana Lindqvist" not in colleague.get("/teams/customer-support").get_data(as_text=True)
        assert [member.get(path).status_code for path in hidden] == [200] * 4, "one's own stays"
    finally:
        with lively.db.write() as conn:
            visibility.choose(conn, lively.people["member"], None)
        standings.catch_up(lively.db)


def test_own_numbers_only_binds_administrators_too(lively: Site, preset: Any) -> None:
    preset("own-only")
    administrator = lively.as_("administrator")
    for path in ("/people/uli", f"{POINTS}.json", f"{POINTS}.json?of=teams", "/people/uli/why/activity.points.json"):
        assert administrator.get(path).status_code == 404, path
    page = administrator.get(POINTS).get_data(as_text=True)
    assert "Each person sees their own number" in page
    assert "Uli" not in page
    assert data(administrator, "/people.json")["rows"] == []
    assert administrator.get("/people/eve").status_code == 200


def test_teams_only_shows_teams_and_no_person(lively: Site, preset: Any) -> None:
    preset("teams-only")
    member = lively.as_("member")
    assert member.get(f"{POINTS}.json").status_code == 404
    assert data(member, f"{POINTS}.json?of=teams")["rows"]
    assert member.get("/people/uli").status_code == 404


def test_boxes_of_plugins_come_before_what_was_counted_last(lively: Site) -> None:
    home = lively.as_("member").get("/").get_data(as_text=True)
    assert home.index("home-sentence") < home.index("/panels/ideation/home") < home.index('id="latest"')


def _slugs(site: Site) -> list[str]:
    page = site.as_("member").get(f"{POINTS}?period=all").get_data(as_text=True)
    select = re.search(r'<select[^>]*name="source".*?</select>', page, re.DOTALL)
    assert select
    return [one for one in re.findall(r'<option value="([^"]*)"', select[0]) if one]


def test_boards_by_source_add_up_to_the_organisations(lively: Site) -> None:
    """In all views; each source has its own places, and hidden people stay hidden."""
    member, slugs = lively.as_("member"), _slugs(lively)
    assert len(slugs) == 2
    whole = {one["person"]: one["amount"] for one in data(member, f"{POINTS}.json?period=all&limit=200")["rows"]}
    parts = dict.fromkeys(whole, 0.0)
    for slug in slugs:
        asked = f"period=all&source={slug}&limit=200"
        board = data(member, f"{POINTS}.json?{asked}")
        assert board["scope"].startswith("source:")
        assert data(member, f"/api/v1/boards/activity.points?{asked}")["rows"] == board["rows"]
        assert len(list(csv.reader(io.StringIO(member.get(f"{POINTS}.csv?{asked}").text)))) == len(board["rows"]) + 1
        page = member.get(f"{POINTS}?{asked}").get_data(as_text=True)
        assert f'<option value="{slug}" selected>' in page
        assert f"source={slug}" in re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL), "periods keep the source"
        assert member.get(f"{POINTS}/_rows?{asked}").status_code == 200
        for row in board["rows"]:
            parts[row["person"]] = parts.get(row["person"], 0) + row["amount"]
    assert {person: parts[person] for person in whole} == whole
    assert member.get(f"/api/v1/boards/activity.points?source={slugs[0]}&of=teams").status_code == 400


def test_boards_by_source_obey_the_presets(lively: Site, preset: Any) -> None:
    slug = _slugs(lively)[0]
    preset("teams-only")
    assert lively.as_("member").get(f"{POINTS}.json?source={slug}").status_code == 404
    preset("own-only")
    assert lively.as_("administrator").get(f"{POINTS}.json?source={slug}").status_code == 404


def test_customers_see_no_employee_page(lively: Site) -> None:
    customer = lively.as_("customer")
    for path in ("/boards", POINTS, f"{POINTS}.json", "/people", "/people/uli", "/teams", "/rules", "/search?q=uli"):
        assert customer.get(path).status_code == 404, path
    assert customer.get("/").headers["Location"] == "/ideas"
    page = customer.get("/me/privacy").get_data(as_text=True)
    assert "/boards" not in page


def test_wrong_questions_are_no_faults(lively: Site) -> None:
    member = lively.as_("member")
    for path in (
        f"{POINTS}?period=2026-13", f"{POINTS}?after=x", f"{POINTS}?team=none",
        f"{POINTS}?source=none", f"{POINTS}?source=renown", "/boards/no.such",
        "/people/nobody-here", "/people/ana/why/no.such", "/people/ana/why/activity.points?after=1",
        "/entries/999999999", "/teams/none", "/panels/none/home",
    ):  # fmt: skip
        assert member.get(path).status_code == 404, path
    assert member.get(f"{POINTS}.json?limit=0").status_code == 400
    slug = _slugs(lively)[0]
    assert member.get(f"{POINTS}?source={slug}&team=sales").status_code == 400
    assert member.get("/api/v1/boards/activity.points?limit=0").status_code == 422


def test_a_token_reads_what_its_person_may_and_its_scopes_allow(lively: Site) -> None:
    with lively.db.write() as conn:
        made = tokens.add(conn, "report", ["boards:read", "me:read"], person_id=lively.people["member"])
    stranger, head = lively.as_("nobody"), {"Authorization": f"Bearer {made.token}"}
    assert stranger.get("/api/v1/boards/activity.points", headers=head).status_code == 200
    assert stranger.get("/api/v1/people", headers=head).status_code == 403
    assert json.loads(stranger.get("/api/v1/me", headers=head).data) == {
        "person": "ana", "role": "member", "scopes": ["boards:read", "me:read"],
    }  # fmt: skip
    assert stranger.get("/api/v1/me").status_code == 401


def test_events_come_in_with_a_token_and_say_what_is_wrong(lively: Site) -> None:
    with lively.db.write() as conn:
        made = tokens.add(conn, "robot", ["events:write"])
    head = {"Authorization": f"Bearer {made.token}"}
    good = {
        "specversion": "1.0", "id": "1", "source": "mail:list", "type": "collab.create.v1",
        "time": "2026-01-05T10:00:00Z",
        "data": {"type": "Create", "actor": {"id": "a"}, "object": {"id": "o", "kind": "message"}},
    }  # fmt: skip
    body = json.dumps([good, good | {"id": "2", "type": "renown.merged.v1"}, {"id": "3"}])
    batch = "application/cloudevents-batch+json"
    stranger = lively.as_("nobody")
    answer = stranger.post("/api/v1/events", data=body, content_type=batch, headers=head)
    found = json.loads(answer.data)
    assert (answer.status_code, found["accepted"], found["duplicates"]) == (200, 1, 0)
    first = found["rejected"][0]
    assert (first["index"], first["id"], first["errors"][0]["field"]) == (1, "2", "type")
    again = json.loads(stranger.post("/api/v1/events", data=body, content_type=batch, headers=head).data)
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert stranger.post("/api/v1/events", data="x", content_type="text/plain", headers=head).status_code == 415
    assert stranger.post("/api/v1/events", data="{", content_type=batch, headers=head).status_code in (200, 400)
    assert stranger.post("/api/v1/events", data=body, content_type=batch).status_code == 401
    assert stranger.post("/in/slack/no-such", data=b"{}").status_code == 404


def test_the_api_describes_itself_without_anything_from_elsewhere(lively: Site) -> None:
    stranger = lively.as_("nobody")
    spec = data(stranger, "/api/openapi.json")
    assert spec["openapi"] == "3.1.0"
    assert "post" in spec["paths"]["/api/v1/events"]
    routes = {rule.rule for rule in lively.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert len(spec["paths"]) == len(routes), "every operation is described"
    page = stranger.get("/api/docs").get_data(as_text=True)
    assert all(path in page for path in spec["paths"])


def test_numbers_that_no_row_can_have_are_no_faults(lively: Site) -> None:
    admin, much = lively.as_("administrator"), "9" * 23
    for path in (
        f"/admin/people/{much}", f"/entries/{much}", f"/panels/activity/person/{much}", f"/admin/audit?before={much}",
        f"/admin/sources/{much}/live",
    ):  # fmt: skip
        assert admin.get(path).status_code == 404, path
    for path in (f"/people?after=a/{much}", "/people?after=a/²", f"/notifications?before={much}"):
        assert admin.get(path).status_code == 200, path
    assert admin.get(f"{POINTS}.json?limit=²").status_code == 400


@pytest.mark.parametrize(
    ("url", "shown"), [("javascript:alert(1)", None), ("HTTPS://example.com/", "HTTPS://example.com/")]
)
def test_what_a_sender_calls_an_address_leads_to_a_page_or_nowhere(lively: Site, url: str, shown: str | None) -> None:
    member = lively.people["member"]
    with lively.db.write() as conn:
        changed = conn.begin_nested()
        conn.execute(update(Object).values(url=url))
        found = why.why(conn, Viewer(member, "member"), member, "activity.points")
        changed.rollback()
    assert {one.url for one in found.changes if not one.private and one.title} <= {shown}
    assert any(not one.private for one in found.changes)
    assert url == shown or url not in repr(found)


def test_no_name_breaks_a_feed_or_runs_in_a_spreadsheet(lively: Site) -> None:
    with lively.app.test_request_context("/feed"):
        feed = as_feed("a\x0bb\ufffe", [Item("1", "<i>\x00</i>", "/", 0)])
        table = as_csv("t", ("name",), [("=1+1",), ("\n=1+1",)])
    assert ElementTree.fromstring(feed.data).findtext("{http://www.w3.org/2005/Atom}title") == "ab"
    assert [row[0][0] for row in csv.reader(io.StringIO(table.get_data(as_text=True), newline=""))] == ["n", "'", "'"]


def test_an_export_for_somebody_is_noted_and_leaves_out_what_is_theirs_alone(lively: Site, preset: Any) -> None:
    admin, member = lively.as_("administrator"), lively.people["member"]
    assert data(admin, f"/admin/people/{member}/export.json")["entries"]
    preset("own-only")
    told = data(admin, f"/admin/people/{member}/export.json")
    assert told["entries"] == []
    assert "left_out" in told
    assert data(lively.as_("member"), "/me/data.json")["entries"]
    with lively.db.read() as conn:
        assert audit.lines(conn, limit=1)[0].action == "person.exported"
