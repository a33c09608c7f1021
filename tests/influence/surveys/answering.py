"""A survey as its pages have it: opened, answered, closed, and what its report tells."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select

from renown_influence.models import AddressAnswer, Answer, Survey
from tests.influence.company import ADMIN, Company, name, submit, words

LAST = "2026-05-30"
SIZE = 24
#: Somebody who hides in the tests that say so, and nobody.
HIDDEN, ABSENT = "Name03@example.com", "Name99@example.com"
_OFFERED = re.compile(r'name="colleague" value="([^"]+)"')


def start(company: Company, title: str = "Spring", last: str = LAST) -> int:
    answer = submit(company.browser(ADMIN), "/admin/surveys", title=title, last_day=last)
    assert answer.status_code == 302, words(answer)
    with company.db.read() as conn:
        return int(conn.scalars(select(Survey.id).where(Survey.open.is_(True))).one())


def find(client: FlaskClient, number: int, wanted: str) -> list[str]:
    """The tokens that the page offers."""
    answer = submit(client, f"/surveys/{number}/find", q=wanted)
    assert answer.status_code == 200
    return _OFFERED.findall(answer.get_data(as_text=True))


def give(company: Company, number: int, by: int, *named: int) -> None:
    client = company.browser(by)
    for one in named:
        (token,) = find(client, number, name(one))
        assert submit(client, f"/surveys/{number}/name", colleague=token).status_code == 200


def give_address(company: Company, number: int, by: int, *written: str) -> None:
    client = company.browser(by)
    for one in written:
        token = find(client, number, one)[-1]
        assert submit(client, f"/surveys/{number}/name", colleague=token).status_code == 200


def fill(company: Company, number: int, *given: tuple[int, int]) -> None:
    """Who named whom: as the pages would write it."""
    rows = [
        {"survey_id": number, "person_id": company.people[by], "named_id": company.people[named]} for by, named in given
    ]
    with company.db.write() as conn:
        conn.execute(insert(Answer), rows)


def close(company: Company) -> None:
    company.later(30)
    company.settle()


def addresses(company: Company) -> set[tuple[int, str]]:
    """Who named which address."""
    place = {person: n for n, person in enumerate(company.people)}
    with company.db.read() as conn:
        rows = conn.execute(select(AddressAnswer.person_id, AddressAnswer.address))
        return {(place[row.person_id], row.address) for row in rows}


def answers(company: Company) -> set[tuple[int, int]]:
    """Who named whom, by number."""
    place = {person: n for n, person in enumerate(company.people)}
    with company.db.read() as conn:
        rows = conn.execute(select(Answer.person_id, Answer.named_id))
        return {(place[row.person_id], place[row.named_id]) for row in rows}


def report(company: Company, number: int, by: int = 2) -> dict[str, Any]:
    answer = company.browser(by).get(f"/surveys/{number}.json")
    assert answer.status_code == 200
    return dict(answer.get_json()["report"])
