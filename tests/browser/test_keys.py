"""Keys: help on `?`, places on `g`, and nothing of it once single keys are switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser


def test_help_opens_is_sound_and_closes_and_keys_lead_to_places(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as look:
        look.visit("/teams")
        page = look.page
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys")
        expect(sheet).to_be_visible()
        for width, dark in ((1280, False), (1280, True), (360, True), (360, False)):
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        look.show(width=1280, dark=False)
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("gb?")
        expect(sheet).to_be_hidden()
        page.get_by_role("heading", name="Teams").click()
        page.keyboard.type("gp")
        page.wait_for_url("**/people")


def test_keys_do_nothing_once_they_are_off(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as look:
        page = look.page
        look.visit("/me/keyboard")
        page.get_by_label("Off").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved for this browser.")).to_be_visible()
        page.keyboard.type("?/gp")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("searchbox")).not_to_be_focused()
        page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Boards").click()
        assert "/boards" in page.url


def test_a_question_is_asked_without_scripts(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=360, dark=False, script=False) as look:
        page = look.page
        look.page.goto(served.base + "/people/ana/why/activity.points?period=all")
        page.get_by_role("link", name="Ask").first.click()
        page.get_by_label("Your question").fill("Why is this no more?")
        page.get_by_role("button", name="Send the question").click()
        expect(page.get_by_text("Your question was sent to")).to_be_visible()


def test_a_live_list_stands_still_when_it_is_paused(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["administrator"], width=1280, dark=False) as look:
        page = look.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        look.visit("/admin/sources/3/live")
        expect(page.get_by_role("table", name="Deliveries")).to_be_visible()
        with page.expect_request("**/_deliveries"):
            pass
        page.get_by_role("button", name="Pause the list").click()
        prevented = "() => new Promise(done => document.addEventListener('htmx:beforeRequest', done, {once: true}))"
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
        asked.clear()
        page.evaluate(prevented)
        assert asked == []
        page.get_by_role("button", name="Pause the list").click()
        page.get_by_text("Show", exact=True).first.click()
        page.evaluate(prevented)
        assert asked == []
        expect(page.get_by_text('"event_callback"').first).to_be_visible()
