"""Administrators' pages on what is there: they answer, say what is wrong, and act."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from renown.events.models import Consumer
from renown.jobs import Drain, runs, schedule
from renown.jobs.models import Run, Schedule
from tests.web.conftest import Site


@pytest.mark.parametrize("path", ["/admin", "/admin/health", "/admin/jobs", "/admin/health.json", "/admin/jobs/_runs"])
def test_only_administrators_have_these_pages(site: Site, path: str) -> None:
    assert site.as_("administrator").get(path).status_code == 200
    for role in ("moderator", "member", "customer"):
        assert site.as_(role).get(path).status_code == 404
    assert site.as_("nobody").get(path).status_code == (401 if path.endswith(".json") else 302)


def test_the_overview_says_what_needs_action_and_what_to_set_up(site: Site) -> None:
    page = site.as_("administrator").get("/admin").get_data(as_text=True)
    assert "no worker runs" in page
    assert re.search(r"no worker runs.*?href=\"/admin/jobs\">Jobs", page, re.DOTALL)
    assert "Connect the first network." in page


def test_a_stopped_reader_is_on_the_health_page_with_its_reason(site: Site) -> None:
    with site.db.write() as conn:
        conn.execute(
            insert(Consumer),
            {"name": "score:x:9", "kind": "score", "plugin": "x", "position": 0, "state": "stopped",
             "error": "KeyError: 'a'", "failed_event": 7},
        )  # fmt: skip
    page = site.as_("administrator").get("/admin/health").get_data(as_text=True)
    assert "at event 7: KeyError: &#39;a&#39;" in page


def test_a_run_is_stopped_and_goes_on(site: Site) -> None:
    with site.db.write() as conn:
        run = runs.start(conn, "noop", "A long import", {})
    client = site.as_("administrator")
    assert "A long import" in client.get("/admin/jobs").get_data(as_text=True)
    post(client, f"/admin/jobs/runs/{run}/stop")
    assert _state(site) == "stopped"
    post(client, f"/admin/jobs/runs/{run}/resume")
    assert _state(site) == "waiting"


def test_a_run_that_ended_its_workers_says_so_and_can_be_tried_again(site: Site) -> None:
    with site.db.write() as conn:
        run = runs.start(conn, "noop", "A long import", {})
        conn.execute(update(Run).values(state="running", holder="gone:1:aa", error=schedule.DIED))
    assert not runs.drain(site.db, {"noop": lambda db, progress, parameters: None})
    client = site.as_("administrator")
    page = client.get("/admin/jobs").get_data(as_text=True)
    assert runs.DEADLY in page
    assert f"/admin/jobs/runs/{run}/resume" in page
    post(client, f"/admin/jobs/runs/{run}/resume")
    assert _state(site) == "waiting"


def test_a_job_can_be_run_now(site: Site) -> None:
    with site.db.write() as conn:
        schedule.ensure(conn, [Drain("leavers", lambda db: False)])
        conn.execute(Schedule.__table__.update().values(due_at=1 << 60))
    client = site.as_("administrator")
    assert post(client, "/admin/jobs/leavers/now") == 302
    assert post(client, "/admin/jobs/no-such-job/now") == 404
    with site.db.read() as conn:
        assert conn.scalar(select(Schedule.due_at)) == 0


def _state(site: Site) -> str:
    with site.db.read() as conn:
        return str(conn.scalar(select(Run.state)))


def post(client: FlaskClient, path: str) -> int:
    """The status of a form's answer, sent with the page's own token."""
    token = re.search(r'"X-CSRFToken": "([^"]+)"', client.get("/admin/jobs").get_data(as_text=True))
    assert token
    return client.post(path, headers={"X-CSRFToken": token[1]}).status_code
