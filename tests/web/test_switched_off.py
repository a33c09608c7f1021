"""A plugin that is off leaves nothing behind on pages, and finds everything again when it is on."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from renown.context.switching import set_enabled
from renown.jobs import schedule
from renown.jobs.models import Schedule
from renown.notify import inbox
from tests.influence.company import submit
from tests.web.conftest import Site


@pytest.fixture(autouse=True)
def told(site: Site) -> None:
    """The member has two unread notices: one of influence, one of the core."""
    with site.db.write() as conn:
        me = site.people["member"]
        inbox.tell(conn, me, "influence", "influence.survey", "survey:1", "Survey of May", url="/influence/surveys/1")
        inbox.tell(conn, me, "core", "core.linked", "core:accounts", "Linked to you: Ana", url="/me/accounts")
        schedule.ensure(conn, site.renown.drains)


def switch(site: Site, on: bool) -> None:
    set_enabled(site.db, site.renown.plugins, "influence", on, actor_id=None, via="cli")


def page(site: Site, role: str, path: str) -> str:
    answer = site.as_(role).get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_its_notices_are_shown_again_when_it_is_on(site: Site) -> None:
    paths = ("/", "/notifications", "/notifications.atom")
    for on, unread in ((True, "2"), (False, "1"), (True, "2")):
        switch(site, on)
        for path in paths:
            found = page(site, "member", path)
            assert ("Survey of May" in found) == on, path
            assert "Linked to you: Ana" in found
        assert f'aria-label="Notifications, {unread} unread"' in page(site, "member", "/")


def test_what_was_not_shown_is_not_marked_as_read(site: Site) -> None:
    switch(site, False)
    assert submit(site.as_("member"), "/notifications/read").status_code == 302
    switch(site, True)
    with site.db.read() as conn:
        unread = [one.title for one in inbox.listed(conn, site.people["member"]) if one.read_at is None]
    assert unread == ["Survey of May"]


def test_its_jobs_are_neither_listed_nor_run(site: Site) -> None:
    with site.db.read() as conn:
        names = list(conn.scalars(select(Schedule.name).where(Schedule.plugin == "influence")))
    assert names
    for on in (False, True):
        switch(site, on)
        found = page(site, "administrator", "/admin/jobs")
        assert [name in found for name in names] == [on] * len(names)
        answer = submit(site.as_("administrator"), f"/admin/jobs/{names[0]}/now")
        assert answer.status_code == (302 if on else 404)


def test_a_page_with_a_button_names_no_command(site: Site) -> None:
    switch(site, False)
    for path in ("/admin/plugins", "/admin/plugins/influence"):
        found = page(site, "administrator", path)
        assert "Switched off" in found
        assert "renown plugins enable" not in found
    assert site.renown.plugins.status("influence").remedy == "renown plugins enable influence"


def test_programs_are_told_that_they_are_strangers(site: Site) -> None:
    for path in ("/people.json", "/boards/activity.points.json", "/me/data.json"):
        answer = site.app.test_client().get(path)
        assert answer.status_code == 401, path
        assert json.loads(answer.data)["message"] == "Sign in to go on"
    assert site.app.test_client().get("/people").status_code == 302


def test_a_wrong_character_is_told_with_its_field(site: Site) -> None:
    answer = site.as_("member").get("/people?q=%00")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "q: contains a NUL character." in text
    assert "Each field says what is wrong" not in text
