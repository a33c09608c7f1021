"""A rule that administrators add: begun, tried, published, read by everybody, retired."""

from __future__ import annotations

from typing import Any

import pytest

from renown import clock
from renown.events import log
from renown.ledger import drafts
from tests.events.kit import START, connect, event
from tests.web.conftest import Site
from tests.web.test_admin_rules import _board, _work, post, said, tomorrow

NEW = "/admin/rules/activity/new"
RULE = "/admin/rules/activity/help-channel"
DRAFT, PUBLISH = f"{RULE}/draft", f"{RULE}/publish"
GIVEN = {
    "rule": "help-channel", "title": "Help channel", "on": "yes", "private": "yes", "backfill": "yes",
    "verbs": "create", "spaces": "C1", "actor_points": "7",
}  # fmt: skip


class Helpers:
    """Cy writes one short message in the help channel, when asked to."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.source = connect(site.db, "slack:T1", affiliation="employee")

    def write(self, key: str) -> int:
        """Returns what Cy has then, in whole points."""
        minute = (clock.now() - clock.from_datetime(START)) // (60 * clock.SECOND)
        said = event(key, "create", "Create", actor="cy", thing=key, words=1, space="C1", minute=minute)
        with self.site.db.write() as conn:
            log.append(conn, [(self.source, [said])])
        _work(self.site)
        return _board(self.site).get("cy", 0) // 1000


@pytest.fixture
def helpers(site: Site) -> Helpers:
    return Helpers(site)


def days_on(number: int) -> Any:
    later = clock.now() + number * clock.DAY
    return clock.set_to(lambda: later)


def test_it_is_tried_published_read_and_retired_like_any_other(site: Site, helpers: Helpers) -> None:
    admin, member = site.as_("administrator"), site.as_("member")
    assert helpers.write("m1") == 0
    assert "Add a rule to Activity" in said(admin.get("/admin/rules"))
    assert post(admin, NEW, **GIVEN).headers["Location"] == DRAFT
    assert "Begun, not published" in said(admin.get("/admin/rules"))
    assert "Help channel" not in said(member.get("/rules"))
    assert member.get("/rules/activity/help-channel").status_code == 404
    post(admin, DRAFT, **GIVEN, do="try", span="all")
    _work(site)
    assert "1 person of 1 would have another amount, 7 points in all" in said(admin.get(DRAFT))
    post(admin, PUBLISH, reason="Help is worth it", effective=tomorrow(site))
    assert "not in force yet" in said(member.get("/rules"))
    assert "7 Help channel" not in said(member.get("/rules/_worth?act=message&words=1"))
    assert helpers.write("m2") == 0, "the day it was published is not counted"
    with days_on(1):
        assert helpers.write("m3") == 7, "nor is what was before"
        page = said(member.get("/rules/activity/help-channel"))
        assert "7 points for anything new, in C1." in page
        assert "Help is worth it" in page
        api = member.get("/api/v1/rules/activity/help-channel").get_json()
        assert (api["title"], [one["version"] for one in api["versions"]]) == ("Help channel", [1])
        assert "Help channel v1" in said(member.get("/people/cy/why/activity.points"))
        assert post(admin, f"{RULE}/retire").status_code == 302
        assert "Draft of version 2: the rule is retired" in said(admin.get(DRAFT))
        post(admin, PUBLISH, reason="The channel is closed", effective=tomorrow(site))
        assert helpers.write("m4") == 14
    with days_on(2):
        assert helpers.write("m5") == 14, "what it gave stays"
        assert "Switched off: gives nothing." in said(member.get("/rules/activity/help-channel"))
        assert "retired" in said(admin.get("/admin/rules"))
        assert post(admin, f"{RULE}/retire").status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rule": "Help Channel"}, "Use small letters, digits and -"),
        ({"rule": "reaction"}, "There is a rule reaction already."),
        ({"rule": "adjustment"}, "There is a rule adjustment already."),
        ({"title": " "}, "Say in up to 80 characters what it is for."),
        ({"actor_points": "many"}, "Not a number."),
    ],
)
def test_what_cannot_be_a_rule_is_said_beside_its_field(site: Site, changes: dict[str, str], says: str) -> None:
    answer = post(site.as_("administrator"), NEW, **GIVEN | changes)
    assert answer.status_code == 422
    assert says in said(answer)
    assert 'value="7"' in answer.get_data(as_text=True) or "many" in str(changes)
    with site.db.read() as conn:
        assert drafts.waiting(conn) == {}


def test_a_begun_rule_can_be_given_up(site: Site) -> None:
    admin = site.as_("administrator")
    post(admin, NEW, **GIVEN)
    assert post(admin, f"{RULE}/discard").headers["Location"] == "/admin/rules"
    assert admin.get(DRAFT).status_code == 404
    assert post(admin, NEW, **GIVEN).status_code == 302


def test_only_plugins_that_say_so_take_rules_and_only_from_administrators(site: Site) -> None:
    assert site.as_("administrator").get("/admin/rules/slack/new").status_code == 404
    assert site.as_("administrator").get("/admin/rules/nothing/new").status_code == 404
    assert site.as_("member").get(NEW).status_code == 404
