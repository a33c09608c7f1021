from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from conftest import WHY, Office, post
from renown.api import DemoDay, Viewer, to_day

from renown_kudos import reading

#: Whoever thanks a colleague has to see them.
FULL = ("kudos.read", "kudos.give", "boards:read")


def test_thanks_are_given_on_the_page_and_taken_back_there(office: Office) -> None:
    browser = office.browser(office.ana)
    done = post(browser, "/kudos", "/kudos", {"to": "bea", "reason": WHY, "once": "1"})
    assert (done.status_code, done.location) == (303, "/kudos?show=from-you")
    post(browser, "/kudos", "/kudos", {"to": "bea", "reason": WHY, "once": "1"})
    text = office.page(office.ana, done.location)
    assert text.count(WHY) == 1
    assert "9 thank-yous of 10 left until" in text
    assert '<time class="nowrap" datetime="2026-06-01">1 June</time>' in text
    path = text.split('action="/kudos/')[1].split('"')[0]
    assert post(office.browser(office.cem), "/kudos", f"/kudos/{path}", {}).status_code == 404
    assert post(browser, "/kudos", f"/kudos/{path}", {}).status_code == 303
    assert WHY not in office.page(office.ana, done.location)


def test_a_form_that_was_used_is_kept_and_can_be_sent_anew(office: Office) -> None:
    office.give(office.ana, office.bea, once="1")
    form = {"to": "cem", "reason": "for another thing entirely", "once": "1"}
    answer = post(office.browser(office.ana), "/kudos", "/kudos", form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Something else was sent before" in text
    assert ">for another thing entirely<" in text
    assert 'name="once" value="1"' not in text


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(office: Office) -> None:
    browser = office.browser(office.ana)
    form = {"to": "nobody", "reason": "so short", "once": "7", "private": "yes"}
    answer = post(browser, "/kudos", "/kudos", form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "No colleague has this name or e-mail." in text
    assert "in 10 characters or more" in text
    for kept in ('value="nobody"', ">so short<", 'name="once" value="7"', 'value="yes" checked'):
        assert kept in text
    assert 'aria-describedby="f-to-help f-to-error"' in text


def test_who_has_given_all_reads_when_there_are_new_ones(office: Office) -> None:
    for _ in range(10):
        office.give(office.ana, office.bea)
    assert "There are new ones on" in office.page(office.ana)
    browser = office.browser(office.ana)
    assert post(browser, "/kudos", "/kudos", {"to": "bea", "reason": WHY}).status_code == 422


def test_older_ones_stand_on_further_pages(office: Office) -> None:
    office.administer("/admin/plugins/kudos/settings", {"a_month": 100, "shortest": 1, "minutes": 15})
    for number in range(25):
        office.give(office.ana, office.bea, f"reason {number}.")
    first = office.page(office.cem)
    assert "reason 24." in first
    assert "reason 4." not in first
    following = first.split('href="/kudos?show=everyone&amp;before=')[1].split('"')[0]
    second = office.page(office.cem, f"/kudos?show=everyone&before={following}")
    assert [f"reason {number}." in second for number in (5, 4, 0)] == [False, True, True]
    assert "Further" not in second


def test_it_is_for_who_works_here_while_the_plugin_is_on(office: Office) -> None:
    assert office.browser().get("/kudos").status_code == 302
    assert 'href="/kudos"' in office.page(office.ana, "/")
    office.kit.disable("kudos")
    assert office.browser(office.ana).get("/kudos").status_code == 404
    assert 'href="/kudos"' not in office.page(office.ana, "/")


def test_whoever_is_thanked_and_moderators_take_down_on_the_page(office: Office) -> None:
    mod = office.kit.person("Mod", "moderator")
    for viewer, show in ((office.bea, "to-you"), (mod, "everyone")):
        office.give(office.ana, office.bea)
        assert "Take down" not in office.page(office.cem)
        path = office.page(viewer, f"/kudos?show={show}").split('action="/kudos/')[1].split('"')[0]
        assert post(office.browser(office.cem), "/kudos", f"/kudos/{path}", {}).status_code == 404
        done = post(office.browser(viewer), "/kudos", f"/kudos/{path}", {})
        assert (done.status_code, done.location) == (303, f"/kudos?show={show}")
        assert WHY not in office.page(office.cem)


def test_no_form_of_another_site_gives_thanks(office: Office) -> None:
    browser = office.browser(office.ana)
    assert browser.post("/kudos", data={"to": "bea", "reason": WHY}).status_code == 400
    assert office.seen(office.ana, "from-you") == []


def test_the_api_gives_lists_and_takes_back(office: Office) -> None:
    ana = token(office, office.ana, *FULL)
    sent = {"to": "bea@example.test", "reason": WHY, "private": True, "once": "from a script"}
    api = office.browser()
    made = api.post("/api/v1/kudos", json=sent, headers=ana)
    assert made.status_code == 201
    again = api.post("/api/v1/kudos", json=sent, headers=ana)
    assert (again.status_code, again.json) == (200, made.json)
    assert api.get("/api/v1/kudos/allowance", headers=ana).json == {"most": 10, "left": 9, "renews": "2026-06-01"}
    [one] = api.get("/api/v1/kudos?show=from-you", headers=ana).json["thanks"]
    assert (one["receiver"]["name"], one["reason"], one["private"]) == ("Bea", WHY, True)
    assert api.get("/api/v1/kudos", headers=ana).json["thanks"] == []
    path = f"/api/v1/kudos/{made.json['key']}"
    bea, cem = token(office, office.bea, *FULL), token(office, office.cem, *FULL)
    assert api.delete(path, headers=cem).status_code == 404
    other = api.post("/api/v1/kudos", json={**sent, "private": False}, headers=ana)
    assert other.status_code == 409
    assert api.delete(path, headers=ana).status_code == 204
    assert api.get("/api/v1/kudos?show=to-you", headers=bea).json["thanks"] == []


def test_the_api_says_what_is_wrong(office: Office) -> None:
    api, ana = office.browser(), token(office, office.ana, *FULL)
    wrong = api.post("/api/v1/kudos", json={"to": "ana", "reason": "short"}, headers=ana)
    assert wrong.status_code == 422
    assert set(wrong.json["detail"]["json"]) == {"to", "reason"}
    assert api.post("/api/v1/kudos", json={"to": "bea"}, headers=ana).status_code == 422
    for _ in range(10):
        office.give(office.ana, office.bea)
    assert api.post("/api/v1/kudos", json={"to": "bea", "reason": WHY}, headers=ana).status_code == 409


def test_a_token_does_what_it_was_made_for(office: Office) -> None:
    reads = token(office, office.ana, "kudos.read")
    api = office.browser()
    assert api.get("/api/v1/kudos", headers=reads).status_code == 200
    assert api.post("/api/v1/kudos", json={"to": "bea", "reason": WHY}, headers=reads).status_code in (403, 404)
    assert api.get("/api/v1/kudos").status_code in (401, 404)
    blind = token(office, office.ana, "kudos.read", "kudos.give")
    answer = api.post("/api/v1/kudos", json={"to": "bea", "reason": WHY}, headers=blind)
    assert "No colleague" in answer.get_data(as_text=True), "a token that may not see people finds nobody"


def token(office: Office, person: int, *scopes: str) -> dict[str, str]:
    """Made on the person's own page, as anybody makes one."""
    browser = office.browser(person)
    answer = post(browser, "/me/tokens", "/me/tokens", {"name": "script", "scopes": list(scopes), "days": "30"})
    secret = answer.get_data(as_text=True).split('data-copy="')[1].split('"')[0]
    return {"Authorization": f"Bearer {secret}"}


def test_a_number_is_told_why(office: Office) -> None:
    office.give(office.ana, office.bea)
    office.give(office.ana, office.bea, "for another thing, too")
    office.give(office.cem, office.bea, private=True)
    asked = {"person": office.bea, "measure": "kudos.received"}
    told = {
        period: office.kit.call("kudos", "explain", **asked, period=period)
        for period in ("all", "2026", "2026-Q2", "2026-05", "2026-W21", "rolling", "2026-Q1", "2026-04", "2026-W20")
    }
    said = "2 thank-yous in public, from one colleague. Private ones are not told here."
    assert [one and one.text for one in told.values()] == [said] * 6 + [None] * 3


def test_the_people_of_a_demo_thank_each_other_the_same_way_each_time(office: Office) -> None:
    day = to_day(office.clock.at.date())
    people = [office.ana, office.bea, office.cem]
    for _ in range(2):
        for number in range(20):
            office.kit.call("kudos", "demo", day=DemoDay(day + number, day, day + 20, people, [], 7))
    with office.kit.context("kudos") as ctx:
        given = [reading.page(ctx, Viewer(who, "member"), "from-you").lines for who in people]
    assert sum(map(len, given)) > 5
    assert sum(map(len, given)) <= 20, "the second time gave nothing new"


def test_many_thank_one_another_at_once(office: Office) -> None:
    """Rows and the log are held in one order, so that nobody waits for who waits for them."""
    crowd = [office.kit.person(f"Person{number}") for number in range(16)]
    pairs = list(zip(crowd, reversed(crowd), strict=True))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: office.give(*pair), pairs))
    office.kit.settle()
    assert [office.kit.amount(one, "kudos.received") for one in crowd] == [1] * 16
