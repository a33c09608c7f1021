"""A rule's next version in an administrator's hands: form, dry run, publication, approval, recount; adjustments."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renown.access import signin
from renown.access.viewer import Viewer
from renown.clock import to_date
from renown.db import stored
from renown.events import log
from renown.ledger import boards, drafts, rules, versions
from renown.ledger.models import Rule
from renown.people import persons
from tests.events.kit import connect, event
from tests.web.conftest import Site

DRAFT = "/admin/rules/activity/reaction/draft"


@pytest.fixture
def counted(site: Site) -> Site:
    """Ten colleagues liked messages of Ana's and Ben's, on a dozen days."""
    source = connect(site.db, "slack:T1", affiliation="employee")
    likes = [
        event(f"like{n}", actor=f"u{n % 10}", thing=f"m{n}", owner="ana" if n % 3 else "ben", minute=n * 300)
        for n in range(60)
    ]
    with site.db.write() as conn:
        log.append(conn, [(source, likes)])
    _work(site)
    return site


def _work(site: Site) -> None:
    """What the worker does, until there is nothing left to do."""
    while any([drain.work(site.db) for drain in site.renown.drains if drain.topic]):  # noqa: C419 - each has its turn
        pass


def text(page: str) -> str:
    """What a page says, in one line."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))).replace(" .", ".")


def post(client: FlaskClient, path: str, **data: Any) -> Any:
    """Sends a form with its proof, as the page itself would."""
    page = client.get(DRAFT if client.get(DRAFT).status_code == 200 else "/").get_data(as_text=True)
    proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert proof
    return client.post(path, data={"csrf_token": proof[1], **data})


def said(answer: Any) -> str:
    return text(answer.get_data(as_text=True))


def form(site: Site, **changes: Any) -> dict[str, Any]:
    """The reaction rule's form as it stands, with changes."""
    with site.db.read() as conn:
        body = conn.scalar(select(Rule.body).where(Rule.name == "reaction", Rule.version == 1))
    given: dict[str, Any] = {**body, "private": "yes", "backfill": "yes", "on": "yes", **changes}
    return {name: value for name, value in given.items() if value is not None}


def tomorrow(site: Site) -> str:
    with site.db.read() as conn:
        return to_date(rules.tomorrow(conn)).isoformat()


def newest(site: Site) -> versions.Version:
    with site.db.read() as conn:
        return versions.histories(conn, "activity")["reaction"][0]


def test_a_draft_goes_round_the_form_and_wrong_fields_are_named(counted: Site) -> None:
    admin = counted.as_("administrator")
    answer = post(admin, DRAFT, **form(counted, owner_points="many", verbs="clap"))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "2 fields need a change" in page
    assert "Not a number." in page
    assert 'value="many"' in page
    assert post(admin, DRAFT, **form(counted, owner_points="1", spaces="help-*\nC1")).status_code == 302
    page = admin.get(DRAFT).get_data(as_text=True)
    assert "For who made it: 2 points" in text(page)
    assert "For who made it: 1 points" in text(page)
    assert "help-*\nC1" in page
    with counted.db.read() as conn:
        draft = drafts.get(conn, "activity", "reaction")
        assert draft is not None
        assert draft.body["spaces"] == ["help-*", "C1"]
        assert draft.body["daily_cap"] == 40


def test_a_dry_run_shows_who_moves_before_anybody_is_counted_by_it(counted: Site) -> None:
    admin = counted.as_("administrator")
    before = _board(counted)
    post(admin, DRAFT, **form(counted, owner_points="1", do="try", span="all"))
    assert "Events counted" in said(admin.get(DRAFT)) or "0" in said(admin.get(DRAFT))
    _work(counted)
    page = said(admin.get(DRAFT))
    assert "2 people of 2 would have another amount" in page
    assert re.search(r"Would have less Person Now Then Place ana 80 40 1 → 1 ben 40 20 2 → 2", page)
    assert _board(counted) == before
    assert newest(counted).version == 1


def test_published_it_holds_from_its_day_with_its_reason(counted: Site) -> None:
    admin = counted.as_("administrator")
    post(admin, DRAFT, **form(counted, owner_points="1"))
    publish = "/admin/rules/activity/reaction/publish"
    answer = post(admin, publish, reason="", effective=tomorrow(counted))
    assert answer.status_code == 422
    assert "Say why: everybody who is counted reads it." in said(answer)
    answer = post(admin, publish, reason="Less for likes", effective="2020-01-01")
    assert "Is tomorrow at the earliest." in said(answer)
    answer = post(admin, publish, reason="Less for likes", effective="soon")
    assert "Give a day, as 2026-06-04." in said(answer)
    assert newest(counted).version == 1
    assert post(admin, publish, reason="Less for likes", effective=tomorrow(counted)).status_code == 302
    assert (newest(counted).version, newest(counted).reason) == (2, "Less for likes")
    assert "Less for likes" in said(counted.as_("member").get("/rules/activity/reaction"))


def test_what_says_the_same_is_not_published(counted: Site) -> None:
    admin = counted.as_("administrator")
    post(admin, DRAFT, **form(counted))
    answer = post(admin, "/admin/rules/activity/reaction/publish", reason="None", effective=tomorrow(counted))
    assert answer.status_code == 422
    assert "This is what version 1 says already." in said(answer)


def test_to_undo_is_a_new_version_from_an_earlier_one(counted: Site) -> None:
    admin = counted.as_("administrator")
    publish = "/admin/rules/activity/reaction/publish"
    post(admin, DRAFT, **form(counted, owner_points="1"))
    post(admin, publish, reason="Less for likes", effective=tomorrow(counted))
    page = admin.get(f"{DRAFT}?from=1").get_data(as_text=True)
    assert re.search(r'name="owner_points"[^>]*value="2"', page)
    post(admin, DRAFT, **form(counted))
    post(admin, publish, reason="Likes count again", effective=tomorrow(counted))
    assert newest(counted).version == 3
    assert newest(counted).body["owner_points"] == 2


def test_a_recount_changes_the_past_after_it_was_shown(counted: Site) -> None:
    admin = counted.as_("administrator")
    publish = "/admin/rules/activity/reaction/publish"
    post(admin, DRAFT, **form(counted, owner_points="1"))
    answer = post(admin, publish, reason="Less for likes", anew="yes")
    assert "Look at a dry run first: a recount changes the past." in said(answer)
    post(admin, DRAFT, **form(counted, owner_points="1", do="try", span="all"))
    _work(counted)
    assert post(admin, publish, reason="Less for likes", anew="yes").status_code == 302
    _work(counted)
    assert _board(counted) == {"ana": 40_000, "ben": 20_000}
    assert (newest(counted).moves, newest(counted).effective) == (2, None)


def test_a_second_person_approves_where_two_are_asked_for(counted: Site) -> None:
    admin = counted.as_("administrator")
    post(admin, "/admin/rules/second-person", on="yes")
    post(admin, DRAFT, **form(counted, owner_points="1"))
    post(admin, "/admin/rules/activity/reaction/publish", reason="Less for likes", effective=tomorrow(counted))
    assert newest(counted).version == 1
    assert "You proposed it, so somebody else approves it." in said(admin.get(DRAFT))
    post(admin, "/admin/rules/activity/reaction/approve")
    assert newest(counted).version == 1
    with counted.db.write() as conn:
        counted.people["second"] = _administrator(conn)
    second = counted.as_("second")
    assert "Approve and publish" in said(second.get(DRAFT))
    post(second, "/admin/rules/activity/reaction/approve")
    assert (newest(counted).version, newest(counted).by_id) == (2, counted.people["second"])


def test_a_dry_run_names_nobody_where_people_see_only_their_own(counted: Site) -> None:
    with counted.db.write() as conn:
        stored.put(conn, "core", "privacy", "own-only")
    admin = counted.as_("administrator")
    post(admin, DRAFT, **form(counted, owner_points="1", do="try", span="all"))
    _work(counted)
    page = said(admin.get(DRAFT))
    assert "2 people of 2 would have another amount" in page
    assert "ana" not in page
    assert "nobody sees other people's numbers" in page


def test_adjustments_need_a_person_an_amount_and_a_reason(counted: Site) -> None:
    admin, path = counted.as_("administrator"), "/admin/rules/adjustments"
    wrong = post(admin, path, person="nobody-here", amount="1.2345", measure="activity.points", reason="x")
    assert wrong.status_code == 422
    assert "Nobody has this handle or e-mail." in said(wrong)
    assert "Give a number with at most three decimals" in said(wrong)
    own = post(admin, path, person="administrator", amount="5", measure="activity.points", reason="me")
    assert "Somebody else adjusts yours." in said(own)
    mute = post(admin, path, person="member", amount="5", measure="activity.points", reason=" ")
    assert "Say why, the person will read it." in said(mute)
    assert (
        post(admin, path, person="member", amount="2.5", measure="activity.points", reason="Workshop").status_code
        == 302
    )
    _work(counted)
    page = said(admin.get(path))
    assert "2.5 Workshop" in page
    assert _board(counted)["member"] == 2500


@pytest.mark.parametrize("role", ["moderator", "member", "customer"])
def test_only_administrators_change_rules(counted: Site, role: str) -> None:
    client = counted.as_(role)
    for path in ("/admin/rules", DRAFT, f"{DRAFT}/_run", "/admin/rules/adjustments"):
        assert client.get(path).status_code == 404


def _board(site: Site) -> dict[str, int]:
    with site.db.read() as conn:
        found = boards.board(conn, Viewer(1, "administrator"), "activity.points", "all", 0, limit=50)
    return {line.key: line.amount for line in found.lines}


def _administrator(conn: Any) -> int:
    person = persons.add(conn, "Second", "second@example.com", handle="second")
    signin.add_login(conn, person, "second@example.com", "administrator")
    return person
