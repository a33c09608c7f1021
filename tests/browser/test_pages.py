"""Every page, in light and dark, wide and narrow: nothing axe finds, nothing the policy stops, within the budget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser

PAGES = {
    "member": (
        "/",
        "/boards/activity.points",
        "/boards/activity.points?of=teams",
        "/boards/activity.points?period=last-month&team=marketing",
        "/people",
        "/people/ana",
        "/people/ana?as=customer",
        "/people/uli",
        "/people/ana/why/activity.points?period=this-month",
        "/people/ana/why/activity.points?period=all&taken=1",
        "/entries/1",
        "/teams",
        "/teams/customer-support",
        "/rules",
        "/rules/activity/answer",
        "/rules/activity/answer/v1",
        "/search?q=an",
        "/notifications",
        "/me/privacy",
        "/me/notifications",
        "/me/accounts",
        "/me/data",
        "/me/tokens",
        "/api/docs",
        "/no-such-page",
        "/admin/_components",
        "/admin/_components?dir=rtl",
    ),
    "administrator": (
        "/admin",
        "/admin/sources",
        "/admin/sources/new",
        "/admin/sources/2/live",
        "/admin/sources/2/rejected",
        "/admin/sources/2/backfill",
        "/admin/sources/2/settings",
        "/admin/sources/2/setup?step=2",
        "/admin/sources/2/setup?step=3",
        "/admin/plugins",
        "/admin/plugins/activity",
        "/admin/rules",
        "/admin/rules/activity/message/draft",
        "/admin/rules/adjustments",
        "/admin/rules/activity/new",
        "/admin/settings",
        "/admin/people",
        "/admin/people/unclaimed",
        "/admin/people/import",
        "/admin/people/merge",
        "/admin/people/1",
        "/admin/teams",
        "/admin/teams/sales",
        "/admin/privacy",
        "/admin/jobs",
        "/admin/health",
        "/admin/audit",
        "/admin/tokens",
        "/admin/mail",
    ),
    "nobody": ("/login", "/login/link/made-up"),
}
#: At most, a page with nothing in the cache: requests, kB, ms to the largest paint on this machine, layout shift.
REQUESTS, KILOBYTES, LCP, CLS = 10, 120, 600, 0.02
LATER_KILOBYTES = 25


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_a_page_is_sound_in_light_and_dark_wide_and_narrow(
    browser: Browser, served: Served, role: str, path: str
) -> None:
    with looking(browser, served.base, served.cookies[role], width=1280, dark=False) as looker:
        seen = looker.visit(path)
        assert seen.status == (404 if "no-such" in path else 200)
        assert looker.axe() == []
        looker.show(width=360, dark=True)
        assert not looker.overflows(), "wider than the screen"
        assert looker.axe() == []
        assert (seen.csp, seen.errors) == ([], [])


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


def test_the_board_is_there_at_once(browser: Browser, served: Served) -> None:
    """The best of five: other work on the machine only adds."""
    times = []
    for _ in range(5):
        with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as looker:
            times.append(looker.visit("/boards/activity.points").lcp)
    assert 0 < min(times) < LCP, times


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
