"""The HTTP API: as the pages, by permission and by scope."""

from __future__ import annotations

from conftest import Desk


def test_questions_are_followed_through_the_api(desk: Desk) -> None:
    desk.ask()
    case = desk.case()
    browser, token = desk.browser(desk.ana), ""
    token = browser.get("/care").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    headers = {"X-CSRFToken": token}
    path = f"/api/v1/care/questions/{case.id}/follow"
    assert browser.put(path, headers=headers).get_json() == {"follows": True}
    [told] = browser.get("/api/v1/care/questions").get_json()["questions"]
    assert told["followers"] == [desk.kit.handle(desk.ana)]
    assert (told["place"], told["working_hours"], told["others"]) == ("general", 0.0, 0)
    assert browser.delete(path, headers=headers).get_json() == {"follows": False}
    assert browser.get("/api/v1/care/questions").get_json()["questions"][0]["followers"] == []
    aside = path.replace("follow", "aside")
    assert browser.put(aside, headers=headers).get_json() == {"aside": True}
    assert browser.get("/api/v1/care/questions").get_json()["questions"] == []
    assert browser.delete(aside, headers=headers).get_json() == {"aside": False}
    for one in ("follow", "aside"):
        assert browser.put(f"/api/v1/care/questions/4711/{one}", headers=headers).status_code == 404


def test_it_is_not_for_customers_nor_for_strangers(desk: Desk) -> None:
    for path in ("/api/v1/care/questions", "/api/v1/care/teams"):
        assert desk.browser(desk.carl).get(path).status_code == 404
        assert desk.browser().get(path).status_code == 401
