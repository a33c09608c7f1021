"""The pages of customer care, as it stands beside Renown once it is installed: sound in light and dark, wide and
narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import insert

from renown import clock
from renown.access import signin
from renown.app import Renown
from renown.context.switching import set_enabled
from renown.jobs.worker import drain_all
from renown.people import persons, teams
from renown_migrations import upgrade
from tests.browser.conftest import answering, example, site_in
from tests.browser.look import Looker, looking

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with example("care", tmp_path_factory.mktemp("installed")):
        yield


@pytest.fixture(scope="module")
def looked(installed: None, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Looker, str]]:
    """As Ana, and the link that a customer was sent."""
    with site_in(tmp_path_factory.mktemp("care")) as renown:
        ana, link = begin(renown)
        with (
            answering(renown) as (base, signed),
            looking(browser, base, signed(ana), width=1280, dark=False) as look,
        ):
            yield look, link


def begin(renown: Renown) -> tuple[int, str]:
    """A team of six that answered forty questions, one that waits and one that is set aside."""
    from renown_care import figures, survey
    from renown_care.models import Case, Survey

    upgrade(renown.db, {"care": renown.plugins.migrations["care"]})
    renown.plugins.refresh(now=True)
    set_enabled(renown.db, renown.plugins, "care", True, actor_id=None, via="system")
    with renown.db.write() as conn:
        ana = persons.add(conn, "Ana", "ana@example.com")
        signin.add_login(conn, ana, "ana@example.com", "member")
        team = teams.add(conn, "Pumps and valves")
        staff = [persons.add(conn, f"Person {number}", None) for number in range(6)]
        for person in staff:
            teams.place(conn, person, team, None)
    drain_all(renown.db, renown.drains)
    with renown.contexts.of("care").writing() as ctx:
        now, case = clock.now(), {"asker_id": ana, "asker_identity": 1, "quiet": False, "reopened": 0}
        rows = [
            case
            | {"id": number, "object": number, "state": "resolved", "responder_id": staff[number % 6], "team_id": team}
            | {"asked_at": now - number * 2 * clock.DAY, "answered_at": now, "settled_at": now, "minutes": number % 9}
            for number in range(1, 41)
        ]
        ctx.session.execute(insert(Case), rows)
        open_ones = [
            case | {"id": number, "object": number, "state": state, "team_id": 0, "asked_at": now - 3 * clock.DAY}
            for number, state in ((90, "waiting"), (91, "aside"))
        ]
        ctx.session.execute(insert(Case), open_ones)
        ctx.session.add(Survey(case_id=1, sent_at=now))
        ctx.session.flush()
        # The first time takes longest, and boxes have little.
        assert figures.of_team(ctx, team, 90)
        return ana, f"/care/effort/{survey.token(ctx, ctx.session.query(Survey).one())}"


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("/care", "Needs no answer"),
        ("/care/aside", "Bring back"),
        ("/care/teams", "Pumps and valves"),
        ("", "How easy was it?"),
        ("/", "1 question waits"),
        ("/teams/pumps-and-valves", "40 questions answered"),
    ],
)
def test_a_page_is_sound_in_light_and_dark_wide_and_narrow(looked: tuple[Looker, str], path: str, holds: str) -> None:
    looker, link = looked
    looker.show(width=1280, dark=False)
    seen = looker.visit(path or link)
    assert seen.status == 200
    assert holds in looker.page.inner_text("main")
    assert looker.axe() == []
    looker.show(width=1280, dark=True)
    assert looker.axe("color-contrast") == []
    looker.show(width=360, dark=True)
    assert not looker.overflows(), "wider than the screen"
    assert looker.axe() == []
    assert (seen.csp, seen.errors) == ([], [])


def test_numbers_have_names_on_a_phone_and_the_axis_of_hours_its_own(looked: tuple[Looker, str]) -> None:
    looker, _ = looked
    looker.show(width=360, dark=False)
    looker.visit("/care")
    named = "one => getComputedStyle(one, '::before').content"
    cells = looker.page.locator("main table.cards tbody td.num")
    assert "Working hours since" in cells.first.evaluate(named)
    looker.visit("/care/teams")
    marks = looker.page.locator("svg.chart text[text-anchor=end][x='34']").all_text_contents()
    assert len(set(marks)) == 5
