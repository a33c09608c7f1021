"""The rules as everybody reads them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import insert, select

from renown import clock
from renown.ledger import rules
from renown.ledger.models import Rule
from tests.web.conftest import Site


@pytest.fixture
def counted(site: Site) -> Site:
    """A site on which the activity plugin is on."""
    assert site.renown.plugins.is_on("activity"), site.renown.plugins.status("activity")
    with site.db.write() as conn:
        manifest = site.renown.plugins.manifests["activity"]
        rules.ensure(conn, "activity", [(one.name, one.default_body) for one in manifest.rules])
    return site


def text(page: str) -> str:
    """What a page says, in one line."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))).replace(" .", ".")


def test_each_rule_is_on_the_page_with_its_points_and_limits(counted: Site) -> None:
    page = text(counted.as_("member").get("/rules").get_data(as_text=True))
    assert "60 points for an answer that the asker accepted." in page
    assert "At most 40 points a day." in page
    assert "At most 300 points per person and day, by all rules together." in page
    assert "v1 from the start" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("act=accepted&other=employee", "60 points = 60 Answers accepted"),
        ("act=accepted&other=customer", "100 points = 60 Answers accepted + 40 Customers helped"),
        ("act=accepted&other=customer&times=4", "300 points = 240 Answers accepted + 160 Customers helped − 100 taken"),
        ("act=accepted&other=yourself", "This gives you nothing."),
        ("act=liked&other=unknown", "This gives you nothing."),
        ("act=liked&times=10", "9 points = 20 Reactions received − 11 taken by limits"),
        ("act=closed", "This gives you nothing."),
        ("act=reply&words=4", "This gives you nothing."),
        ("act=reply&words=5", "2 points = 2 Replies"),
        ("act=merged", "15 points = 15 Changes merged"),
        ("act=no-such&other=no-such&words=x&times=-3", "60 points"),
    ],
)
def test_the_calculator_counts_as_the_ledger_does(counted: Site, asked: str, says: str) -> None:
    member = counted.as_("member")
    assert says in text(member.get(f"/rules/_worth?{asked}").get_data(as_text=True))
    assert says in text(member.get(f"/rules?{asked}").get_data(as_text=True))


def test_a_rules_history_tells_what_changed_why_and_from_when(counted: Site) -> None:
    with counted.db.write() as conn:
        body = conn.scalar(select(Rule.body).where(Rule.name == "reaction"))
        today = clock.to_day(clock.to_datetime(clock.now()).date())
        conn.execute(
            insert(Rule).values(
                plugin="activity", name="reaction", version=2, published=7, effective=today + 3, by_id=4,
                reason="Likes outweighed answers", at=clock.now(), body={**body, "owner_points": 1, "daily_cap": 20},
            )
        )  # fmt: skip
    member = counted.as_("member")
    page = text(member.get("/rules/activity/reaction").get_data(as_text=True))
    assert "2 points for each reaction" in page
    assert "Version 2 comes into force on" in page
    assert "Likes outweighed answers" in page
    assert "by Administrator" in page
    assert re.search(r"removed - Daily cap: 40 points added \+ Daily cap: 20 points", page)
    second = text(member.get("/rules/activity/reaction/v2").get_data(as_text=True))
    assert "1 point for each reaction" in second
    assert member.get("/rules/activity/reaction/v3").status_code == 404


def test_rules_that_are_not_there_and_viewers_who_are_not_counted(counted: Site) -> None:
    assert counted.as_("member").get("/rules/activity/no-such").status_code == 404
    assert counted.as_("member").get("/rules/nothing/reaction").status_code == 404
    assert counted.as_("customer").get("/rules").status_code == 404
    assert counted.as_("member").get("/rules/activity/adjustment").status_code == 404


def test_only_who_may_change_a_rule_is_offered_to(counted: Site) -> None:
    address = "/admin/rules/activity/reaction/draft"
    assert address in counted.as_("administrator").get("/rules/activity/reaction").get_data(as_text=True)
    assert address not in counted.as_("member").get("/rules/activity/reaction").get_data(as_text=True)
