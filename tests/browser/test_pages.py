"""Pages within their budget, useful without scripts, quicker with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served
from tests.browser.look import looking
from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

#: At most, a page with nothing in the cache: requests, kB, layout shift.
REQUESTS, KILOBYTES, CLS = 10, 120, 0.02
LATER_KILOBYTES = 25


def test_pages_stay_within_the_budget(browser: Browser, served: Served, tmp_path: Path) -> None:
    figures = {}
    for path in PAGES["member"]:
        if path.startswith(("/admin", "/no-such")):
            continue
        with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as looker:
            cold, warm = looker.visit(path), looker.visit(path)
        figures[path] = [
            cold.requests,
            round(cold.kilobytes),
            round(cold.lcp),
            round(cold.cls, 3),
            round(warm.kilobytes),
        ]
    print(json.dumps(figures, indent=1))
    over = {
        path: found
        for path, found in figures.items()
        if found[0] > REQUESTS or found[1] > KILOBYTES or found[3] > CLS or found[4] > LATER_KILOBYTES
    }
    assert over == {}


def test_pages_are_useful_without_scripts(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=360, dark=False, script=False) as looker:
        page = looker.page
        page.goto(served.base + "/boards/activity.points")
        page.get_by_label("Menu").click()
        page.get_by_role("navigation", name="Main, small screen").get_by_role("link", name="People").click()
        page.get_by_role("searchbox", name="Name").fill("uli")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Uli Schmidt").first.click()
        page.get_by_role("link", name="All changes").click()
        assert page.locator("table.data tbody tr").count() > 5
        page.goto(served.base + "/boards/activity.points")
        page.get_by_role("link", name="Show more places").click()
        assert page.locator("td.place").first.inner_text() == "11"


def test_more_places_arrive_in_the_same_table(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as looker:
        looker.visit("/boards/activity.points")
        page = looker.page
        assert page.locator("td.place").count() == 10
        page.get_by_role("link", name="Show more places").click()
        expect(page.locator("td.place")).to_have_count(20)
        page.get_by_role("link", name="Show more places").click()
        expect(page.locator("td.place")).to_have_count(25)
        assert page.get_by_role("link", name="Show more places").count() == 0, "the depth is the end"
        assert looker.page.evaluate("window.__seen.csp") == []


def test_colours_follow_the_choice_and_keys_find_the_search(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as looker:
        looker.visit("/")
        page = looker.page
        background = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(background) == "rgb(255, 255, 255)"
        page.locator("summary[aria-label^=You]").click()
        page.get_by_role("button", name="Dark").first.click()
        page.wait_for_load_state("networkidle")
        assert page.evaluate(background) == "rgb(20, 23, 28)"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
