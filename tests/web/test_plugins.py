"""Plugins on the administrators' pages: switched, set, suspended, and helped on."""

from __future__ import annotations

from sqlalchemy import select, update

from renown import clock
from renown.events import consume
from renown.events.models import Consumer
from renown.ledger.models import SetAside
from renown.sources import registry
from tests.web.conftest import Site
from tests.web.test_sources import deliver as _deliver
from tests.web.test_sources import post, submit


def test_a_plugin_is_switched_off_and_on_again(site: Site) -> None:
    admin = site.as_("administrator")
    assert "Activity" in admin.get("/admin/plugins").get_data(as_text=True)
    submit(admin, "/admin/plugins/activity/disable")
    assert "activity" not in site.renown.plugins.enabled
    assert "switched off" in admin.get("/admin/plugins/activity").get_data(as_text=True)
    assert admin.get("/boards/activity.points").status_code == 404
    submit(admin, "/admin/plugins/activity/enable")
    assert admin.get("/boards/activity.points").status_code == 200
    assert admin.get("/admin/plugins/nothing").status_code == 404
    assert site.as_("moderator").get("/admin/plugins").status_code == 404


def test_a_suspended_hook_shows_its_reason_and_tries_again(site: Site) -> None:
    hook = site.renown.plugins.hooks_of("activity")[0]
    site.renown.plugins.suspend("activity", hook, "KeyError: 'x'")
    site.renown.plugins.refresh(now=True)
    admin = site.as_("administrator")
    page = admin.get("/admin/plugins/activity").get_data(as_text=True)
    assert f"{hook} is suspended" in page
    assert "KeyError" in page
    submit(admin, "/admin/plugins/activity/again")
    assert site.renown.plugins.suspension("activity", hook) is None


def test_an_event_at_which_a_reader_stopped_is_set_aside_with_a_reason(site: Site) -> None:
    with site.db.write() as conn:
        registry.add(conn, site.renown.keyring, "slack", "slack:acme", secret="s3cret-of-the-app")
    assert _deliver(site, "s3cret-of-the-app") == 200
    while site.renown.catch_up():
        pass
    with site.db.write() as conn:
        mine = (Consumer.kind == "score", Consumer.plugin == "activity")
        row = conn.execute(select(Consumer.name, Consumer.position).where(*mine)).one()
        conn.execute(
            update(Consumer)
            .where(Consumer.name == row.name)
            .values(state="stopped", failed_event=row.position, error="odd", retry_at=clock.now() + clock.DAY)
        )
    admin = site.as_("administrator")
    assert "stopped at event" in admin.get("/admin/plugins/activity").get_data(as_text=True)
    assert f"stopped at event {row.position}" in admin.get("/admin/plugins").get_data(as_text=True), "beside the state"
    assert post(admin, "/admin/plugins/activity/aside", reader=row.name).status_code == 422
    submit(admin, "/admin/plugins/activity/aside", reader=row.name, reason="an odd one")
    with site.db.read() as conn:
        assert conn.scalar(select(SetAside.event_id)) == row.position
        assert conn.scalar(select(Consumer.state).where(Consumer.name == row.name)) == "running"


def test_what_was_passed_over_is_on_the_page_of_who_was_not_told(site: Site) -> None:
    with site.db.write() as conn:
        consume.ensure(conn, "recorded:activity", consume.RECORDED, "activity")
        lost = {"state": "stopped", "failed_event": 1, "error": "KeyError: 'of one event'"}
        conn.execute(update(Consumer).where(Consumer.name == "recorded:activity").values(lost))
        consume.pass_over(conn, "recorded:activity")
    admin = site.as_("administrator")
    assert "of one event" in admin.get("/admin/plugins/activity").get_data(as_text=True)
    assert "of one event" not in admin.get("/admin/plugins/ideation").get_data(as_text=True)
