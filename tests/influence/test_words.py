"""What employees read is said in their words; what administrators read besides is told what it means."""

from __future__ import annotations

import re

import pytest

from tests.influence.office import Office
from tests.influence.reading import data, main

#: Words of those who run it.
JARGON = re.compile(
    r"reckon|residual|\bruns?\b|\brounds?\b|\bgraph\b|\bepoch|\bkappa|\bedge|eigen|\bsolve", re.IGNORECASE
)
PAGES = (
    "/influence", "/influence/changes", "/influence/people/{u1}", "/influence/people/{u1}/from/{u2}",
    "/influence/people/{u1}/in/{kafka}", "/influence/ask", "/influence/ask?topic=kafka", "/influence/network",
    "/influence/network?team=support", "/influence/network/me", "/influence/compare", "/surveys",
)  # fmt: skip


def reached(office: Office, page: str) -> str:
    kafka = data(office.as_("U0"), "/influence/ask.json?topic=kafka")["topic"]
    return page.format(u1=office.handle("U1"), u2=office.handle("U2"), kafka=kafka)


@pytest.mark.parametrize("page", PAGES)
def test_employees_read_no_jargon(office: Office, page: str) -> None:
    said = main(office.as_("U1"), reached(office, page))
    assert JARGON.findall(said) == []


@pytest.mark.parametrize("page", PAGES[:1] + PAGES[7:10])
def test_a_page_with_scores_says_when_they_were_counted(office: Office, page: str) -> None:
    assert "Counted on 20 May" in main(office.as_("U1"), reached(office, page))


def test_administrators_are_told_what_rounds_and_residual_mean(office: Office) -> None:
    said = main(office.as_("U29"), "/influence/runs")
    assert "residual" in said.partition("Scores depend on one another")[0]
    assert "the residual is what the last round still changed" in said
