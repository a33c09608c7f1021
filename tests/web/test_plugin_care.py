"""Plugins on the administrators' pages: what they ask for, do and have, and what a purge leaves of them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text

from renown import audit, clock
from renown.access.models import VouchedAccount
from renown.context import holdings, timing
from renown.db.models import Base, PluginState, Setting
from renown.events import consume, log
from renown.events.models import Consumer
from renown.hooks.calls import Call, CallLog
from renown.jobs.models import Schedule
from renown.ledger import levels
from renown.ledger.models import Measure, Standing
from renown.notify.models import Due, Notification, NotifyChoice
from tests.web.conftest import Site
from tests.web.test_installed_plugin import installed, page, post, thanks

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
    assert post(site, "/admin/plugins/thanks/enable", tables="yes") == 302
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
    person = site.people["member"]
    values = {"giver": person, "receiver": person, "day": 1, "at": 1, "text": "for the help"}
    with site.db.write() as conn:
        for number in range(cards):
            conn.execute(
                text(
                    "INSERT INTO thanks_card (giver_id, receiver_id, text, day, at, event)"
                    " VALUES (:giver, :receiver, :text, :day, :at, :event)"
                ),
                {**values, "event": f"thanks:{number}"},
            )


@pytest.fixture
def lived_in(installed: Site) -> Site:
    """It was on for a while, and something of every kind is left of it. It is off now."""
    site, person = installed, installed.people["member"]
    post(site, "/admin/plugins/thanks/enable")
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
    assert post(site, "/admin/plugins/thanks/enable", tables="yes") == 302
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
    post(lived_in, "/admin/plugins/thanks/enable")
    assert "Switch it off first" in page(lived_in, "/admin/plugins/thanks/purge")
    assert post(lived_in, "/admin/plugins/thanks/purge", phrase="thanks") == 422
    assert lived_in.as_("member").get("/thanks").status_code == 200


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
