"""A whole campaign in the browser, with four roles: sealed, brought to, voted in, counted again, decided, reported."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import answering
from tests.browser.look import Looker, looking
from tests.ideation.campaigns import staged
from tests.ideation.company import Company
from tests.ideation.desk import bring

pytestmark = pytest.mark.browser


def test_from_the_charter_to_the_report(browser: Browser, company: Company, tmp_path: Path) -> None:
    company.board()
    with answering(company.renown) as (base, signed):

        def looking_as(name: str | None, *, phone: bool = False, script: bool = True) -> AbstractContextManager[Looker]:
            cookie = "" if name is None else signed(company.people[name])
            return looking(browser, base, cookie, width=390 if phone else 1280, dark=phone, script=script)

        with looking_as("mo") as look:
            make_and_seal(look, base)
        company.later(1.2)
        with looking_as("eve") as look:
            propose(look, base, "Offline mode")
        for title in ("Dark mode", "Faster search"):
            bring(company, title)
        company.later(10.8)
        with looking_as("cleo", phone=True) as look:
            receipt = vote(look, base)
        with looking_as("carl", phone=True, script=False) as look:
            vote_without_scripts(look, base)
        company.later(8)
        with looking_as(None) as look:
            count_again(look, base, tmp_path, receipt)
        company.later(20)
        with looking_as("mo") as look:
            decide(look, base)
        company.settle()
        company.settle()
        with looking_as(None, phone=True) as look:
            read_the_report(look, base)
        with looking_as("eve") as look:
            look.page.goto(f"{base}/campaigns/autumn/report")
            look.page.get_by_role("link", name="Offline mode").click()
            expect(look.page.locator(".official")).to_contain_text(
                "Not chosen in “Autumn”, where it was 1st in the vote."
            )
            expect(look.page.locator(".official")).to_contain_text("Trains get a network in spring.")


#: In how many lines the longest of these is.
_LINES = """() => Math.max(...[...document.querySelectorAll("main .tabs, main .steps")].map(
  (list) => new Set([...list.children].map((one) => Math.round(one.getBoundingClientRect().top / 8))).size))"""


@pytest.mark.parametrize("script", [True, False])
def test_ranks_are_tapped_on_a_phone(browser: Browser, company: Company, script: bool) -> None:
    company.board()
    rank = {"kind": "rank", "most_options": None}
    staged.voting(company, ballot=rank, count={"method": "schulze", "tie_break": "lot"})
    with answering(company.renown) as (base, signed):
        cookie = signed(company.people["cleo"])
        with looking(browser, base, cookie, width=390, dark=True, script=script) as look:
            page = look.page
            page.goto(f"{base}/campaigns/autumn/report")
            assert page.evaluate(_LINES) == 1, "tabs and steps are one line each"
            if script:
                here = page.get_by_label("Pages of this campaign").get_by_role("link", name="Report")
                expect(here).to_be_in_viewport(ratio=0.9)
            page.goto(f"{base}/campaigns/autumn/ballot")
            titles = page.locator(".option-title")
            button = partial(page.get_by_role, "button", exact=True)
            for tap, first, focused in (("Add: Quiet hours", ["Quiet hours"], "Down: Quiet hours"),
                                        ("Add: Dark mode", ["Quiet hours", "Dark mode"], "Down: Dark mode"),
                                        ("Up: Dark mode", ["Dark mode", "Quiet hours"], "Up: Dark mode"),
                                        ("Remove: Dark mode", ["Quiet hours"], "Add: Dark mode")):  # fmt: skip
                button(name=tap).click()
                expect(button(name=focused)).to_be_focused()
                for at, title in enumerate(first):
                    expect(titles.nth(at)).to_have_text(title)
            if script:
                assert look.axe() == []
                assert not look.overflows()
            page.locator("summary", has_text="Read it: Quiet hours").click()
            if script:
                expect(page.get_by_text("Nothing more was written.")).to_be_visible()
                button(name="Add: Dark mode").click()
                expect(titles.nth(1)).to_have_text("Dark mode")
                expect(page.get_by_text("Nothing more was written.")).to_be_visible()
                button(name="Remove: Dark mode").click()
                expect(button(name="Add: Dark mode")).to_be_focused()
            else:
                with page.expect_popup() as opened:
                    page.locator("details[open] .said a").click()
                expect(opened.value.get_by_text("Nothing more was written.")).to_be_visible()
                expect(page.get_by_label("Rank: Quiet hours")).to_have_value("1")
            button(name="Review the ballot").last.click()
            button(name="Cast the ballot").click()
            expect(page.get_by_role("heading", name="Your ballot is recorded")).to_be_visible()


def make_and_seal(look: Looker, base: str) -> None:
    page = look.page
    page.goto(f"{base}/ideas/product")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name").fill("Autumn")
    page.get_by_label("Address").fill("autumn")
    page.locator("#f-question").fill("What should be made next?")
    points, lowest = page.get_by_label("Points to share out"), page.get_by_label("Lowest points")
    expect(points).to_be_hidden()
    page.locator("[id='f-ballot.kind']").select_option("score")
    expect(lowest).to_be_visible()
    page.locator("[id='f-ballot.kind']").select_option("budget")
    expect(points).to_be_visible()
    expect(lowest).to_be_hidden()
    for name, value in (("seats.by_vote", "1"), ("seats.by_board", "1"), ("ballot.most_per_option", "60"),
                        ("phases.collect.from", "2026-05-21T12:00"), ("phases.collect.to", "2026-05-30T12:00"),
                        ("phases.vote.from", "2026-06-01T11:00"), ("phases.vote.to", "2026-06-09T11:00"),
                        ("decision.due", "2026-06-25"), ("decision.who", "The board")):  # fmt: skip
        page.locator(f"[id='f-{name}']").fill(value)
    page.locator("#f-contact").fill("ideas@example.com")
    page.locator("[id='f-count.method']").select_option("schulze")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[id='f-count.method']")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Schulze does not count budget ballots.")
    assert look.axe() == []
    page.locator("[id='f-count.method']").select_option("plain")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("1 of 2 by vote, 1 by the board.")
    page.get_by_role("button", name="Keep the draft").click()
    page.locator("summary", has_text="Seal the charter").click()
    page.get_by_label("Type autumn to go on").fill("autumn")
    page.get_by_role("button", name="Seal the charter").click()
    expect(page.get_by_text("The charter is sealed: it is public now")).to_be_visible()
    page.get_by_role("link", name="Charter", exact=True).click()
    expect(page.locator(".stamp")).to_contain_text("Nothing in it changes any more")
    page.locator("summary", has_text="For checking").click()
    expect(page.get_by_text("Charter, SHA-256")).to_be_visible()
    assert look.axe() == []


def propose(look: Looker, base: str, title: str) -> None:
    page = look.page
    page.goto(f"{base}/campaigns/autumn")
    expect(page.locator(".steps [aria-current]")).to_have_text("Collect")
    page.get_by_role("link", name="Bring an idea").first.click()
    page.get_by_label("Your idea in one line").fill(title)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Autumn").click()
    expect(page.locator("#ideas")).to_contain_text(title)
    assert look.axe() == []


def vote(look: Looker, base: str) -> str:
    page = look.page
    page.goto(f"{base}/campaigns/autumn")
    page.get_by_role("link", name="Vote", exact=True).first.click()
    amount = partial(page.get_by_label, exact=True)
    amount("How much: Offline mode").fill("59")
    expect(page.locator("#left")).to_have_text("59 of 100 spent, 41 left.")
    page.get_by_role("button", name="More: Offline mode").click()
    expect(page.locator("#left")).to_have_text("60 of 100 spent, 40 left.")
    expect(page.get_by_role("button", name="More: Offline mode")).to_be_focused()
    amount("How much: Dark mode").fill("50")
    expect(page.locator("#left")).to_contain_text("10 too much")
    page.get_by_role("button", name="Review the ballot").click()
    expect(page.get_by_role("alert")).to_contain_text("It spends 110")
    assert look.axe() == []
    amount("How much: Dark mode").fill("40")
    page.get_by_role("button", name="Review the ballot").click()
    expect(page.get_by_text("It is not cast yet.")).to_be_visible()
    page.get_by_role("button", name="Cast the ballot").click()
    expect(page.get_by_role("heading", name="Your ballot is recorded")).to_be_visible()
    assert look.axe() == []
    assert not look.overflows()
    code = page.locator(".receipt-code code").inner_text()
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", code)
    assert page.evaluate("window.__seen.csp") == []
    return code


def vote_without_scripts(look: Looker, base: str) -> None:
    page = look.page
    page.goto(f"{base}/campaigns/autumn/ballot")
    page.get_by_role("button", name="More: Faster search").click()
    expect(page.locator("#left")).to_contain_text("1 of 100 spent, 99 left.")
    page.get_by_label("How much: Faster search", exact=True).fill("30")
    page.get_by_label("How much: Offline mode", exact=True).fill("20")
    page.get_by_role("button", name="Review the ballot").last.click()
    page.get_by_role("button", name="Cast the ballot").click()
    expect(page.get_by_role("heading", name="Your ballot is recorded")).to_be_visible()


def count_again(look: Looker, base: str, folder: Path, receipt: str) -> None:
    """Somebody who is not signed in: on the page, and with the file on a machine that knows nothing else."""
    page = look.page
    page.goto(f"{base}/campaigns/autumn/results")
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("Offline mode")
    expect(rows.first).to_contain_text("80")
    assert look.axe() == []
    page.get_by_role("button", name="Redo the tally here").click()
    expect(page.locator("#redone")).to_contain_text("Counted again: the same")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    file = folder / "tally-autumn.jsonl"
    download.value.save_as(file)
    again = [sys.executable, "-m", "renown.cli", "ideation", "verify", str(file), "--receipt", receipt]
    done = subprocess.run(again, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The tally is what the file's ballots give." in done.stdout
    assert re.search(r'Your ballot \([0-9a-f]{32}\): \{"\d": \d0, "\d": \d0\}', done.stdout)


def decide(look: Looker, base: str) -> None:
    page = look.page
    page.goto(f"{base}/campaigns/autumn")
    expect(page.get_by_text("The decision is overdue since 25 June 2026.")).to_be_visible()
    page.get_by_role("link", name="Decide", exact=True).click()
    line = partial(_line, page)
    expect(line("Offline mode").get_by_label("Decision")).to_have_value("vote")
    line("Offline mode").get_by_label("Decision").select_option("none")
    line("Dark mode").get_by_label("Decision").select_option("board")
    line("Dark mode").get_by_label("Reason").fill("It is half done.")
    page.get_by_role("button", name="Publish all decisions").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("one option lacks something")
    expect(refused).to_contain_text("Offline mode: It was 1st in the vote, and is decided otherwise")
    expect(line("Dark mode").get_by_label("Reason")).to_have_value("It is half done.")
    assert look.axe() == []
    line("Offline mode").get_by_label("Reason").fill("Trains get a network in spring.")
    page.get_by_role("button", name="Publish all decisions").click()
    expect(page.get_by_text("It cannot be undone.")).to_be_visible()
    assert look.axe() == []
    page.get_by_label("Why one of 2 seats is given to nobody").fill("The other one is saved.")
    page.get_by_role("button", name="Publish all decisions").click()
    expect(page.get_by_role("heading", name="Where the decision left the vote")).to_be_visible()


def read_the_report(look: Looker, base: str) -> None:
    page = look.page
    page.goto(f"{base}/campaigns/autumn/report")
    for said in (
        "2 seats: the charter gives 1 to the vote and 1 to the board.",
        "Of the 1 that the vote chose, 0 were taken.",
        "1 of 2 seats was given to nobody. The other one is saved.",
        "The first in the vote was left out.",
        "The answer came 4 days after it was due, on 25 June 2026.",
        "What the charter promised was not kept.",
    ):
        expect(page.get_by_text(said)).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("Offline mode")
    expect(page.locator("tbody tr").first).to_contain_text("Trains get a network in spring.")
    assert look.axe() == []
    assert not look.overflows()


def _line(page: Page, title: str) -> Locator:
    return page.locator(".decide-line", has=page.get_by_role("link", name=title))
