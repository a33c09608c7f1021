"""A test event on a source's page: what it would give, and no trace of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, inspect, select, table

from renown.events import log
from renown.ledger import rules
from renown.sources import registry
from tests.events.kit import connect, message
from tests.web.conftest import Site
from tests.web.test_admin_rules import _work, post, said


@pytest.fixture
def live(site: Site) -> str:
    """The page of a source from which something came already."""
    source = connect(site.db, "slack:T1", affiliation="employee")
    with site.db.write() as conn:
        log.append(conn, [(source, [message("m1", "ana", words=9)])])
    _work(site)
    return f"/admin/sources/{source.id}"


def everything(site: Site) -> dict[str, int]:
    """Rows of each table."""
    with site.db.read() as conn:
        names = inspect(conn).get_table_names()
        return {name: conn.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("accepted", ["Test A Answers accepted v1 60 points", "3 events were taken"]),
        ("message", ["Test A", "One event was taken"]),
        ("liked", ["Test A Reactions received v1 2 points"]),
        ("review", ["Test A Reviews v1 8 points"]),
        ("merged", ["Test A Changes merged v1 15 points"]),
    ],
)
def test_it_goes_the_whole_way_and_leaves_no_trace(site: Site, live: str, act: str, says: list[str]) -> None:
    admin = site.as_("administrator")
    assert "Send a test event" in said(admin.get(f"{live}/live"))
    before = everything(site)
    answer = post(admin, f"{live}/test", act=act)
    assert answer.status_code == 200
    for one in says:
        assert one in said(answer)
    assert everything(site) == before
    _work(site)
    assert everything(site) == before


def test_rules_by_space_and_limits_show(site: Site, live: str) -> None:
    body = {"verbs": ["create"], "actor_points": 7, "spaces": ["help-*"]}
    with site.db.write() as conn:
        # Effective on every day, but counted so by a recount alone: today it gives nothing.
        rules.publish(conn, "activity", "help", body, title="Help", recount=True)
    admin = site.as_("administrator")
    assert "Help v1" not in said(post(admin, f"{live}/test", act="message", space="help-desk"))
    site.db.retrying(lambda conn: _at_once(conn))
    assert "Help v1 7 points" in said(post(admin, f"{live}/test", act="message", space="help-desk"))
    assert "Help v1" not in said(post(admin, f"{live}/test", act="message", space="random"))


def _at_once(conn: Any) -> None:
    """As if it had been published yesterday."""
    conn.exec_driver_sql("UPDATE core_rule SET at = at - 86400000000 WHERE name = 'help'")


def test_a_paused_plugin_or_wrong_act_is_said(site: Site, live: str) -> None:
    admin = site.as_("administrator")
    assert post(admin, f"{live}/test", act="no-such").status_code == 422
    assert site.as_("member").post(f"{live}/test", data={"act": "message"}).status_code in (400, 404)
    with site.db.write() as conn:
        row = registry.add(conn, site.renown.keyring, "cloudevents", "cloudevents:other")
    assert "events were taken" in said(post(admin, f"/admin/sources/{row.id}/test", act="liked"))
