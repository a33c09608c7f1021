"""Administrators look after people, teams, privacy, tokens, and read the record of it."""

from __future__ import annotations

import io
import json
import re

import pytest

from renown import audit
from renown.access import tokens
from renown.people import facts, persons, teams
from tests.web.conftest import Site
from tests.web.test_signin import send


def text(client, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_a_person_is_added_merged_and_split_again(site: Site) -> None:
    admin = site.as_("administrator")
    send(admin, "/admin/people", name="Ana Lima", email="ana@acme.example")
    with site.db.write() as conn:
        ana = persons.find(conn, "ana-lima")
        other = persons.add(conn, "A. Lima", "ana@acme.example")
    assert ana is not None
    page = text(admin, "/admin/people")
    assert "Same e-mail, two people" in page
    again = send(admin, "/admin/people", name="X", email="ana@acme.example")
    assert "is the e-mail of" in text(admin, again.headers["Location"])
    compare = f"/admin/people/merge?kept={ana.handle}&gone=a.-lima"
    assert "Remains" in text(admin, compare)
    send(admin, "/admin/people/merge", compare, kept=str(ana.id), gone=str(other))
    with site.db.read() as conn:
        assert persons.get(conn, other).id == ana.id
    page = text(admin, f"/admin/people/{ana.id}")
    assert "counts as this person" in page
    number = page.split("/split/")[1].split('"')[0]
    send(admin, f"/admin/people/{ana.id}/split/{number}", f"/admin/people/{ana.id}")
    with site.db.read() as conn:
        assert persons.get(conn, other).id == other


def test_merging_nobody_names_the_field(site: Site) -> None:
    answer = site.as_("administrator").get("/admin/people/merge?kept=member&gone=no-such")
    assert answer.status_code == 404
    assert "Nobody has this handle or e-mail." in answer.get_data(as_text=True)


def test_a_list_is_looked_at_first_and_written_when_asked(site: Site) -> None:
    admin = site.as_("administrator")

    def upload(body: str, **fields: str):
        file = (io.BytesIO(body.encode()), "people.csv")
        return send(admin, "/admin/people/import", file=file, **fields)  # type: ignore[arg-type]

    good = "email,name,team\nana@acme.example,Ana,Support\n"
    assert "This is what would be done" in upload(good).get_data(as_text=True)
    with site.db.read() as conn:
        assert persons.find(conn, "ana@acme.example") is None
        assert persons.find(conn, "ana\0lima") is None, "a form may send anything"
    assert "Done" in upload(good, really="yes").get_data(as_text=True)
    with site.db.read() as conn:
        assert persons.find(conn, "ana@acme.example") is not None
    bad = upload("email,joined\nana,soon\n")
    assert bad.status_code == 422
    assert "is no e-mail address" in bad.get_data(as_text=True)
    assert "is no date" in bad.get_data(as_text=True)


def test_affiliation_team_leave_and_status_are_set_on_the_page(site: Site) -> None:
    admin, member = site.as_("administrator"), site.people["member"]
    base = f"/admin/people/{member}"
    send(admin, "/admin/teams", name="Support")
    with site.db.read() as conn:
        support = teams.find(conn, "support")
    send(admin, f"{base}/affiliation", base, kind="partner", **{"from": "2026-01-01"})
    send(admin, f"{base}/team", base, team=str(support), **{"from": "2026-01-01"})
    send(admin, f"{base}/leave", base, **{"from": "2026-07-01", "to": "2026-07-15"})
    page = text(admin, base)
    assert "Support: from" in page
    assert "until before" in page
    with site.db.read() as conn:
        assert facts.load(conn, people=[member]).affiliation(member, 20600, 1 << 60) == "partner"
    wrong = send(admin, f"{base}/leave", base, **{"from": "2026-07-15", "to": "2026-07-01"})
    assert "must come before" in text(admin, wrong.headers["Location"])
    signed_in = site.as_("member")
    assert signed_in.get("/").status_code == 200
    send(admin, f"{base}/status", base, status="suspended")
    assert signed_in.get("/").status_code == 302
    assert "Suspended" in text(admin, base)
    assert "Support" in text(admin, "/admin/teams/support")


def test_a_sign_in_link_is_shown_once_and_works_once(site: Site) -> None:
    admin, member = site.as_("administrator"), site.people["member"]
    base = f"/admin/people/{member}"
    page = send(admin, f"{base}/login", base, role="link").get_data(as_text=True)
    path = "/login/link/" + page.split("/login/link/")[1].split("<")[0].split('"')[0]
    assert "/login/link/" not in text(admin, base)
    browser = site.as_("nobody")
    assert send(browser, path).headers["Location"] == "/"
    assert browser.get("/me/data").status_code == 200


def test_nobody_is_erased_by_a_slip_and_once_erased_nothing_names_them(site: Site) -> None:
    admin, member = site.as_("administrator"), site.people["member"]
    base = f"/admin/people/{member}"
    assert json.loads(text(admin, f"{base}/export.json"))["people"][0]["handle"] == "member"
    send(admin, f"{base}/erase", base, phrase="somebody")
    assert "member@example.com" in text(admin, base)
    send(admin, f"{base}/erase", base, phrase="member")
    page = text(admin, base)
    assert "was erased" in page
    assert "member@example.com" not in page
    own = site.people["administrator"]
    refused = send(admin, f"/admin/people/{own}/erase", f"/admin/people/{own}", phrase="administrator")
    assert "another administrator" in text(admin, refused.headers["Location"])


def test_people_have_their_own_data(site: Site) -> None:
    told = json.loads(text(site.as_("customer"), "/me/data.json"))
    assert [one["handle"] for one in told["people"]] == ["customer"]


def test_and_what_plugins_hold_of_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of it for their own eyes; a plugin that fails or is off is named, and keeps nobody from the rest."""
    own = json.loads(text(site.as_("member"), "/me/data.json"))
    assert own["influence"]["scores"] == []
    assert "Influence" in text(site.as_("member"), "/me/data")
    other = json.loads(text(site.as_("administrator"), f"/admin/people/{site.people['member']}/export.json"))
    assert "scores" not in other["influence"]
    assert "own eyes" in other["influence"]["left_out"]
    assert own["plugins_off_and_not_asked"] == []
    monkeypatch.setattr("renown_influence.held.of", lambda *_: 1 / 0)
    broken = json.loads(text(site.as_("member"), "/me/data.json"))
    assert "did not answer" in broken["influence"]["could_not_be_told"]
    assert "ZeroDivisionError" not in str(broken), "that is for administrators"
    other = json.loads(text(site.as_("administrator"), f"/admin/people/{site.people['member']}/export.json"))
    assert "ZeroDivisionError" in other["influence"]["could_not_be_told"]
    assert broken["people"]
    send(site.as_("administrator"), "/admin/plugins/influence/disable", "/admin/plugins/influence")
    off = json.loads(text(site.as_("member"), "/me/data.json"))
    assert (off["plugins_off_and_not_asked"], "influence" in off) == (["influence"], False)


def test_a_token_is_made_with_scopes_shown_once_and_revoked(site: Site) -> None:
    admin = site.as_("administrator")
    wrong = send(admin, "/admin/tokens", name="intake")
    assert wrong.status_code == 422
    page = send(admin, "/admin/tokens", name="intake", scopes="events:write", days="30").get_data(as_text=True)
    token = re.search(tokens.PREFIX + r"[\w-]{40,}", page)[0]
    assert token not in text(admin, "/admin/tokens")
    with site.db.read() as conn:
        assert tokens.check(conn, token) is not None
        [listed] = tokens.listed(conn)
    send(admin, f"/admin/tokens/{listed.id}/revoke", "/admin/tokens")
    with site.db.read() as conn:
        assert tokens.check(conn, token) is None


def test_privacy_and_the_calendar_are_set_and_noted(site: Site) -> None:
    admin = site.as_("administrator")
    send(admin, "/admin/privacy", preset="teams-only", depth="10")
    send(admin, "/admin/privacy/weekdays", "/admin/privacy", weekdays="6")
    send(admin, "/admin/privacy/holidays", "/admin/privacy", day="2099-01-01", name="New year")
    page = text(admin, "/admin/privacy")
    assert 'value="teams-only" aria-describedby="p-teams-only-h" checked' in page
    assert "New year" in page
    for fields in ({"preset": "everything", "depth": "10"}, {"preset": "open", "depth": "0"}):
        wrong = send(admin, "/admin/privacy", **fields)
        assert "Not saved" in text(admin, wrong.headers["Location"])
    with site.db.read() as conn:
        actions = [line.action for line in audit.lines(conn, limit=3)]
        assert audit.verify(conn).whole
    assert actions == ["calendar.holiday-changed", "calendar.weekdays-changed", "privacy.changed"]


def test_the_record_is_filtered_exported_and_says_when_it_is_broken(site: Site) -> None:
    admin = site.as_("administrator")
    for name in ("Support", "Marketing"):
        send(admin, "/admin/teams", name=name)
    page = text(admin, "/admin/audit?who=administrator&what=team.")
    assert page.count("team.added") >= 2
    assert "Whole" in page
    assert "No such act" in text(admin, "/admin/audit?what=plugin.")
    assert admin.get("/admin/audit?from=soon").status_code == 404
    assert len(text(admin, "/admin/audit.jsonl").splitlines()) >= 2
    with site.db.write() as conn:
        conn.exec_driver_sql("UPDATE core_audit SET action = 'team.gone' WHERE id = 1")
    assert "Broken at entry 1" in text(admin, "/admin/audit")
