"""Influence as people meet it: from the number to the acts behind it, and who to ask, by mouse, keyboard and phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served
from tests.browser.look import looking

pytestmark = pytest.mark.browser

SCREENS = ((1280, False), (1280, True), (360, True), (360, False))


def voices(page: Page) -> list[int]:
    """What the table says of each line, in thousandths."""
    table = page.get_by_role("table", name="Who brings how much")
    return [round(float(text.replace("−", "-")) * 1000) for text in table.locator(".amount").all_inner_texts()]


def test_from_the_number_to_the_acts_behind_it(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as look:
        page = look.page
        look.visit("/")
        page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Influence").click()
        *parts, whole = voices(page)
        assert sum(parts) == whole
        expect(page.locator(".sum b")).to_have_text(f"{whole / 1000:.3f}")
        expect(page.get_by_role("table", name="One more act")).to_contain_text("Answer accepted")
        for width, dark in SCREENS:
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()
        look.show(width=1280, dark=False)
        first = page.get_by_role("table", name="Who brings how much").get_by_role("row").nth(1)
        brought = first.locator(".amount").inner_text().removeprefix("+")
        first.get_by_role("link", name="act").click()
        # As the chain says it, or as it stands in the sum, where the printed lines add up.
        expect(page.locator("dl.chain dd").last).to_contain_text(brought)
        assert page.get_by_role("table", name="Acts, newest first").get_by_role("row").count() > 1
        for width, dark in SCREENS:
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()
        assert page.evaluate("window.__seen.csp") == []


def test_a_box_that_cannot_be_loaded_says_so(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as look:
        page = look.page
        page.route("**/influence/_changes", lambda route: route.fulfill(status=500, body="broken"))
        look.visit("/influence")
        expect(page.get_by_text("What would change it could not be shown")).to_be_visible()
        expect(page.get_by_text("It is being counted.")).to_be_hidden()
        assert look.axe() == []
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What would change it")
        expect(page.get_by_text("Now it is")).to_be_visible()


def test_on_a_phone_all_tabs_are_reached_and_the_chart_can_be_read(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=390, dark=False, script=False) as look:
        page = look.page
        page.goto(served.base + "/influence/compare")
        tabs = page.get_by_role("navigation", name="Influence").get_by_role("link")
        for tab in tabs.all():
            tab.scroll_into_view_if_needed()
            box = tab.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        page.goto(served.base + "/influence")
        shown = page.locator("svg.history").locator("visible=true")
        assert shown.count() == 1
        assert all(one.bounding_box()["height"] >= 10 for one in shown.locator("text").all())  # type: ignore[index]
        page.get_by_role("link", name="Show it on a page of its own").click()
        page.get_by_role("link", name="My influence").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My influence")


def test_runs_on_a_phone_say_all_that_they_say_elsewhere(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["administrator"], width=390, dark=False) as look:
        look.visit("/influence/runs")
        table = look.page.get_by_role("table", name="Runs, newest first")
        table.get_by_text("Residual and digests").first.click()
        for text in ("residual", "graph", "result"):
            expect(table.get_by_text(text).first).to_be_visible()
        assert not look.overflows()


def test_who_to_ask_by_keyboard_and_without_scripts(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=360, dark=False, script=False) as look:
        page = look.page
        page.goto(served.base + "/influence/ask")
        page.get_by_role("combobox", name="Topic").fill("help")
        page.keyboard.press("Enter")
        people = page.get_by_role("main").get_by_role("listitem").filter(has_text="relied on their work here")
        expect(people.first).to_be_visible()
        assert people.count() <= 5
        page.get_by_role("button", name="Do not suggest me").click()
        expect(page.get_by_text("You are not suggested any more.")).to_be_visible()
        page.get_by_role("button", name="Suggest me again").click()
        expect(page.get_by_text("You may be suggested again.")).to_be_visible()


def test_the_network_is_a_table_first_and_a_picture_that_leads_on(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["member"], width=1280, dark=False) as look:
        page = look.page
        look.visit("/influence/network")
        picture = page.locator("#picture")
        expect(picture).to_be_visible()
        team = picture.get_by_role("link", name="Marketing")
        team.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Network of Marketing")
        for name in ("Marketing relies on", "Who relies on Marketing"):
            assert page.get_by_role("table", name=name).locator("tbody tr").count() >= 1
        look.show(width=360, dark=False)
        expect(picture).to_be_hidden()
        page.get_by_role("link", name="Show the picture").click()
        expect(page.locator("#picture")).to_be_visible()
        for width, dark in SCREENS:
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()


def test_a_run_is_asked_for_and_seen_to_be_waiting(browser: Browser, served: Served) -> None:
    with looking(browser, served.base, served.cookies["administrator"], width=1280, dark=False) as look:
        page = look.page
        look.visit("/influence/runs")
        page.get_by_role("button", name="Do it again and compare").first.click()
        expect(page.get_by_text("being done again")).to_be_visible()
        for width, dark in SCREENS:
            look.show(width=width, dark=dark)
            assert look.axe() == []
            assert not look.overflows()
