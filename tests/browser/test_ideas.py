"""An employee and a customer bring ideas, find those that are there, vote and comment: with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from renown import clock
from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser


def press(page: Page, button: str) -> None:
    """Send a form that takes nothing within two seconds, as a patient program would."""
    page.get_by_role("button", name=button, exact=True).click()
    while page.get_by_text("That was very quick").count():
        page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize(
    ("role", "script", "width"),
    [("customer", True, 360), ("customer", False, 360), ("member", True, 1280), ("member", False, 1280)],
)
def test_an_idea_is_brought_found_voted_for_and_talked_about(
    browser: Browser, served: Served, role: str, script: bool, width: int
) -> None:
    title = f"Louder bells for the {role} {'now' if script else 'later'}"
    with looking(browser, served.base, served.cookies[role], width=width, dark=False, script=script) as look:
        page = look.page
        page.goto(f"{served.base}/ideas/product")
        page.get_by_role("searchbox", name="Search, or say what you would like").fill(title)
        page.get_by_role("button", name="New idea").click()
        expect(page.get_by_label("Your idea in one line")).to_have_value(title)
        page.wait_for_load_state()  # what is typed before scripts are there is kept with the next key
        page.get_by_label("What for, and for whom").fill("At noon\n\n- nobody hears them")
        if script:
            expect(page.get_by_text("Only its authors see it.")).to_be_visible()
        press(page, "Send")
        if page.get_by_text("Before it is sent").count():
            page.get_by_role("button", name="Send as a new idea").click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        page.get_by_role("button", name="Vote", exact=True).click()
        expect(page.get_by_role("button", name="Take your vote back")).to_be_visible()
        expect(page.locator("#vote")).to_contain_text("1 voter")
        page.get_by_label("Your comment").fill("Also at night")
        press(page, "Comment")
        expect(page.locator(".comment")).to_contain_text("Also at night")
        # It is a script, too.
        assert not script or look.axe() == []
        page.goto(f"{served.base}/my/ideas?show=voted")
        expect(page.get_by_role("link", name=title)).to_be_visible()
        if script:
            assert page.evaluate("window.__seen.csp") == []


def test_those_like_it_appear_while_one_writes_and_a_vote_is_a_click(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["customer"], width=1280, dark=True) as look:
        page = look.page
        page.goto(f"{served.base}/ideas/product/new")
        page.get_by_label("Your idea in one line").fill("export my reports")
        likely = page.locator("#similar")
        expect(likely).to_contain_text("Vote for one, or continue.")
        expect(likely.get_by_role("link", name="Export reports as CSV")).to_be_visible()
        likely.get_by_role("button", name="Vote for Export reports as CSV").click()
        expect(likely.get_by_role("button", name="Voted for Export reports as CSV")).to_be_visible()
        assert look.axe() == []
        page.get_by_label("Your idea in one line").fill("qqqq")
        expect(likely).to_be_empty()
        page.goto(f"{served.base}/ideas/product/2-export-reports-as-csv")
        page.get_by_role("button", name="Take your vote back").click()
        expect(page.get_by_role("button", name="Vote", exact=True)).to_be_focused()


def test_without_scripts_those_like_it_come_before_it_is_sent(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["customer"], width=360, dark=False, script=False) as look:
        page = look.page
        page.goto(f"{served.base}/ideas/product/new")
        page.get_by_label("Your idea in one line").fill("Export reports")
        page.get_by_label("What for, and for whom").fill("As a sheet")
        later = clock.now() + 3 * clock.SECOND
        with clock.set_to(lambda: later):
            page.get_by_role("button", name="Send", exact=True).click()
            expect(page.get_by_text("Before it is sent")).to_be_visible()
        expect(page.get_by_role("link", name="Export reports as CSV")).to_be_visible()
        expect(page.get_by_label("What for, and for whom")).to_have_value("As a sheet")
        page.get_by_role("button", name="Vote for Export reports as CSV").click()
        expect(page.get_by_role("heading", name="Export reports as CSV", level=1)).to_be_visible()
        page.goto(f"{served.base}/my/ideas")
        expect(page.get_by_role("link", name="Export reports", exact=True)).to_be_visible()


def test_a_moderator_answers_on_the_page(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["moderator"], width=1280, dark=False) as look:
        page = look.page
        page.goto(f"{served.base}/ideas/product/8-show-who-is-away")
        page.get_by_label("State").select_option("acknowledged")
        page.get_by_label("What you tell everybody").fill("Read, and thank you.")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.locator(".official")).to_contain_text("Read, and thank you.")
        expect(page.locator(".steps [aria-current]")).to_have_text("Acknowledged")
