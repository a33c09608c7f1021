"""Addresses without a page of their own lead to one."""

from __future__ import annotations

import pytest

from tests.ideation.company import Company
from tests.ideation.desk import act, address, below, bring


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    return shared


def test_what_was_refused_and_is_loaded_again_leads_to_the_idea(office: Company) -> None:
    idea = bring(office, "Dark mode")
    browser, here = office.browser("ada"), address(office, idea)
    for rest in ("comments", "step", "links", "plan/outcome"):
        answer = browser.get(below(idea, rest))
        assert (answer.status_code, answer.headers.get("Location")) == (302, here), rest
    assert act(office, "ada", below(idea, "comments"), body="") == 422, "the form itself is as it was"
    assert browser.get(f"/ideas/product/{idea}").headers["Location"] == here
    assert browser.get(below(idea, "no-such-form")).status_code == 404
    office.board("staff", audience="employees")
    hidden = bring(office, "New chairs", board="staff")
    assert office.browser("cleo").get(f"/ideas/staff/{hidden}").status_code == 404


def test_a_slash_at_the_end_leads_to_the_page(office: Company) -> None:
    browser = office.browser("ada")
    for path in ("/ideas", "/ideas/product", "/campaigns", "/campaigns/winter", "/roadmap", "/desk/ideas"):
        answer = browser.get(f"{path}/?q=a")
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"{path}?q=a"), path
        assert browser.get(path).status_code in (200, 302, 404)
    assert browser.get("/desk").headers["Location"] == browser.get("/desk/").headers["Location"] == "/desk/ideas"
    assert office.browser("eve").get("/desk").status_code == 404
