"""What influence puts on the core's pages: one number, told once, with its days; and what waits for moderators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from renown import clock
from renown.api import to_date
from renown_influence import run
from tests.influence import company as companies
from tests.influence.company import ADMIN, MODERATOR, NOW, Company, name, submit, words
from tests.influence.office import RECKONED, Office, opened
from tests.influence.reading import data, main, page, said
from tests.ready import Ready

RING = (10, 15, 20, 25, 30)
#: The second of July: another quarter.
SUMMER = 43
HOME, BOARD = "/panels/influence/home", "/boards/influence.score"


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(companies.settled(40), tmp_path) as url, companies.opened(url, tmp_path) as made:
        yield made


def mingle(company: Company, times: int, days_ago: int = 10) -> None:
    """Everybody likes something of seven others, of some more than of others."""
    pairs = [(rater, (rater + 1 + step * 5) % 40) for rater in range(40) for step in range(7)]
    company.likes({(rater, owner): times * (1 + owner % 4) for rater, owner in pairs if rater != owner}, days_ago)


def night(company: Company, days: float) -> None:
    company.later(days)
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    company.settle()


def test_a_new_scale_is_marked_and_the_days_are_named(company: Company) -> None:
    mingle(company, 1)
    night(company, 0)
    browser = company.browser(3)
    assert "dasharray" not in page(browser, HOME)
    mingle(company, 20, days_ago=0)
    night(company, SUMMER)
    first, last = (to_date(at // clock.DAY) for at in (NOW, company.now))
    for path in (HOME, f"/panels/influence/person/{company.people[3]}"):
        panel = page(browser, path)
        assert panel.count("stroke-dasharray") == 1, path
        assert "Dashed: the scale was set anew." in panel
        assert re.findall(r"<text[^>]*>(\d+ \w+)</text>", panel) == [f"{day.day} {day:%B}" for day in (first, last)]


def test_a_profile_tells_the_number_once(office: Office) -> None:
    handle, reader = office.handle("U1"), office.as_("U0")
    number = data(reader, f"/influence/people/{handle}.json")["influence"]
    assert f"{number} place 1" in said(page(reader, f"/panels/influence/person/{office.people['U1']}"))
    profile = main(reader, f"/people/{handle}")
    assert "Influence" not in profile
    assert str(number) not in profile


def test_the_board_tells_tenths_and_when_it_was_counted(
    ready: Callable[[str], Ready], dialect: str, tmp_path: Path
) -> None:
    with ready(dialect).copy(RECKONED, tmp_path) as url, opened(url, tmp_path) as office:
        amounts = re.findall(r": why, for Person\d\d Lastname\">([^<]*)<", page(office.as_("U0"), BOARD))
        assert len(amounts) > 5
        assert all(re.fullmatch(r"\d+\.\d", one) for one in amounts), amounts
        then = data(office.as_("U0"), f"{BOARD}.json")["counted_at"]
        later = clock.now() + 9 * 3600 * clock.SECOND
        with clock.set_to(lambda: later):
            assert "Last counted 9 h ago" in main(office.as_("U0"), BOARD)
            assert data(office.as_("U0"), f"{BOARD}.json")["counted_at"] == then
            assert "Counted just now" in main(office.as_("U0"), "/boards/activity.points?period=all")


def test_moderators_are_told_at_home_of_groups_that_wait(company: Company) -> None:
    mingle(company, 1)
    company.likes({(rater, owner): 100 for rater in RING for owner in RING if rater != owner})
    night(company, 0)
    for who in (ADMIN, MODERATOR):
        assert "1 group not looked into." in words(company.browser(who).get(HOME))
    for who in (3, RING[0]):
        assert "/desk/rings" not in page(company.browser(who), HOME), name(who)
    [ring] = data(company.browser(MODERATOR), "/desk/rings.json")["rings"]
    noted = submit(company.browser(MODERATOR), f"/desk/rings/{ring['ring']}/notes", text="One office.", done="yes")
    assert noted.status_code == 302
    assert "/desk/rings" not in page(company.browser(MODERATOR), HOME)
