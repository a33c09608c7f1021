"""A board on other sites: framed by whom it names, read only, as nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from renown_ideation.models import Board
from renown_ideation.portal import origins
from tests.ideation.company import BOARD, Company, submit, words
from tests.ideation.desk import act, bring, page, put

EMBED = "/ideas/embed/product"


def allow(company: Company, *sites: str, **values: object) -> None:
    with company.writing() as ctx:
        ctx.session.execute(update(Board).values(origins=list(sites), **values))


def ancestors(company: Company, path: str, name: str | None = None) -> str:
    policy = company.browser(name).get(path).headers["Content-Security-Policy"]
    (found,) = [one.strip() for one in policy.split(";") if one.strip().startswith("frame-ancestors")]
    return found


def test_exactly_the_sites_that_a_board_names_frame_it_and_no_other_page(company: Company) -> None:
    company.board()
    bring(company, "Dark mode", by="cleo")
    assert company.browser(None).get(EMBED).status_code == 404, "nobody is named"
    allow(company, "https://shop.example", "https://www.shop.example:8443")
    assert ancestors(company, EMBED) == "frame-ancestors https://shop.example https://www.shop.example:8443"
    for other in ("/ideas/product", "/ideas/product/new", "/login"):
        assert ancestors(company, other, "cleo" if "new" in other else None) == "frame-ancestors 'none'"


def test_it_shows_what_nobody_may_see_to_whoever_looks_and_takes_nothing(company: Company) -> None:
    company.board()
    bring(company, "Dark mode", by="cleo")
    put(company, bring(company, "Waits", by="carl"), standing="waiting")
    allow(company, "https://shop.example")
    for name in (None, "cleo", "ada"):
        answer = company.browser(name).get(EMBED)
        seen = answer.get_data(as_text=True)
        assert "Dark mode" in seen
        assert "Waits" not in seen
        assert "csrf" not in seen
        assert "method=" not in seen
        assert "Cleo" not in seen
        assert "Set-Cookie" not in answer.headers
    assert "Dark mode" in page(company, None, f"{EMBED}?q=dark")
    assert company.browser(None).get("/ideas/embed/none").status_code == 404
    allow(company, "https://shop.example", audience="employees")
    for name in (None, "eve", "ada"):
        assert company.browser(name).get(EMBED).status_code == 404


def test_numbers_that_are_hidden_are_hidden_there_too(company: Company) -> None:
    company.board()
    bring(company, "Dark mode", by="cleo")
    allow(company, "https://shop.example", hidden_until=company.now + 10**12)
    seen = page(company, None, EMBED)
    assert "hidden" in seen
    assert "0 voter" not in seen


def test_the_script_is_for_pages_of_other_origins(company: Company) -> None:
    with company.browser(None).get("/ideas/widget.js") as answer:
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.mimetype == "text/javascript"
        assert len(answer.data) < 4000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Shop.example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8080", "http://localhost:8080"),
    ],
)
def test_a_site_is_kept_as_browsers_write_it(given: str, kept: str) -> None:
    assert origins.origin(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://shop.example", "https://*.shop.example", "*", "null", "https://", "https://shop.example/page",
        "https://shop.example?x", "https://a@shop.example", "javascript:alert(1)", "https://shop.example; script-src *",
        "https://shop.example 'self'", "https://shop.example:x", "https://[::1]", "data:x", "shop.example",
    ],
)  # fmt: skip
def test_what_is_no_site_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        origins.origin(given)


def test_administrators_make_boards_and_say_which_sites_may_show_them(company: Company) -> None:
    fields = {**BOARD, "title": "Product", "slug": "product", "origins": "https://shop.example\nhttps://shop.example/"}
    for name in ("mo", "eve", "cleo"):
        assert act(company, name, "/admin/ideas/new", **fields) == 404
    assert act(company, "ada", "/admin/ideas/new", **fields) == 303
    assert "One site may show it" not in page(company, "ada", "/admin/ideas/product"), "the address is not known"
    assert "RENOWN_URL is not set" in page(company, "ada", "/admin/ideas/product")
    assert page(company, None, EMBED)
    wrong = submit(company.browser("ada"), "/admin/ideas/product", **{**fields, "origins": "https://*.shop.example"})
    assert wrong.status_code == 422
    assert "without a star" in words(wrong)
    assert act(company, "ada", "/admin/ideas/product", **{**fields, "origins": ""}) == 303
    assert company.browser(None).get(EMBED).status_code == 404
    assert act(company, "ada", "/admin/ideas/product/close", close="yes") == 303
    assert act(company, "cleo", "/ideas/product/new", title="Late") == 422
    assert act(company, "ada", "/admin/ideas/product/close", close="no") == 303
    assert act(company, "cleo", "/ideas/product/new", title="Not late") == 302


def test_an_invited_customer_reads_a_board_until_they_are_taken_off_it(company: Company) -> None:
    company.board("beta", audience="invited")
    where = "/admin/ideas/beta/invited"
    assert act(company, "ada", where, whom="nobody@example.com") == 422
    assert act(company, "ada", where, whom="carl@example.com") == 303
    assert company.browser("carl").get("/ideas/beta").status_code == 200
    assert company.browser("cleo").get("/ideas/beta").status_code == 404
    assert act(company, "ada", f"{where}/{company.people['carl']}/remove") == 303
    assert company.browser("carl").get("/ideas/beta").status_code == 404


def test_what_is_known_stands_on_the_board_and_beside_the_form(company: Company) -> None:
    company.board()
    known = {"kind": "constraint", "text": "The old app stays until June", "outcome": "The contract says so"}
    for name in ("eve", "cleo"):
        assert act(company, name, "/ideas/product/facts", **known) == 404
    assert act(company, "mo", "/ideas/product/facts", **known | {"text": ""}) == 422
    assert act(company, "mo", "/ideas/product/facts", **known) == 303
    for name, where in ((None, "/ideas/product"), ("cleo", "/ideas/product/new")):
        seen = page(company, name, where)
        assert "The old app stays until June" in seen
        assert "The contract says so" in seen
    assert act(company, "mo", "/ideas/product/facts/1", **known | {"text": "It goes in May"}) == 303
    assert "It goes in May" in page(company, None, "/ideas/product")
    assert act(company, "mo", "/ideas/product/facts/1/remove") == 303
    assert "What is known already" not in page(company, None, "/ideas/product")
