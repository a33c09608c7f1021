"""A survey as people answer it, with scripts and without, and its report on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser

SCREENS = ((1280, False), (1280, True), (390, True), (390, False))


@pytest.mark.parametrize("script", [True, False])
def test_several_are_named_without_looking_again(browser: Browser, served: Served, script: bool) -> None:
    with looking(browser, served.base, served.cookies["member"], width=390, dark=False, script=script) as look:
        page = look.page
        page.goto(served.base + "/surveys")
        field, status = page.get_by_role("searchbox", name="Find a colleague"), page.locator("#count")
        expect(status).to_have_text("You named 1 of at most 7.")
        for number, typed in ((2, "nobody.known@example.com"), (3, "Chen")):
            field.fill(typed)
            if not script:
                page.get_by_role("button", name="Find", exact=True).click()
            page.locator("#found").get_by_role("button").first.click()
            expect(status).to_have_text(f"You named {number} of at most 7.")
            expect(field).to_be_focused()
            expect(field).to_have_value(typed)
        if script:
            for width, dark in SCREENS:
                look.show(width=width, dark=dark)
                assert look.axe() == []
                assert not look.overflows()
            assert page.evaluate("window.__seen.csp") == []
        for number in (2, 1):
            page.get_by_role("button", name="Take away").last.click()
            expect(status).to_have_text(f"You named {number} of at most 7.")


TYPES_AS_SOON_AS_IT_CAN = """address => new MutationObserver((changes, observer) => {
    const field = document.querySelector("#f-q");
    if (field === null || field === window.__before) return;
    observer.disconnect();
    field.value = address;
    field.dispatchEvent(new Event("input", {bubbles: true}));
}).observe((window.__before = document.querySelector("#f-q"), document.body), {childList: true, subtree: true})"""


def test_who_types_on_while_the_answer_comes_is_heard(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=390, dark=False) as look:
        page = look.page
        page.goto(served.base + "/surveys")
        page.get_by_role("searchbox", name="Find a colleague").fill("Chen")
        page.evaluate(TYPES_AS_SOON_AS_IT_CAN, "nobody.else@example.com")
        page.locator("#found").get_by_role("button").first.click()
        expect(page.locator("#found")).to_contain_text("nobody.else@example.com")
        page.get_by_role("button", name="Take away").last.click()
        expect(page.locator("#count")).to_have_text("You named 1 of at most 7.")


def test_who_types_before_the_scripts_came_is_heard(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=390, dark=False) as look:
        page, late = look.page, list[Route]()
        page.route("**/htmx*.js", lambda route: late.append(route))
        page.goto(served.base + "/surveys", wait_until="commit")
        page.get_by_role("searchbox", name="Find a colleague").fill("nobody.else@example.com")
        for script in late:
            script.continue_()
        expect(page.locator("#found")).to_contain_text("nobody.else@example.com")


def test_the_report_can_be_read_on_a_phone(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=390, dark=False) as look:
        page = look.page
        look.visit("/surveys/1")
        sizes = page.locator("svg .chart-text").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert sizes
        assert min(sizes) > 10
        table = page.get_by_role("group", name="How far the order of those named agrees with other orders")
        assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
        expect(page.get_by_text("Points of Q", exact=False).first).to_be_visible()
        for width, dark in SCREENS:
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()
