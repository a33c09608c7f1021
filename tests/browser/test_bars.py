"""Bars that stay at the bottom of the screen hide nothing that has the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import answering
from tests.browser.look import looking
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit
from tests.ideation.desk import address, below

pytestmark = pytest.mark.browser

#: What has the focus beneath a bar: its words and by how much; null where it is free, "end" at the end of the page.
_HIDDEN = """bar => {
  const on = document.activeElement, stuck = document.querySelector(bar);
  if (!on || on === document.body) return 'end';
  if (!stuck || stuck.contains(on) || on.closest('.top, .phone-nav, .skip')) return null;
  const one = on.getBoundingClientRect(), other = stuck.getBoundingClientRect();
  const beneath = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const beside = one.right <= other.left || one.left >= other.right;
  return beneath > 1 && !beside && one.height ? `${on.tagName} ${on.textContent.trim()}: ${beneath}` : null;
}"""


def _beneath(page: Page, bar: str) -> list[str]:
    found = []
    for _ in range(120):
        page.keyboard.press("Tab")
        said = page.evaluate(_HIDDEN, bar)
        if said == "end":
            return found
        found += [said] if said else []
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_that_has_the_focus_lies_beneath_a_bar(browser: Browser, company: Company, width: int) -> None:
    company.board()
    campaign = staged.voting(company, *(f"Option number {n} of those that are here" for n in range(9)))
    idea, eve = staged.idea_of(company, campaign, 3), company.browser("eve")
    for n in range(12):
        submit(eve, below(idea, "comments"), body=f"Something is said, for the {n}th time.")
    with answering(company.renown) as (base, signed):
        pages = ((f"{base}/campaigns/autumn/ballot", ".left"), (f"{base}{address(company, idea)}", ".vote-box"))
        for path, bar in pages:
            with looking(browser, base, signed(company.people["emil"]), width=width, dark=False) as look:
                look.page.goto(path)
                assert _beneath(look.page, bar) == [], path


def test_results_are_cards_on_a_phone_and_a_table_to_whoever_reads_tables(browser: Browser, company: Company) -> None:
    company.board()
    title = "Let me sort the list of orders by the day of delivery"
    campaign = staged.voting(company, title, "Quiet hours", "Dark mode")
    staged.cast(company, campaign, "cleo", {1: 1})
    company.later(9)
    with answering(company.renown) as (base, _), looking(browser, base, "", width=390, dark=False) as look:
        look.page.goto(f"{base}/campaigns/autumn/results")
        table = look.page.get_by_role("table", name="Results by place")
        first = table.get_by_role("row").nth(1)
        boxes = [first.get_by_role("rowheader", name=title), first.locator(".bar"), first.get_by_text("Chosen")]
        for box in boxes:
            found = box.bounding_box()
            assert found is not None
            assert found["x"] + found["width"] < 390
            assert found["width"] > 60
        assert (boxes[0].bounding_box() or {})["height"] < 90, "not a word a line"
        assert not look.overflows()
        assert look.axe() == []
