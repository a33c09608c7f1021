"""The first day with Renown, in a browser: set up, connect, import, read the board, ask why, try a rule, switch off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from renown.access import setup
from renown.jobs.worker import Worker
from tests.browser.conftest import answering, site_in
from tests.browser.look import Looker, looking

pytestmark = pytest.mark.browser


@pytest.fixture
def first_day(browser: Browser, tmp_path: Path) -> Iterator[tuple[Looker, str]]:
    """A browser before an empty site that works, and the token of the first run."""
    with site_in(tmp_path) as renown, answering(renown) as (base, _):
        with renown.db.write() as conn:
            token = setup.begin(conn)
        assert token
        worker = Worker(renown.db, renown.drains, serving=True)
        worker.start()
        try:
            with looking(browser, base, "", width=1280, dark=False) as looker:
                yield looker, token
        finally:
            worker.stop()


def test_the_first_day(first_day: tuple[Looker, str], samples: Path) -> None:
    looker, token = first_day
    page = looker.page
    page.set_default_timeout(60_000)
    stopped: list[str] = []
    page.on("console", lambda said: stopped.append(said.text) if "Content Security Policy" in said.text else None)
    looker.visit("/")
    expect(page.get_by_text("Renown is not set up yet")).to_be_visible()
    _set_up(looker, token)
    _connect(page, samples / "bulk/slack-houstondatavis/houstondatavis-slack-export.zip")
    _read(looker)
    _try_a_rule(looker)
    _switch(looker)
    assert stopped == []


def _set_up(looker: Looker, token: str) -> None:
    looker.visit(f"/setup/{token}")
    page = looker.page
    for label, value in (
        ("Organisation", "Houston Data Vis"), ("Your name", "Ana Lindqvist"), ("E-mail", "ana@example.com"),
        ("Password", "correct horse battery"),
    ):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/admin")
    expect(page.get_by_text("Renown is set up")).to_be_visible()


def _connect(page: Page, export: Path) -> None:
    page.get_by_role("navigation", name="Administration").get_by_role("link", name="Sources").click()
    page.goto(page.url.replace("/sources", "/sources/new"))
    page.get_by_label("Slack").check()
    page.get_by_label("Name", exact=True).fill("slack:houston")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("What is read")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Save, and wait for the first event").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("File of the export").set_input_files(export)
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#live-imports").get_by_text("done")).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Done").click()


def _read(looker: Looker) -> None:
    """From the board to a person to why, with the same number all the way."""
    page = looker.page
    looker.visit("/boards/activity.points?period=all")
    rows = page.locator("table.data tbody tr")
    for _ in range(60):
        if rows.count() >= 10:
            break
        page.wait_for_timeout(500)
        looker.visit("/boards/activity.points?period=all")
    assert rows.count() >= 10, "the board follows the import"
    number = rows.first.locator(".amount").inner_text()
    rows.first.locator("a.person").click()
    expect(page.get_by_role("heading", level=2, name="Activity")).to_be_visible()
    page.locator(".figure", has_text="All time").get_by_role("link").click()
    expect(page.locator(".sum b")).to_have_text(number)
    expect(page.locator("tr.entry").first).to_be_visible()


def _try_a_rule(looker: Looker) -> None:
    looker.visit("/admin/rules/activity/message/draft")
    page = looker.page
    page.get_by_label("For who acts, points").fill("3")
    page.get_by_label("Try it over").select_option("all")
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("#dry-run")).to_contain_text("would have another amount", timeout=120_000)


def _switch(looker: Looker) -> None:
    page = looker.page
    looker.visit("/admin/plugins")
    page.get_by_role("button", name="Switch off activity").click()
    looker.visit("/boards")
    expect(page.get_by_text("No measure is switched on")).to_be_visible()
    assert looker.visit("/boards/activity.points").status == 404
    looker.visit("/admin/plugins")
    page.get_by_role("button", name="Switch on activity").click()
    assert looker.visit("/boards/activity.points?period=all").status == 200
    expect(page.locator("td.place").first).to_be_visible()
