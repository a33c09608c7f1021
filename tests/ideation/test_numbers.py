"""Whole numbers in forms and addresses: signs that only look like digits break nothing."""

from __future__ import annotations

import pytest

from renown_ideation.numbers import of_idea, ordinal, whole
from tests.ideation.company import Company, submit
from tests.ideation.desk import act, address, below, bring


@pytest.mark.parametrize(
    ("said", "is_"),
    [("0", 0), ("12", 12), ("9223372036854775807", 2**63 - 1), ("007", 7)]
    + [(one, None) for one in ("", "²", "٣", "-1", "+1", " 1", "1.0", "9223372036854775808", "9" * 5000)],
)
def test_a_whole_number_is_ascii_digits_and_no_more_than_fits(said: str, is_: int | None) -> None:
    assert whole(said) == is_


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        (one, 12)
        for one in ("12", " #12 ", "12-dark-mode", "/ideas/product/12", "https://x.example/ideas/product/12-dark/#c5")
    ]
    + [("/ideas/product/12/plan", 12), ("/ideas/product/12-dark-mode?before=3", 12)]
    + [(one, None) for one in ("", "#", "dark-mode", "/ideas/product/new", "²", "/ideas/product/9223372036854775808")],
)
def test_an_idea_is_known_by_its_number_or_any_address_of_it(said: str, is_: int | None) -> None:
    assert of_idea(said) == is_


def test_places_are_read_as_people_say_them() -> None:
    said = [ordinal(one) for one in (1, 2, 3, 4, 11, 12, 13, 21, 111, 122)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th", "122nd"]


def test_signs_that_look_like_digits_are_refused_and_break_nothing(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    ada = company.browser("ada")
    form = {"title": "Product", "slug": "product", "audience": "public", "held": "nobody", "answer_days": "10"}
    assert submit(ada, "/admin/ideas/product", **form, acknowledge_days="²").status_code == 422
    team = {**form, "audience": "team", "team": "²", "acknowledge_days": "2"}
    assert submit(ada, "/admin/ideas/product", **team).status_code == 422
    assert company.browser(None).get(f"{address(company, idea)}?before=²").status_code == 404
    assert act(company, "eve", below(idea, "edit"), title="Dark", body="", revision="²") == 422
