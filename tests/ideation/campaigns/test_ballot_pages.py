"""Voting on pages, as they are without scripts; and finding one's ballot again."""

from __future__ import annotations

import re

import pytest

from renown_ideation.campaigns import choosing
from renown_ideation.counting.charter import Approve, Ballots, Budget, Quadratic, Rank, Score
from renown_ideation.models import Option
from renown_ideation.plugin import export_person
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import page, told

BALLOT = "/campaigns/autumn/ballot"
BUDGET = {"kind": "budget", "budget": 100, "most_per_option": 60, "most_options": None}


def _titles(company: Company, name: str) -> list[str]:
    return re.findall(r'class="option-title"[^>]*><bdi>([^<]+)', page(company, name, BALLOT))


def test_a_ballot_is_filled_in_reviewed_cast_changed_and_found(company: Company) -> None:
    company.board()
    campaign = staged.voting(company, ballot=BUDGET)
    cleo = company.browser("cleo")
    assert told(company, "cleo") == ["The vote is open: Autumn"]
    orders = {name: _titles(company, name) for name in ("cleo", "carl", "eve", "emil", "mo", "ada")}
    assert all(sorted(one) == sorted(staged.TITLES) for one in orders.values())
    assert len({tuple(one) for one in orders.values()}) > 1, "options are shuffled"
    assert orders["cleo"] == _titles(company, "cleo"), "and stay so for the one who votes"

    stepped = submit(cleo, BALLOT, o1="59", o2="", act="1+").get_data(as_text=True)
    assert 'name="o1" type="number" inputmode="numeric" min="0" max="60" step="1" value="60"' in stepped
    assert 'value="60"' in submit(cleo, BALLOT, o1="60", act="1+").get_data(as_text=True), "no more than allowed"
    assert "60 of 100 spent, 40 left." in words(submit(cleo, BALLOT, o1="60", act="change"))
    assert "90 of 100 spent, 10 left." in submit(cleo, "/campaigns/autumn/_left", o1="60", o3="30").get_data(
        as_text=True
    )
    for typed, said in (
        ({"o1": "60", "o3": "50"}, "It spends 110: the charter"),
        ({"o1": "61"}, "“Dark mode” has 61: the charter allows 1 to 60."),
        ({"o1": "-5"}, "“Dark mode” has -5"),
        ({"o1": "many"}, "What is marked is no whole number."),
    ):
        for act in ("review", "cast"):
            refused = submit(cleo, BALLOT, **typed, act=act)
            assert refused.status_code == 422
            assert said in words(refused), typed
            assert f'value="{typed["o1"]}"' in refused.get_data(as_text=True), "nothing typed is lost"
    review = submit(cleo, BALLOT, o1="60", o3="30", act="review")
    assert "Dark mode 60 Faster search 30 90 of 100 spent, 10 left. It is not cast yet." in words(review)
    assert "You have voted" not in page(company, "cleo", BALLOT)

    assert submit(cleo, BALLOT, o1="60", o3="30", act="cast").location == "/campaigns/autumn/receipt"
    submit(cleo, BALLOT, o4="10", act="cast")
    assert 'value="10"' in page(company, "cleo", BALLOT), "the one that counts is where a voter goes on"
    receipt = page(company, "cleo", "/campaigns/autumn/receipt")
    code = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", receipt)
    assert code is not None
    assert "Quiet hours" in receipt
    assert code[0] not in page(company, "carl", "/campaigns/autumn/receipt")
    found = words(submit(company.browser("carl"), "/campaigns/autumn/receipt", code=code[0].lower().replace("-", " ")))
    assert "This ballot counts It stands in the vote as follows. Quiet hours 10" in found
    assert submit(company.browser("carl"), "/campaigns/autumn/receipt", code="AAAA").status_code == 422

    with company.reading() as ctx:
        mine, by_staff = (
            export_person(company.people["cleo"], company.viewer(who), ctx)["ballots"] for who in ("cleo", "ada")
        )
    assert mine == [{"campaign": "autumn", "weight": 1, "receipt": code[0], "ballot": {"4": 10}}]
    assert by_staff == [{"campaign": "autumn", "weight": 1}], "nobody else learns what somebody voted"

    assert "Sign in" in page(company, None, BALLOT)
    company.later(9)
    assert staged.state(company, campaign) == "counted"
    assert "The vote closed on 9 June 2026, 14:00 (Europe/Vienna)." in page(company, "carl", BALLOT)
    assert submit(company.browser("carl"), BALLOT, o1="10", act="cast").location == BALLOT
    assert "No ballot" not in page(company, "cleo", "/campaigns/autumn/receipt")


def test_who_is_not_of_the_electorate_is_told_who_is(company: Company) -> None:
    company.board()
    staged.voting(company, electorate__kind="customers")
    said = page(company, "eve", BALLOT)
    assert "You are not among those who may vote here" in said
    assert "All customers with an account here" in said
    assert submit(company.browser("eve"), BALLOT, o1="1", act="cast").location == BALLOT
    assert told(company, "cleo") == ["The vote is open: Autumn"]
    assert "The vote is open: Autumn" not in told(company, "eve")
    approve = page(company, "cleo", BALLOT)
    assert approve.count('type="checkbox"') == 4
    assert submit(company.browser("cleo"), BALLOT, o1="1", act="cast").location == "/campaigns/autumn/receipt"


def _options(number: int) -> list[Option]:
    return [Option(campaign_id=1, number=one, title=f"T{one}", idea_id=one, revision=1) for one in range(1, number + 1)]


@pytest.mark.parametrize(
    ("rule", "typed", "choices", "wrong", "left"),
    [
        (Approve(most_options=2), {"o1": "1", "o2": "1"}, {"1": 1, "2": 1}, None, "2 of at most 2 options ticked."),
        (Approve(most_options=1), {"o1": "1", "o2": "1"}, {"1": 1, "2": 1}, "It names 2 options: the charter allows 1.",
         "2 of at most 1 options ticked."),
        (Score(lowest=-2, highest=5, most_options=None), {"o1": "-2", "o2": "0"}, {"1": -2}, None,
         "1 option with points."),
        (Rank(most_options=None), {"o1": "7", "o3": "2"}, {"1": 2, "3": 1}, None, "2 options ranked."),
        (Rank(most_options=None), {"o1": "1", "o3": "1"}, {"1": 1, "3": 1},
         "Its ranks are not 1, 2, 3 and so on, each once.", "2 options ranked."),
        (Quadratic(budget=10, most_per_option=None, most_options=None), {"o1": "3", "o2": "1"}, {"1": 3, "2": 1}, None,
         "10 of 10 spent, 0 left."),
        (Budget(budget=10, most_per_option=None, most_options=2), {"o1": "9", "o2": "9"}, {"1": 9, "2": 9},
         "It spends 18: the charter's budget is 10.", "18 of 10 spent, 8 too much; 2 of at most 2 options."),
    ],
)  # fmt: skip
def test_each_kind_of_ballot_is_read_and_says_what_is_left(
    rule: Ballots, typed: dict[str, str], choices: dict[str, int], wrong: str | None, left: str
) -> None:
    options = _options(4)
    given = choosing.read(typed, rule, options)
    assert given.choices == choices
    assert choosing.wrong(given, rule, options) == wrong
    assert choosing.left(rule, given.choices) == left


def test_hashes_stand_where_only_whoever_checks_looks(company: Company) -> None:
    company.board()
    staged.counted(company)
    for path in ("", "/charter", "/results", "/receipt"):
        html = page(company, "emil", f"/campaigns/autumn{path}")
        assert re.search(r"\b[0-9a-f]{32,64}\b", html), path
        assert "For checking" in html
        assert not re.search(r"\b[0-9a-f]{32,64}\b", unfolded(html)), path


def unfolded(html: str) -> str:
    """A page as it is before anything on it is opened."""
    inner = re.compile(r"<details(?! open)[ >](?:(?!<details).)*?</details>", re.S)
    while inner.search(html):
        html = inner.sub("", html)
    return re.sub(r"<(?:head>.*?</head|input[^>]*|meta[^>]*|body[^>]*)>", "", html, flags=re.S)
