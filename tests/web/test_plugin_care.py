"""Plugins on the administrators' pages: what they ask for, do and have, and what a purge leaves of them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text, update

from renown import audit, clock
from renown.access.models import VouchedAccount
from renown.context import holdings, store, timing
from renown.context.purging import NotPurged, purge
from renown.db.models import Base, PluginState, Setting
from renown.events import consume, log
from renown.events.models import Consumer
from renown.hooks.calls import Call, CallLog
from renown.jobs import schedule
from renown.jobs.models import Schedule, Worker
from renown.jobs.presence import GONE, Presence
from renown.jobs.worker import run_once
from renown.ledger import levels
from renown.ledger.models import Measure, Standing
from renown.notify.models import Due, Notification, NotifyChoice
from renown.sources import registry
from renown.sources.models import Source
from tests.web.conftest import Site
from tests.web.test_installed_plugin import ASKS, installed, page, post, thanks

__all__ = ["installed", "thanks"]


def tables(conn: Connection, plugin: str) -> list[str]:
    names = inspect(conn).get_table_names()
    return [name for name in names if name.startswith(f"{plugin}_") or name == f"alembic_version_{plugin}"]


def test_it_is_said_what_it_asks_for_before_it_is_switched_on(thanks: None, site: Site) -> None:
    assert 'action="/admin/plugins/thanks/enable"' not in page(site, "/admin/plugins")
    asked = page(site, "/admin/plugins/thanks/enable")
    assert "Give thanks: everybody who works here" in asked
    assert "Gives numbers for what people did" in asked
    assert "renown-thanks" in asked
    assert not site.renown.plugins.is_on("thanks")
    assert post(site, "/admin/plugins/thanks/enable", asks=ASKS, tables="yes") == 302
    assert site.renown.plugins.is_on("thanks"), "its tables are made with it"
    with site.db.read() as conn:
        said, made = audit.lines(conn, limit=2)
    assert [(one.action, one.target, one.actor_id) for one in (made, said)] == [
        (action, "plugin:thanks", site.people["administrator"]) for action in ("plugin.upgraded", "plugin.enabled")
    ]
    assert made.details == {"from": None, "to": "0001"}
    assert site.as_("administrator").get("/admin/plugins/thanks/enable").status_code == 302, "it is on"


def test_what_is_to_go_is_told_on_the_page_of_who_uses_it(site: Site) -> None:
    site.renown.plugins["activity"].outdated = ("panels(place) goes with api 2: since 0.5; take `page`",)
    assert "goes with api 2: since 0.5; take `page`" in page(site, "/admin/plugins/activity")
    assert "goes with api 2" not in page(site, "/admin/plugins/influence")


def test_calls_of_all_processes_are_shown_with_time_and_faults(site: Site) -> None:
    elsewhere = CallLog()
    for micros in (1000, 5000):
        elsewhere.add("activity", Call("panels", 0, micros, "ok"))
    timing.tell(elsewhere, site.db)
    site.renown.dispatcher.calls.add("activity", Call("panels", 0, 6000, "raised", "KeyError: 'x'"))
    found = page(site, "/admin/plugins/activity").partition(">Calls of its hooks<")[2]
    row = re.search(r'<th scope="row" class="mono">panels</th>(.*?)</tr>', found)
    assert row
    assert re.findall(r">([^<]*)</td>", row[1]) == ["3", "1", "0", "4.00", "6.00"]


def test_how_far_it_has_read_is_followed_until_it_has_caught_up(site: Site) -> None:
    def shown() -> str:
        return page(site, "/admin/plugins/activity/_readers")

    while site.renown.catch_up():
        pass
    assert "hx-get" not in shown()
    with site.db.write() as conn:
        log.append_core(conn, "closed", extra={"kind": "month", "start": 0})
    with site.db.read() as conn:
        end = log.head(conn)
    assert f'max="{end}" value="{end - 1}"' in shown()
    assert 'hx-get="/admin/plugins/activity/_readers"' in shown()
    assert "No worker runs" in shown()
    while site.renown.catch_up():
        pass
    assert "hx-get" not in shown()


def test_its_tables_are_shown_with_their_rows(installed: Site) -> None:
    give(installed, 3)
    found = page(installed, "/admin/plugins/thanks/_holdings")
    assert re.search(r"thanks_card</th><td class=\"num\">3<", found)
    with installed.db.read() as conn:
        folder = holdings.folder(installed.renown.settings.data, "thanks")
        assert holdings.count(conn, "thanks", folder).tables[0] == holdings.Pieces("thanks_card", 3)


def give(site: Site, cards: int) -> None:
    said = text("INSERT INTO thanks_card (giver_id, day, event) VALUES (:giver, 1, :event)")
    with site.db.write() as conn:
        for number in range(cards):
            conn.execute(said, {"giver": site.people["member"], "event": f"thanks:{number}"})


@pytest.fixture
def lived_in(installed: Site) -> Site:
    """It was on for a while, and something of every kind is left of it. It is off now."""
    site, person = installed, installed.people["member"]
    post(site, "/admin/plugins/thanks/enable", asks=ASKS)
    while site.renown.catch_up():
        pass
    post(site, "/admin/plugins/thanks/settings", a_day="7")
    give(site, 2)
    with site.renown.contexts.of("thanks").writing() as ctx:
        ctx.files.write("cards/one.txt", b"bytes")
    with site.db.write() as conn:
        conn.execute(insert(Measure).values(name="thanks.level", plugin="thanks"))
        levels.publish(conn, "thanks.level", {person: 5000}, "run-1")
        notice = conn.execute(
            insert(Notification)
            .values(person_id=person, plugin="thanks", kind="thanks.got", subject="s", title="t", created_at=1)
            .returning(Notification.id)
        ).scalar_one()
        conn.execute(insert(Due).values(notice_id=notice, channel="mail", person_id=person, due_at=clock.now()))
        conn.execute(insert(NotifyChoice).values(person_id=person, kind="thanks.got", channel="mail", pace="never"))
        account = {"plugin": "thanks", "issuer": "i", "subject": "s", "person_id": person, "first_at": 1, "last_at": 1}
        conn.execute(insert(VouchedAccount).values(**account))
        conn.execute(insert(Schedule).values(name="thanks.sweep", plugin="thanks", due_at=0, failures=0))
        consume.ensure(conn, "recorded:thanks", consume.RECORDED, "thanks")
    calls = CallLog()
    calls.add("thanks", Call("panels", 0, 10, "ok"))
    timing.tell(calls, site.db)
    post(site, "/admin/plugins/thanks/disable")
    return site


#: What is on record of a plugin that is gone: the ledger, and what the ledger needs to go on.
RECORD = {"core_measure", "core_generation", "core_rule", "core_consumer"}


def naming(conn: Connection, plugin: str) -> set[str]:
    """The core's tables in which a row says that it is this plugin's."""
    found = set()
    for table in Base.metadata.sorted_tables:
        column = table.columns.get("plugin") if table is not Setting.__table__ else table.columns["owner"]
        if table is PluginState.__table__:
            column = table.columns["name"]
        if column is not None and conn.scalar(select(func.count()).select_from(table).where(column == plugin)):
            found.add(table.name)
    return found


def test_a_purge_says_what_goes_and_takes_no_less(lived_in: Site) -> None:
    site = lived_in
    asked = page(site, "/admin/plugins/thanks/purge")
    goes = dict(re.findall(r'<th scope="row">(.*?)</th><td class="num">([\d,]+)<', asked))
    assert goes == {
        'The table <span class="mono">thanks_card</span>, with its rows': "2",
        'The table <span class="mono">alembic_version_thanks</span>, with its rows': "1",
        "Numbers it published": "1",
        "Notices to people": "1",
        "Choices how to hear of them": "1",
        "Sign-ins it vouched for": "1",
        "Readers of the log": "2",
        "Jobs": "1",
        "Settings": "1",
        "Word on whether it is on": "1",
        "Files, 1 kB": "1",
    }
    with site.db.read() as conn:
        others, end = naming(conn, "activity"), log.head(conn)
        assert naming(conn, "thanks") > RECORD
    assert post(site, "/admin/plugins/thanks/purge", phrase="thank") == 422
    with site.db.read() as conn:
        assert tables(conn, "thanks"), "it was not typed"
    assert post(site, "/admin/plugins/thanks/purge", phrase="thanks") == 302
    with site.db.read() as conn:
        assert tables(conn, "thanks") == []
        assert naming(conn, "thanks") <= RECORD
        assert conn.scalars(select(Consumer.kind).where(Consumer.plugin == "thanks")).all() == [consume.SCORE]
        assert conn.scalar(select(func.count()).select_from(Due)) == 0
        assert conn.scalar(select(func.count()).select_from(NotifyChoice)) == 0
        assert conn.scalar(select(func.count()).select_from(Standing).where(Standing.amount == 5000)) == 0
        assert timing.of(conn, CallLog(), "thanks") == {}
        assert (naming(conn, "activity"), log.head(conn)) == (others, end), "nothing else is touched"
        [said] = audit.lines(conn, limit=1)
        details = said.details or {}
        assert (said.action, details["thanks_card"], details["files"]) == ("plugin.purged", 2, 1)
    assert not (site.renown.settings.data / "files" / "thanks").exists()
    assert "Nothing: it has nothing here." in page(site, "/admin/plugins/thanks/purge")
    assert post(site, "/admin/plugins/thanks/enable", asks=ASKS, tables="yes") == 302
    assert site.as_("member").get("/thanks").status_code == 200, "it may come back, and begins anew"
    assert 'value="3"' in page(site, "/admin/plugins/thanks")


def test_a_purge_holds_nobody_up_who_reads(lived_in: Site) -> None:
    """PostgreSQL drops no table while somebody reads what it refers to, and lets nobody else read meanwhile."""
    with lived_in.db.read() as conn:
        assert conn.scalar(text("SELECT count(*) FROM core_person"))
        status = post(lived_in, "/admin/plugins/thanks/purge", phrase="thanks")
        assert status == (302 if lived_in.db.is_sqlite else 422)
    with lived_in.db.read() as conn:
        assert bool(tables(conn, "thanks")) is not lived_in.db.is_sqlite
    assert post(lived_in, "/admin/plugins/thanks/purge", phrase="thanks") == 302


def test_what_is_on_is_not_purged(lived_in: Site) -> None:
    post(lived_in, "/admin/plugins/thanks/enable", asks=ASKS)
    assert "Switch it off first" in page(lived_in, "/admin/plugins/thanks/purge")
    assert post(lived_in, "/admin/plugins/thanks/purge", phrase="thanks") == 422
    assert lived_in.as_("member").get("/thanks").status_code == 200
    lived_in.renown.plugins.fail("thanks", "odd, but here alone")
    assert "It is switched on" in page(lived_in, "/admin/plugins/thanks/purge")
    assert post(lived_in, "/admin/plugins/thanks/purge", phrase="thanks") == 422, "elsewhere it may run"
    with lived_in.db.read() as conn:
        assert tables(conn, "thanks")


def test_what_was_switched_on_meanwhile_is_not_purged(lived_in: Site) -> None:
    """What this process knows may be a second old."""
    with lived_in.db.write() as conn:
        conn.execute(update(PluginState).where(PluginState.name == "thanks").values(enabled=True))
    assert not lived_in.renown.plugins.is_wanted("thanks")
    with pytest.raises(NotPurged, match="switched on"):
        purge(lived_in.db, lived_in.renown.plugins, "thanks", lived_in.renown.settings.data, actor_id=None, via="cli")


def test_jobs_of_what_is_off_stay_as_they_were_and_do_not_come_back(site: Site) -> None:
    drain = next(one for one in site.renown.drains if one.name == "ideation.tell")
    beats = Presence(site.db, site.renown.drains)
    beats.beat()
    row = update(Schedule).where(Schedule.name == drain.name)
    with site.db.write() as conn:
        conn.execute(row.values(error="KeyError: 'x'", failures=3, due_at=0, holder="other"))
        conn.execute(insert(Worker).values(name="other", started_at=1, beat_at=clock.now(), host="h", serving=False))
    assert post(site, "/admin/plugins/ideation/disable") == 302
    assert post(site, "/admin/plugins/ideation/purge", phrase="ideation") == 422
    with site.db.write() as conn:
        assert tables(conn, "ideation"), "a worker has the job in hand"
        conn.execute(update(Worker).where(Worker.name == "other").values(beat_at=clock.now() - 2 * GONE))
        conn.execute(row.values(holder=None))
    assert run_once(site.db, drain) is False
    with site.db.read() as conn:
        assert schedule.failing(conn, "ideation")[0].failures == 3, "it did not run, so it did not go well"
        assert "ideation" not in {one.plugin for one in schedule.listed(conn)}, "nor is it late"
    with site.db.write() as conn:
        conn.execute(row.values(holder="other"))
    assert post(site, "/admin/plugins/ideation/purge", phrase="ideation") == 302, "that worker is gone"
    beats.beat()
    with site.db.read() as conn:
        assert naming(conn, "ideation") <= RECORD


def test_sources_and_tables_of_others_stay_and_are_named(site: Site) -> None:
    with site.db.write() as conn:
        registry.add(conn, site.renown.keyring, "slack", "slack:T1")
        conn.execute(text("CREATE TABLE slack_archive (id INTEGER)"))
        conn.execute(insert(Setting).values(owner="slack", name="old", value=1, changed_at=0))
    post(site, "/admin/plugins/slack/disable")
    asked = page(site, "/admin/plugins/slack/purge")
    assert "One source that it reads is connected still" in asked
    assert "may be another program" in asked
    assert "slack_archive" in asked
    assert post(site, "/admin/plugins/slack/purge", phrase="slack") == 302
    assert post(site, "/admin/plugins/slack/purge", phrase="slack") == 422, "what is left is not its own"
    with site.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Setting).where(Setting.owner == "slack")) == 0
        assert conn.scalars(select(Source.secrets).where(Source.network == "slack")).one()
        assert inspect(conn).has_table("slack_archive")


@pytest.fixture
def odd(thanks: None, tmp_path: Path) -> None:
    """A distribution whose plugins are called as no plugin can be."""
    entries = "[renown.plugins]\ncore = renown_thanks.plugin\nMy-Plugin = renown_thanks.plugin\n"
    (tmp_path / "renown_thanks-0.1.0.dist-info" / "entry_points.txt").write_text(entries)


def test_what_is_called_as_no_plugin_can_be_has_nothing_here(odd: None, site: Site) -> None:
    assert "is a name of Renown" in page(site, "/admin/plugins/core")
    for name in ("core", "My-Plugin"):
        assert "What it has here" not in page(site, f"/admin/plugins/{name}")
        assert "core_person" not in page(site, f"/admin/plugins/{name}/_holdings")
        assert site.as_("administrator").get(f"/admin/plugins/{name}/purge").status_code == 404
        assert post(site, f"/admin/plugins/{name}/purge", phrase=name) == 404
        assert post(site, f"/admin/plugins/{name}/disable") == 422


@pytest.fixture
def orphaned(site: Site) -> Site:
    """A plugin was uninstalled while it was on."""
    with site.db.write() as conn:
        conn.execute(
            text("CREATE TABLE ghost_card (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES core_person(id))")
        )
        conn.execute(text("CREATE TABLE alembic_version_ghost (version_num VARCHAR(32) NOT NULL)"))
        conn.execute(insert(Setting).values(owner="ghost", name="a_day", value=3, changed_at=0))
    (site.renown.settings.data / "files" / "ghost").mkdir(parents=True)
    return site


def test_one_whose_code_is_gone_is_listed_and_got_rid_of(orphaned: Site) -> None:
    site = orphaned
    assert "Its code is gone, 2 tables, settings, files left" in page(site, "/admin/plugins")
    assert "Its code is not installed" in page(site, "/admin/plugins/ghost")
    assert site.as_("administrator").get("/admin/plugins/ghost/enable").status_code == 404
    assert "ghost_card" in page(site, "/admin/plugins/ghost/purge")
    assert post(site, "/admin/plugins/ghost/purge", phrase="ghost") == 302
    assert "Not installed any more" not in page(site, "/admin/plugins")
    assert site.as_("administrator").get("/admin/plugins/ghost").status_code == 404
    with site.db.read() as conn:
        assert tables(conn, "ghost") == []


def test_one_whose_code_is_gone_is_switched_off_before_it_is_got_rid_of(orphaned: Site) -> None:
    """It may be gone here alone."""
    site = orphaned
    with site.db.write() as conn:
        store.switch(conn, "ghost", True, [])
    assert post(site, "/admin/plugins/ghost/purge", phrase="ghost") == 422
    assert 'action="/admin/plugins/ghost/disable"' in page(site, "/admin/plugins/ghost")
    assert post(site, "/admin/plugins/ghost/disable") == 302
    with site.db.read() as conn:
        assert tables(conn, "ghost")
        [said] = audit.lines(conn, limit=1)
    assert (said.action, said.target) == ("plugin.disabled", "plugin:ghost")
    assert 'action="/admin/plugins/ghost/disable"' not in page(site, "/admin/plugins/ghost")
    assert post(site, "/admin/plugins/ghost/disable") == 422, "it is off"
    assert post(site, "/admin/plugins/ghost/purge", phrase="ghost") == 302


def test_files_that_cannot_be_removed_are_named(orphaned: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = orphaned
    folder, unlink = site.renown.settings.data / "files" / "ghost", os.unlink
    (folder / "cards").mkdir()
    for name in ("one.txt", "two.txt"):
        (folder / "cards" / name).write_text("their words")

    def held(path: Any, **how: Any) -> None:
        if str(path).endswith("one.txt"):
            raise PermissionError(1, "Operation not permitted", str(path))
        unlink(path, **how)

    browser = site.as_("administrator")
    asked = browser.get("/admin/plugins/ghost/purge").get_data(as_text=True)
    token = asked.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "phrase": "ghost"}
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", held)
        answer = browser.post("/admin/plugins/ghost/purge", data=form, follow_redirects=True)
    assert "one.txt: Operation not permitted" in answer.get_data(as_text=True)
    assert [one.name for one in folder.rglob("*.txt")] == ["one.txt"]
    with site.db.read() as conn:
        [said] = audit.lines(conn, limit=1)
    assert said.action == "plugin.files-kept"
    assert (said.details or {})["kept"] == [f"{folder / 'cards' / 'one.txt'}: Operation not permitted"]
    elsewhere = folder.rename(site.renown.settings.data / "elsewhere")
    folder.symlink_to(elsewhere)
    assert post(site, "/admin/plugins/ghost/purge", phrase="ghost") == 302
    assert (folder.is_symlink(), (elsewhere / "cards" / "one.txt").exists()) == (False, True)


def test_what_nobody_knows_is_no_plugin(site: Site) -> None:
    """Tables of others beside ours, in a database that is not ours alone, are no plugin's."""
    with site.db.write() as conn:
        conn.execute(text("CREATE TABLE theirs_alone (id INTEGER)"))
    admin = site.as_("administrator")
    for name in ("theirs", "core", "alembic", "Nope"):
        assert admin.get(f"/admin/plugins/{name}/purge").status_code == 404
        assert post(site, f"/admin/plugins/{name}/purge", phrase=name) == 404
    with site.db.read() as conn:
        assert inspect(conn).has_table("theirs_alone")


def test_administrators_alone_see_it(site: Site) -> None:
    for role in ("customer", "member", "moderator"):
        for path in ("enable", "purge", "_readers", "_holdings"):
            assert site.as_(role).get(f"/admin/plugins/activity/{path}").status_code == 404
