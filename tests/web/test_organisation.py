"""The organisation's page: name, time zone with its recount, and what the environment decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from renown import settings
from renown.audit.models import Audit
from renown.clock import to_day
from renown.db import stored
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


@pytest.mark.parametrize("role", ["moderator", "member", "customer", "nobody"])
def test_it_is_for_administrators(site: Site, role: str) -> None:
    assert site.as_(role).get(PATH).status_code in (302, 404)
