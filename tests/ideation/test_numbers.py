"""Whole numbers in forms and addresses: signs that only look like digits break nothing."""

from __future__ import annotations

import pytest

from renown_ideation.numbers import whole
from tests.ideation.company import Company, submit
from tests.ideation.desk import act, address, below, bring


@pytest.mark.parametrize(
    ("said", "is_"),
    [("0", 0), ("12", 12), ("9223372036854775807", 2**63 - 1), ("007", 7)]
    + [(one, None) for one in ("", "²", "٣", "-1", "+1", " 1", "1.0", "9223372036854775808", "9" * 5000)],
)
def test_a_whole_number_is_ascii_digits_and_no_more_than_fits(said: str, is_: int | None) -> None:
    assert whole(said) == is_


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
