"""The API of influence: the pages' own numbers through the pages' own gates, for tokens that may read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from renown.access import tokens
from renown_influence import run, survey
from renown_influence.models import Answer
from tests.influence.company import Company, name, settled
from tests.influence.company import opened as company_of
from tests.influence.office import GENERAL, Office
from tests.influence.reading import data
from tests.ready import Ready

API = "/api/v1/influence"
READS = ("influence.read", "boards:read")
#: Each operation, and what it needs.
OPERATIONS = {
    "/people/u1": "influence.read",
    "/people/u1/from/u2": "influence.read",
    "/topics": "influence.read",
    "/topics/1": "influence.read",
    "/network": "influence.read",
    "/network/me": "influence.read",
    "/compare": "influence.read",
    "/surveys": "influence.read",
    "/surveys/1": "influence.read",
    "/runs": "influence.reckon",
    "/rings": "influence.rings",
    "/rings/none": "influence.rings",
}


def holding(house: Office | Company, person: int | None, *scopes: str) -> FlaskClient:
    """A program with a token of these scopes, for somebody or for nobody."""
    with house.db.write() as conn:
        made = tokens.add(conn, "test", scopes, person_id=person, actions=scopes)
    client = house.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.token}"
    return client


def test_every_operation_is_asked_for_here(office: Office) -> None:
    rules = [str(one) for one in office.app.url_map.iter_rules() if str(one).startswith(API)]
    assert len(rules) == len(OPERATIONS)


def test_whoever_reads_people_does_not_read_influence_by_that(office: Office) -> None:
    chief = office.people["U29"]
    reader = holding(office, chief, "people:read", "boards:read", "me:read", "admin:read", "desk:read")
    for path, scope in OPERATIONS.items():
        answer = reader.get(API + path)
        assert (answer.status_code, scope in answer.get_json()["message"]) == (403, True), path
    least = holding(office, chief, *set(OPERATIONS.values()), "boards:read")
    assert {path for path in OPERATIONS if least.get(API + path).status_code == 403} == set()


def test_a_scope_gives_nobody_more_than_their_role(office: Office) -> None:
    member = holding(office, office.people["U0"], *set(OPERATIONS.values()), "boards:read")
    for path in ("/runs", "/rings", "/rings/none"):
        assert member.get(API + path).status_code == 404, path
    assert member.get(f"{API}/network").status_code == 200


def test_without_boards_no_number_and_no_name_is_told_and_the_reason_is(office: Office) -> None:
    narrow = holding(office, office.people["U0"], "influence.read")
    for path in ("/people/u1", "/topics/1", "/network", "/network/me", "/compare", "/surveys/1"):
        answer = narrow.get(API + path)
        assert (answer.status_code, answer.get_json()["message"]) == (403, "the token lacks the scope boards:read")


def test_no_token_is_quiet_for_its_person(office: Office) -> None:
    assert holding(office, office.people["U0"], *READS).post("/influence/quiet", data={"days": "7"}).status_code == 404


# The comparison


@pytest.fixture
def busy(own_office: Office) -> Office:
    """U28 wrote a lot in the quarter before, on which nobody relied; the others wrote once."""
    told = [own_office.made(who, GENERAL, days_ago=60) for who in own_office.staff]
    for number in range(40):
        event = own_office.made("U28", GENERAL, days_ago=60 + number % 20)
        event.data.object.id, event.data.object.kind, event.data.object.words = f"busy{number}", "message", 40
        told.append(event)
    own_office.take(told)
    own_office.again()
    return own_office


def test_the_comparison_is_the_one_of_the_page(busy: Office) -> None:
    page = data(busy.as_("U28"), "/influence/compare.json")
    told = data(holding(busy, busy.people["U28"], *READS), f"{API}/compare")
    assert told == page
    assert (told["you"], busy.handle("U28") in [one["person"] for one in told["busy"]]) == ("busy", True)
    assert data(holding(busy, None, *READS), f"{API}/compare") == told | {"you": ""}


def test_whoever_hides_is_not_compared_for_programs_either(busy: Office) -> None:
    reader = holding(busy, busy.people["U0"], *READS)
    busy.preset("opt-out", "U28")
    assert busy.handle("U28") not in str(data(reader, f"{API}/compare"))
    for preset in ("teams-only", "own-only"):
        busy.preset(preset)
        assert reader.get(f"{API}/compare").status_code == 404, preset


# Surveys


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(settled(20), tmp_path) as url, company_of(url, tmp_path) as found:
        yield found


def asked(company: Company, title: str, *given: tuple[int, int]) -> int:
    """One that is open, and who named whom in it."""
    with company.writing() as ctx:
        number = survey.start(ctx, title, ctx.clock.today() + 7, None).id
        rows = [{"survey_id": number, "person_id": company.people[by], "named_id": company.people[one]}
                for by, one in given]  # fmt: skip
        ctx.session.execute(insert(Answer), rows)
    return number


def over(company: Company, number: int) -> int:
    with company.writing() as ctx:
        survey.end(ctx, number, None)
    company.settle()
    return number


EVERYBODY = [(by, 9) for by in range(20) if by != 9]


def test_a_report_is_the_one_of_the_page_and_as_nameless(company: Company) -> None:
    company.likes({(by, owner): 1 for owner in range(9, 14) for by in range(owner - 5)}, days_ago=60)
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    company.settle()
    number = over(company, asked(company, "Spring", *EVERYBODY))
    reader = holding(company, company.people[2], *READS)
    told = data(reader, f"{API}/surveys/{number}")
    assert told == data(company.browser(2), f"/surveys/{number}.json")
    assert (told["report"]["answers"], told["report"]["most"]) == (19, [name(9).lower()])
    assert [one["measure"] for one in told["report"]["compared"]] == ["activity.points", "influence.score"]
    company.preset("opt-out", 9)
    assert data(reader, f"{API}/surveys/{number}")["report"]["most"] == []
    assert data(holding(company, company.people[9], *READS), f"{API}/surveys/{number}")["report"]["most"] == ["name09"]


def test_of_a_survey_that_is_open_nothing_is_told(company: Company) -> None:
    number = asked(company, "Spring", *EVERYBODY)
    for reader in (holding(company, None, *READS), holding(company, company.people[0], *READS)):
        assert data(reader, f"{API}/surveys") == {"surveys": [], "next": None}
        open_, absent = reader.get(f"{API}/surveys/{number}"), reader.get(f"{API}/surveys/999")
        assert (open_.status_code, open_.data) == (absent.status_code, absent.data) == (404, open_.data)
    company.later(8)
    assert reader.get(f"{API}/surveys/{number}").status_code == 404, "it has ended, and has no report yet"
    company.settle()
    assert reader.get(f"{API}/surveys/{number}").status_code == 200


def test_ended_surveys_are_listed_page_by_page(company: Company) -> None:
    numbers = [over(company, asked(company, "Few", (2, 3)))]
    numbers += [over(company, asked(company, f"Survey {n}", *EVERYBODY)) for n in range(2)]
    asked(company, "Open", (2, 3))
    reader = holding(company, company.people[2], *READS)
    pages, after = [], ""
    while True:
        found = data(reader, f"{API}/surveys?limit=2{after}")
        pages.append([(one["survey"], one["title"], one["report"]) for one in found["surveys"]])
        if found["next"] is None:
            break
        after = f"&after={found['next']}"
    assert pages == [[(numbers[2], "Survey 1", True), (numbers[1], "Survey 0", True)], [(numbers[0], "Few", False)]]
    assert data(reader, f"{API}/surveys/{numbers[0]}")["report"] == {"few": True}
    for wrong in ("limit=0", "limit=201", "after=0", "after=x", "after=99999999999"):
        assert reader.get(f"{API}/surveys?{wrong}").status_code == 422, wrong


def test_runs_are_listed_page_by_page(own_office: Office) -> None:
    own_office.again()
    reader = holding(own_office, own_office.people["U29"], "influence.reckon")
    every = data(reader, f"{API}/runs")
    assert every == data(own_office.as_("U29"), "/influence/runs.json") | {"next": None}
    first = data(reader, f"{API}/runs?limit=1")
    assert first["runs"] == every["runs"][:1]
    rest = data(reader, f"{API}/runs?after={first['next']}")
    assert rest["runs"] == every["runs"][1:] != []
