"""What influence puts on the core's pages: one number, told once, with its days; and what waits for moderators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from renown import clock
from renown.api import to_date
from tests.influence.company import ADMIN, MODERATOR, Company, name, submit, words
from tests.influence.office import Office, opened
from tests.influence.reading import data, main, page, said
from tests.influence.test_nights import SUMMER, mingle, night
from tests.influence.test_nights import again as reckoned
from tests.influence.test_nights import company as company
from tests.influence.test_rings_pages import RING, working

HOME, BOARD = "/panels/influence/home", "/boards/influence.score"


@pytest.fixture
def ringed(database_url: str, tmp_path: Path) -> Iterator[Company]:
    with working(database_url, tmp_path, RING) as made:
        yield made


def test_a_new_scale_is_marked_and_the_days_are_named(company: Company) -> None:
    mingle(company)
    first = reckoned(company)
    browser = company.browser(3)
    assert "dasharray" not in page(browser, HOME)
    mingle(company, 20, days_ago=0)
    night(company)
    last = night(company, SUMMER)
    for path in (HOME, f"/panels/influence/person/{company.people[3]}"):
        panel = page(browser, path)
        assert panel.count("stroke-dasharray") == 1, path
        assert "Dashed: the scale was set anew." in panel
        days = (to_date(first.day), to_date(last.day))
        assert [f"{day.day} {day:%B}" for day in days] == re.findall(r"<text[^>]*>(\d+ \w+)</text>", panel)
        assert days[1] - days[0] > timedelta(SUMMER)


def test_a_profile_tells_the_number_once(office: Office) -> None:
    handle, reader = office.handle("U1"), office.as_("U0")
    number = data(reader, f"/influence/people/{handle}.json")["influence"]
    assert f"{number} place 1" in said(page(reader, f"/panels/influence/person/{office.people['U1']}"))
    profile = main(reader, f"/people/{handle}")
    assert "Influence" not in profile
    assert str(number) not in profile


def test_the_board_tells_tenths_and_when_it_was_counted(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path) as office:
        amounts = re.findall(r": why, for Person\d\d Lastname\">([^<]*)<", page(office.as_("U0"), BOARD))
        assert len(amounts) > 5
        assert all(re.fullmatch(r"\d+\.\d", one) for one in amounts), amounts
        then = data(office.as_("U0"), f"{BOARD}.json")["counted_at"]
        later = clock.now() + 9 * 3600 * clock.SECOND
        with clock.set_to(lambda: later):
            assert "Last counted 9 h ago" in main(office.as_("U0"), BOARD)
            assert data(office.as_("U0"), f"{BOARD}.json")["counted_at"] == then
            assert "Counted just now" in main(office.as_("U0"), "/boards/activity.points?period=all")


def test_moderators_are_told_at_home_of_groups_that_wait(ringed: Company) -> None:
    for who in (ADMIN, MODERATOR):
        assert "1 group not looked into." in words(ringed.browser(who).get(HOME))
    for who in (3, RING[0]):
        panel = ringed.browser(who).get(HOME).get_data(as_text=True)
        assert "/desk/rings" not in panel, name(who)
    [ring] = data(ringed.browser(MODERATOR), "/desk/rings.json")["rings"]
    noted = submit(ringed.browser(MODERATOR), f"/desk/rings/{ring['ring']}/notes", text="One office.", done="yes")
    assert noted.status_code == 302
    assert "/desk/rings" not in ringed.browser(MODERATOR).get(HOME).get_data(as_text=True)
