"""The organisation's page: name, time zone with its recount, and what the environment decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from renown import settings
from renown.audit.models import Audit
from renown.clock import to_day
from renown.context import hosts
from renown.context.http import Forbidden
from renown.db import stored
from renown.db.engine import Database
from renown.events import log
from renown.ledger.models import Entry, Measure
from tests.events.kit import START, connect, message
from tests.web.conftest import Site
from tests.web.test_admin_rules import _work, post, said

PATH = "/admin/settings"


def kept(site: Site, name: str) -> Any:
    with site.db.read() as conn:
        return stored.get(conn, "core", name)


def audited(site: Site) -> list[str]:
    with site.db.read() as conn:
        return list(conn.scalars(select(Audit.action).order_by(Audit.id)))


def test_the_name_stands_on_every_page(site: Site) -> None:
    admin = site.as_("administrator")
    assert post(admin, f"{PATH}/name", organisation="  Acme   Rockets ").status_code == 302
    assert "Acme Rockets" in said(site.as_("member").get("/"))
    assert "settings.name" in audited(site)
    wrong = post(admin, f"{PATH}/name", organisation=" ")
    assert wrong.status_code == 422
    assert "Write a name of up to 80 characters." in said(wrong)
    assert kept(site, "organisation") == "Acme Rockets"


def test_another_time_zone_is_counted_anew_and_shows_how_far(site: Site) -> None:
    with site.db.write() as conn:
        stored.put(conn, "core", "timezone", "UTC")
    source = connect(site.db, "slack:T1", affiliation="employee")
    with site.db.write() as conn:
        log.append(conn, [(source, [message("m1", "ana", minute=180, words=9)])])
    _work(site)
    admin = site.as_("administrator")
    assert post(admin, f"{PATH}/timezone", timezone="Mars/Base", anew="yes").status_code == 422
    answer = post(admin, f"{PATH}/timezone", timezone="Pacific/Auckland")
    assert answer.status_code == 422
    assert "another time zone counts the past anew" in said(answer)
    assert kept(site, "timezone") == "UTC"
    assert post(admin, f"{PATH}/timezone", timezone="Pacific/Auckland", anew="yes").status_code == 302
    assert "Activity is counted anew." in said(admin.get(PATH))
    assert "0 of" in said(admin.get(f"{PATH}/_counting"))
    _work(site)
    assert "counted anew. Until" not in said(admin.get(f"{PATH}/_counting"))
    with site.db.read() as conn:
        live = select(Measure.generation).where(Measure.name == "activity.points").scalar_subquery()
        assert conn.scalar(select(Entry.day).where(Entry.generation == live)) == to_day(START.date()) + 1
    assert "settings.timezone" in audited(site)
    assert post(admin, f"{PATH}/timezone", timezone="Pacific/Auckland").status_code == 302
    assert audited(site).count("settings.timezone") == 1, "the same zone is no change"


def test_what_the_environment_decides_is_shown_without_secrets(site: Site) -> None:
    page = said(site.as_("administrator").get(PATH))
    assert "RENOWN_URL" in page
    assert "k" * 40 not in page
    told = settings.told(
        replace(
            site.renown.settings,
            url="https://renown.example.com",
            database_url="postgresql://renown:hunter2@db/renown",
            origin={"RENOWN_URL": "environment"},
        )
    )
    by_name = {one.variable: one for one in told}
    assert (by_name["RENOWN_URL"].value, by_name["RENOWN_URL"].origin) == (
        "https://renown.example.com",
        "the environment",
    )
    assert by_name["RENOWN_DATABASE_URL"].value == "postgresql://renown:***@db/renown"
    assert by_name["RENOWN_TRUSTED_PROXIES"].origin == "default"


def test_hosts_inside_are_asked_where_an_administrator_named_them(site: Site) -> None:
    admin, http = site.as_("administrator"), site.renown.contexts.of("activity").http
    with pytest.raises(Forbidden, match=r"127\.0\.0\.1, which is not a public address"):
        http.get("http://127.0.0.1:1/")
    named = post(
        admin, f"{PATH}/hosts", outgoing_hosts=" Git.Acme.example.\r\n127.0.0.1\n[FD00:0::1] git.acme.example\n"
    )
    assert named.status_code == 302
    assert kept(site, "outgoing_hosts") == ["git.acme.example", "127.0.0.1", "fd00::1"]
    with pytest.raises(OSError, match="refused"):
        http.get("http://127.0.0.1:1/")
    assert "git.acme.example" in said(admin.get(PATH))
    wrong = post(admin, f"{PATH}/hosts", outgoing_hosts="10.0.0.7\nhttps://git.acme.example")
    assert wrong.status_code == 422
    assert "https://git.acme.example&#39; is not the name or address of one host" in wrong.text
    assert "10.0.0.7" in wrong.text, "what was typed is still there"
    assert "10.0.0.7" not in kept(site, "outgoing_hosts")
    assert audited(site).count("settings.outgoing-hosts") == 1


def test_what_is_no_single_host_is_not_allowed(db: Database) -> None:
    many = ("git.acme.example:8080", "*.acme.example", "10.0.0.0/8", "2130706433", "0x7f.1", "10.1", "-a", "a..b", "")
    with db.write() as conn:
        for given in many:
            with pytest.raises(hosts.NoHost, match=r"^outgoing_hosts: .* is not the name or address of one host"):
                hosts.allow(conn, [given], actor_id=None, via="system")
        assert hosts.allow(conn, ["intranet", "my_host.example"], actor_id=None, via="system")


@pytest.mark.parametrize("role", ["moderator", "member", "customer", "nobody"])
def test_it_is_for_administrators(site: Site, role: str) -> None:
    assert site.as_(role).get(PATH).status_code in (302, 404)
