"""Who waits, in public, and who hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Desk
from sqlalchemy import text

from renown.api import Panel, Viewer
from renown_care import panels, reminding, waiting


def remind(desk: Desk) -> None:
    desk.kit.settle()
    with desk.kit.context("care") as ctx:
        assert reminding.work(ctx) is False


def notices(desk: Desk, person: int) -> str:
    return desk.page("/notifications", person)


def home(desk: Desk, person: int, role: Any = "member") -> list[Panel]:
    with desk.kit.context("care") as ctx:
        return panels.boxes(ctx, Viewer(person, role), "home", None)


WAITS = "question in general waits"


def test_the_oldest_stands_first_and_what_is_answered_is_gone(desk: Desk) -> None:
    first = desk.ask(space="support")
    desk.clock.move(hours=3)
    desk.ask(space="billing")
    desk.kit.settle()
    page = desk.page("/care", desk.ana)
    assert page.index("support") < page.index("billing")
    assert "nobody yet" in page
    desk.answer(first)
    desk.kit.settle()
    page = desk.page("/care", desk.ana)
    assert "support" not in page
    assert "billing" in page


def test_a_place_that_became_private_is_shown_no_more(desk: Desk) -> None:
    desk.ask(space="deals")
    desk.kit.settle()
    assert "deals" in desk.page("/care", desk.ana)
    desk.told(desk.kit.event(desk.bea, "create", space="deals"), private=True)
    case = desk.case()
    assert "deals" not in desk.page("/care", desk.ana)
    assert home(desk, desk.ana) == []
    assert desk.post(f"/care/{case.id}/follow", desk.ana, "/me/privacy") == 404


def test_pages_of_many_lead_on(desk: Desk) -> None:
    for number in range(5):
        desk.ask(space=f"place-{number}")
        desk.clock.move(minutes=1)
    desk.kit.settle()
    seen, after = [], 0
    with desk.kit.context("care") as ctx:
        for _ in range(3):
            found = waiting.listed(ctx, Viewer(desk.ana, "member"), after, 2)
            seen += [one.place.name for one in found.lines if one.place]
            after = found.after or -1
    assert seen == [f"place-{number}" for number in range(5)]
    assert after == -1


def test_colleagues_follow_and_others_see_who_listens(desk: Desk) -> None:
    desk.ask()
    case = desk.case()
    assert desk.post(f"/care/{case.id}/follow", desk.bea) == 302
    assert desk.post(f"/care/{case.id}/follow", desk.bea) == 302
    assert "Bea" in desk.page("/care", desk.ana)
    assert "Follow no more" in desk.page("/care", desk.bea)
    assert desk.post(f"/care/{case.id}/unfollow", desk.bea) == 302
    assert "nobody yet" in desk.page("/care", desk.ana)
    assert desk.post("/care/4711/follow", desk.bea) == 404


def test_customers_see_what_waits_where_the_settings_say_so_and_no_names(desk: Desk) -> None:
    desk.ask()
    case = desk.case()
    desk.post(f"/care/{case.id}/follow", desk.bea)
    desk.ask(space="ext-bigbank")
    desk.kit.settle()
    for path in ("/care/open", "/care/open.json"):
        assert desk.browser().get(path).status_code == 404
        assert desk.browser(desk.carl).get(path).status_code == 404
    desk.set(in_public="general")
    assert len(desk.browser().get("/care/open.json").get_json()["questions"]) == 1
    for viewer in (None, desk.carl, desk.ana):
        page = desk.page("/care/open", viewer)
        assert "general" in page
        assert "bigbank" not in page
        assert "one colleague" in page
        assert "Bea" not in page
    for path in ("/care", "/care/aside", "/care/teams"):
        assert desk.browser(desk.carl).get(path).status_code == 404
    assert desk.browser(desk.carl).post(f"/care/{case.id}/follow").status_code == 404


def test_followers_are_reminded_once_and_no_more_when_it_is_answered(desk: Desk) -> None:
    question = desk.ask()
    case = desk.case()
    desk.post(f"/care/{case.id}/follow", desk.bea)
    desk.clock.move(hours=4)
    remind(desk)
    assert WAITS not in notices(desk, desk.bea)
    desk.clock.move(days=1)
    remind(desk)
    remind(desk)
    assert notices(desk, desk.bea).count(WAITS) == 1
    assert WAITS not in notices(desk, desk.ana)
    assert desk.unread(desk.bea) == 1
    desk.answer(question)
    desk.kit.settle()
    assert desk.unread(desk.bea) == 0


def test_moderators_hear_of_what_nobody_follows(desk: Desk) -> None:
    mona = desk.kit.person("Mona", "moderator")
    desk.ask()
    desk.clock.move(days=2)
    remind(desk)
    assert WAITS in notices(desk, mona)
    assert WAITS not in notices(desk, desk.ana)
    assert 'href="/care"' in notices(desk, mona)
    assert desk.browser().get("/care").location == "/login?next=%2Fcare", "whoever comes by mail signs in first"


def test_who_follows_no_more_is_left_with_no_reminder_of_what_was_answered(desk: Desk) -> None:
    question = desk.ask()
    case = desk.case()
    desk.post(f"/care/{case.id}/follow", desk.bea)
    desk.clock.move(days=2)
    remind(desk)
    desk.post(f"/care/{case.id}/unfollow", desk.bea)
    assert desk.unread(desk.bea) == 1
    desk.answer(question)
    desk.kit.settle()
    assert desk.unread(desk.bea) == 0


@pytest.mark.parametrize("again", ["reply", "reopen", "button"])
def test_what_needs_no_answer_waits_no_more_until_it_is_brought_back(desk: Desk, again: str) -> None:
    question = desk.ask()
    case = desk.case()
    assert desk.browser(desk.carl).post(f"/care/{case.id}/aside").status_code == 404
    assert desk.post(f"/care/{case.id}/aside", desk.ana) == 302
    assert desk.post(f"/care/{case.id}/aside", desk.ana, "/me/privacy") == 404, "it does not wait any more"
    assert "general" not in desk.page("/care", desk.bea).split("<main")[1]
    assert "general" in desk.page("/care/aside", desk.bea).split("<main")[1]
    assert home(desk, desk.bea) == []
    desk.clock.move(days=1)
    desk.kit.act(desk.bea, "reply", kind="comment", to="of something else")
    assert desk.case().state == "aside"
    if again == "reply":
        desk.answer(question, desk.carl)
    elif again == "reopen":
        desk.turn("reopen", question, desk.bea)
    else:
        assert desk.post(f"/care/{case.id}/back", desk.bea, "/care/aside") == 302
    assert desk.case().state == "waiting"
    desk.post(f"/care/{case.id}/aside", desk.bea)
    assert desk.case().state == "aside"
    desk.kit.erase(desk.carl)
    desk.answer(question, desk.bea)
    assert desk.case().state == "answered", "it was answered none the less"
    with desk.kit.context("care") as ctx:
        told = ctx.session.scalars(text("SELECT action FROM core_audit WHERE action LIKE 'care.%' ORDER BY id"))
        assert list(told)[:2] == ["care.set-aside", "care.bring-back" if again == "button" else "care.set-aside"]


@pytest.mark.parametrize("after", [0, 100])
def test_nobody_is_reminded_before_the_time_that_is_set(desk: Desk, after: int) -> None:
    mona = desk.kit.person("Mona", "moderator")
    desk.set(remind_after=str(after))
    desk.ask()
    desk.clock.move(days=2)
    remind(desk)
    assert WAITS not in notices(desk, mona)


def test_home_says_how_many_wait(desk: Desk) -> None:
    assert home(desk, desk.ana) == []
    desk.ask()
    desk.kit.settle()
    [panel] = home(desk, desk.ana)
    assert "1 question waits" in panel.html
    assert "less than a working hour" in panel.html
    assert home(desk, desk.carl, "customer") == []
