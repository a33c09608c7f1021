"""Naming by address: whoever is hidden can be named, and nobody learns by it whether an address is somebody's."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from renown.audit.models import Audit
from renown.context.people import PeopleService
from renown.people.models import Person
from renown_influence import survey_naming
from tests.influence.company import ADMIN, Company, name, submit, words
from tests.influence.surveys.answering import ABSENT, HIDDEN, addresses, close, find, give, give_address, start

#: What differs from one answer to the next, whoever it is about: proofs, signatures, and what a request is called.
_PASSING = re.compile(
    r'(name="csrf_token" value|name="colleague" value|"X-CSRFToken":) ?="?[^>"]*|"X-CSRFToken": "[^"]*"'
)


def told(answer: TestResponse, address: str) -> tuple[int, str, dict[str, str]]:
    """An answer without the address, and without what passes."""
    page = _PASSING.sub("", answer.get_data(as_text=True))
    page = re.sub(re.escape(address), "ADDRESS", page, flags=re.IGNORECASE)
    passing = {"Set-Cookie", "Content-Length", "X-Request-Id", "Server-Timing", "Date"}
    return answer.status_code, page, {key: value for key, value in answer.headers.items() if key not in passing}


def walk(company: Company, by: int, number: int, address: str) -> list[tuple[int, str, dict[str, str]]]:
    """All that somebody sees who looks for an address, names it twice, looks again, and takes it away."""
    client, seen = company.browser(by), []

    def see(answer: TestResponse) -> None:
        seen.append(told(answer, address))

    for path in ("find", "_found"):
        see(submit(client, f"/surveys/{number}/{path}", q=address))
    token = find(client, number, address)[-1]
    for _ in range(2):
        see(submit(client, f"/surveys/{number}/name", colleague=token, q=address))
    for path in ("find", "_found"):
        see(submit(client, f"/surveys/{number}/{path}", q=address.upper()))
    for path in ("/surveys", "/panels/influence/home", "/me/data.json"):
        see(client.get(path))
    see(company.browser(ADMIN).get("/admin/surveys"))
    see(submit(client, f"/surveys/{number}/unname", address=address))
    return seen


@pytest.mark.parametrize("preset", ["open", "opt-out", "teams-only", "own-only"])
def test_the_pages_are_the_same_for_a_hidden_colleague_and_for_nobody(company: Company, preset: str) -> None:
    company.preset(preset, *([3] if preset == "opt-out" else []))
    number = start(company)
    with company.db.write() as conn:
        # Somebody who left, and a customer, have addresses of the same shape.
        for n, mail in ((20, "name97@example.com"), (21, "name98@example.com")):
            conn.execute(update(Person).where(Person.id == company.people[n]).values(email=mail))
        conn.execute(update(Person).where(Person.id == company.people[20]).values(status=1, left_day=1))
        conn.execute(update(Person).where(Person.id == company.people[21]).values(bot=True))
    hidden = walk(company, 2, number, HIDDEN)
    assert hidden[0][0] == 200
    assert "The colleague with the address <bdi>ADDRESS</bdi>" in hidden[0][1]
    for other in (ABSENT, "Name97@example.com", "Name98@example.com"):
        assert walk(company, 2, number, other) == hidden


def test_nobody_is_looked_up_before_the_end(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the pages nor by the job: what is not asked takes no time either."""
    company.preset("own-only")
    number, asked, looked_up = start(company), [], PeopleService.find

    def find_(people: PeopleService, text: str) -> object:
        asked.append(text)
        return looked_up(people, text)

    monkeypatch.setattr(PeopleService, "find", find_)
    walk(company, 2, number, HIDDEN)
    give_address(company, number, 2, HIDDEN)
    company.settle()
    assert asked == []
    close(company)
    assert asked == [HIDDEN.lower()]


def test_somebody_visible_is_offered_by_name_and_by_address_alike(company: Company) -> None:
    number = start(company)
    page = words(submit(company.browser(2), f"/surveys/{number}/find", q=HIDDEN))
    assert f"The colleague with the address {HIDDEN}" in page
    assert "@name03" not in page, "an address finds no name"
    assert len(find(company.browser(2), number, name(3))) == 1


def test_an_address_is_shown_as_typed_and_counts_towards_seven(company: Company) -> None:
    number = start(company)
    client = company.browser(2)
    typed = [f"Somebody.{n}@Example.com" for n in range(4)]
    give_address(company, number, 2, *typed)
    assert find(client, number, typed[0].upper()) == [], "it is named already"
    give(company, number, 2, 4, 5)
    assert "You named 6 of at most 7." in words(client.get("/panels/influence/home"))
    eighth = find(client, number, "one.more@example.com")[0]
    give_address(company, number, 2, "seventh@example.com")
    refused = submit(client, f"/surveys/{number}/name", colleague=eighth)
    assert (refused.status_code, "You named 7. Take one away" in words(refused)) == (422, True)
    page = words(client.get("/surveys"))
    assert all(f"{one} Take away" in page for one in typed)
    assert len(addresses(company)) == 5
    mine = client.get("/me/data.json").get_json()["influence"]["survey_answers"]
    assert mine == [{"survey": "Spring", "named": sorted([*typed, "seventh@example.com", name(4), name(5)])}]
    submit(client, f"/surveys/{number}/unname", address=typed[1])
    submit(company.browser(4), f"/surveys/{number}/unname", address=typed[2])
    assert {one for _, one in addresses(company)} == {*typed[:1], *typed[2:], "seventh@example.com"}


def test_no_log_and_no_audit_line_has_it(company: Company, capfd: pytest.CaptureFixture[str]) -> None:
    number = start(company)
    capfd.readouterr()
    walk(company, 2, number, HIDDEN)
    give_address(company, number, 2, HIDDEN)
    close(company)
    out, err = capfd.readouterr()
    assert HIDDEN.lower() not in (out + err).lower()
    with company.db.read() as conn:
        acts = conn.execute(select(Audit.action, Audit.details)).all()
    assert HIDDEN.lower() not in str(acts).lower()


def test_what_is_no_address_is_not_offered(company: Company) -> None:
    number = start(company)
    client = company.browser(2)
    for wrong in ("a@b", "name03@exam", "@example.com", "a b@example.com", "a@example.com, b@example.com", "<a@b.com>"):
        assert find(client, number, wrong) == [], wrong
    for wrong, status in (("", 200), ("x", 200), ("\0@example.com", 422)):
        assert submit(client, f"/surveys/{number}/unname", address=wrong).status_code == status


@given(st.text(max_size=80))
@example("a@example.com\n")
@example("a@example.com\0")
@example("a\u202e@example.com")
@example(f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 9}.com")
def test_an_address_is_one_word_with_one_at(text: str) -> None:
    if survey_naming.is_address(text):
        before, after = text.split("@")
        assert before
        assert "." in after.strip(".")
        assert text.isprintable()
        assert not re.search(r"\s", text)
        assert len(text) <= 254


@given(
    st.from_regex(r"[a-z0-9][a-z0-9.+_-]{0,30}", fullmatch=True),
    st.from_regex(r"([a-z0-9]{1,20}\.){1,3}[a-z]{2,9}", fullmatch=True),
)
@example("o'neill", "example.com")
@example("josé", "bücher.example")
def test_common_addresses_are_addresses(before: str, after: str) -> None:
    assert survey_naming.is_address(f"{before}@{after}")


def test_the_page_keeps_what_was_looked_for(company: Company) -> None:
    """Seven names are not seven searches: the field stays, with the cursor in it, and the number is told."""
    number = start(company)
    client = company.browser(2)
    page = submit(client, f"/surveys/{number}/find", q="Name1")
    tokens = re.findall(r'name="colleague" value="([^"]+)"', page.get_data(as_text=True))
    assert len(tokens) == 10
    assert "autofocus" not in page.get_data(as_text=True)
    whole = submit(client, f"/surveys/{number}/name", colleague=tokens[0], q="Name1").get_data(as_text=True)
    assert re.search(r'<input[^>]* id="f-q"[^>]* value="Name1"[^>]* autofocus', whole)
    assert len(re.findall(r'name="colleague"', whole)) == 9
    assert "<h1" in whole
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', whole)
    assert csrf is not None
    values = {"colleague": tokens[1], "q": "Name1", "csrf_token": csrf[1]}
    part = client.post(f"/surveys/{number}/name", data=values, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<h1" not in part
    assert re.search(r'id="count" hx-swap-oob="innerHTML">\s*You named 2 of at most 7\.', part)
    assert re.search(r'<input[^>]* id="f-q"[^>]* value="Name1"[^>]* autofocus', part)
    assert 'role="status"' in whole


def test_the_page_says_before_one_answers_what_the_report_will_tell(company: Company) -> None:
    start(company)
    page = words(company.browser(2).get("/surveys"))
    assert "From 20 answers on, if 25% of all employees answered" in page
    assert "was named by fewer than 5 people, or by nobody" in page
    assert "tells nothing of colleagues whom fewer" not in page
