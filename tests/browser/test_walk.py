"""The whole way in a browser, on a process of its own: from the printed token to points that add up."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from tests.browser.look import looking
from tests.browser.running import Running, deliver, export, running

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
#: Those with boards.
COUNTING = ("influence", "activity", "ideation")
BOARD = "/boards/activity.points?period=all"
RULE = "/rules/activity/message"
DRAFT = f"/admin{RULE}/draft"
#: Asked for on purpose: a wrong token, points that are no number, pages of a plugin that is off.
REFUSED = {(422, "/setup"), (422, DRAFT), (404, "/boards/activity.points"), (404, RULE), (404, DRAFT)}


class Faults(list[str]):
    """What a page must not do: break its policy, fail in a script, or ask for what is not there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on("response", self._answered)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective}`))"
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.append(f"{self._page.url}: {message.text}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400 and (answer.status, urlsplit(answer.url).path) not in REFUSED:
            self.append(f"{answer.url}: {answer.status}")


def test_from_the_first_run_to_points_that_add_up(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with running(data) as site:
        with looking(browser, site.base, "", width=1280, dark=False) as looker:
            faults = Faults(looker.page)
            become_administrator(looker.page, site)
            connect_slack(looker.page, export(tmp_path / "export.zip"))
            find_out_why(looker.page, site)
            try_a_rule(looker.page)
            switch_off_and_on(looker.page, site)
            assert faults == []
        with looking(browser, site.base, "", width=360, dark=True, script=False) as looker:
            go_without_scripts(looker.page, site)


def become_administrator(page: Page, site: Running) -> None:
    page.goto(site.base)
    page.get_by_label("Token").fill("something else")
    page.get_by_label("Organisation").fill("Acme")
    page.get_by_label("Your name").fill("Ada Byron")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_label("Token")).to_be_focused()
    page.get_by_label("Token").fill(site.token)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("Renown is set up.")).to_be_visible()


def connect_slack(page: Page, history: Path) -> None:
    main = page.get_by_role("main")
    main.get_by_role("link", name="Sources").first.click()
    main.get_by_role("link", name="Connect a network").first.click()
    page.get_by_label("Slack").check()
    page.get_by_label("Name").fill("slack:acme")
    page.get_by_label("Title").fill("Slack of Acme")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("Not the text itself.")).to_be_visible()
    page.get_by_label("Its accounts are").select_option("employee")
    page.get_by_label("Its word on verified e-mail addresses").check()
    page.get_by_role("button", name="Go on").click()

    address = page.get_by_role("textbox", name="Copy the address").inner_text()
    page.get_by_label("The secret that Slack gave you").fill(SECRET)
    page.get_by_role("button", name="wait for the first event").click()

    expect(page.get_by_text("Waiting for the first event.")).to_be_visible()
    assert deliver(address, SECRET, "U1", "the first words that arrive here") == 200
    arrived = page.get_by_role("table", name="Deliveries").get_by_role("row")
    expect(arrived.nth(1)).to_contain_text("accepted", timeout=20_000)
    page.get_by_role("button", name="Go on").click()

    page.get_by_label("File of the export").set_input_files(history)
    page.get_by_role("button", name="Import").click()
    runs = page.get_by_role("table", name="Long runs")
    expect(runs).to_contain_text("done", timeout=60_000)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Slack of Acme is connected.")).to_be_visible()


def find_out_why(page: Page, site: Running) -> None:
    """Board, profile, why: one number, and a sum that makes it."""
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Boards").click()
    page.goto(site.base + BOARD)
    ana = page.get_by_role("table").first.get_by_role("row").filter(has_text="Ana Lindqvist")
    amount = ana.locator(".amount").first.inner_text()
    ana.get_by_role("link", name="Ana Lindqvist", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Lindqvist")
    page.get_by_role("link", name="All changes").click()
    expect(page.locator(".sum b")).to_have_text(amount)
    rows = page.get_by_role("table").locator("tbody tr .amount").all_inner_texts()
    assert len(rows) >= 5
    assert sum(map(number, rows)) == number(amount)
    parts = page.locator(".sum .part").all_inner_texts()
    assert sum(number(part.split()[0]) for part in parts if "taken" not in part) == number(amount)


def try_a_rule(page: Page) -> None:
    page.get_by_role("link", name="Admin").first.click()
    page.get_by_role("navigation", name="Administration").get_by_role("link", name="Rules").click()
    page.get_by_role("main").get_by_role("link", name="Messages", exact=True).click()
    page.get_by_label("For who acts").fill("lots")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_label("For who acts")).to_be_focused()
    page.get_by_label("For who acts").fill("3")
    page.get_by_label("Try it over").select_option("all")
    page.get_by_role("button", name="Dry run").click()
    found = page.get_by_role("table", name="Would have more")
    expect(found).to_contain_text("Ana Lindqvist", timeout=60_000)
    expect(page.locator("#run")).to_contain_text("2 people of 2")


def switch_off_and_on(page: Page, site: Running) -> None:
    rail = page.get_by_role("navigation", name="Administration")
    top = page.get_by_role("navigation", name="Main", exact=True)
    for plugin in COUNTING:
        rail.get_by_role("link", name="Plugins").click()
        page.get_by_role("button", name=f"Switch off {plugin}").click()
        expect(page.get_by_role("main")).to_contain_text(f"{plugin} is switched off")
    assert top.get_by_role("link", name="Boards").count() == 0
    for path in (BOARD, RULE, DRAFT):
        answer = page.goto(site.base + path)
        assert answer is not None
        assert answer.status == 404, path
    for plugin in COUNTING:
        page.goto(f"{site.base}/admin/plugins/{plugin}")
        page.get_by_role("link", name="Switch on").click()
        expect(page.get_by_role("main")).to_contain_text("What it asks for")
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_role("main")).to_contain_text(f"{plugin} is switched on")
    top.get_by_role("link", name="Boards").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")


def go_without_scripts(page: Page, site: Running) -> None:
    page.goto(site.base + BOARD)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    ana = page.get_by_role("table").first.get_by_role("row").filter(has_text="Ana Lindqvist")
    amount = ana.locator(".amount").first
    told = amount.inner_text()
    amount.get_by_role("link").click()
    assert page.locator(".sum b").inner_text() == told
    page.goto(site.base + DRAFT)
    page.get_by_label("For who acts").fill("4")
    page.get_by_role("button", name="Keep draft").click()
    assert "Draft kept." in page.get_by_role("main").inner_text()
    assert page.get_by_label("For who acts").input_value() == "4"


def number(text: str) -> float:
    """An amount as a page writes it."""
    return float(re.sub(r"[^\d.\-−]", "", text).replace("−", "-"))
