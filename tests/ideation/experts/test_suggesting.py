"""Whom to ask: who stands high in what the idea is about, with the reason, and nobody who should be left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from renown.context.switching import set_enabled
from renown.events import log
from renown.events.models import Space
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Quality, Ref, collab
from renown.people import calendar
from renown.sources import registry
from renown.sources.secrets import Keyring
from renown_ideation.experts import suggesting, topics
from renown_ideation.experts.suggesting import Suggested
from renown_ideation.models import Idea
from renown_influence import run
from tests.ideation.company import Company
from tests.ideation.desk import act, below, bring, page, told
from tests.ideation.experts.known import known_for


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    known_for(shared, "Billing", {"emil": 9000, "mo": 5000, "eve": 7000, "cleo": 8000})
    return shared


def suggested(office: Company, idea: int, by: str = "ada") -> Suggested:
    with office.reading() as ctx:
        return suggesting.suggest(ctx, office.viewer(by), office.boarded(ctx), ctx.session.get_one(Idea, idea))


def names(office: Company, idea: int, by: str = "ada") -> list[str]:
    return [one.name.lower() for one in suggested(office, idea, by).people]


def test_who_stands_high_in_its_topic_is_suggested_with_the_reason(office: Company) -> None:
    idea = bring(office, "Invoices by mail", by="cleo", tags="billing")
    found = suggested(office, idea)
    assert [(one.name, one.reason) for one in found.people] == [
        ("Emil", "1st of 3 in #billing"),
        ("Eve", "2nd of 3 in #billing"),
        ("Mo", "3rd of 3 in #billing"),
    ], "customers are on no board"
    assert "Stands 1st of 3 in #billing" in page(office, "ada", below(idea, "experts"))
    said = bring(office, "Mail them", by="cleo", body="As others said of #billing: by mail.")
    assert names(office, said) == ["emil", "eve", "mo"], "a hashtag in the text says the same"
    other = bring(office, "Dark mode", by="cleo", tags="looks")
    assert suggested(office, other).why_none == "topic"
    assert "It is about no topic that people are known for" in page(office, "ada", below(other, "experts"))


def test_a_tag_that_is_called_like_a_public_place_finds_who_stands_high_there(office: Company) -> None:
    with office.db.write() as conn:
        source = registry.info(registry.add(conn, Keyring("only for tests"), "cloudevents", "code"))
        made = [
            CloudEvent(
                specversion="1.0", id=f"m-{name}", source=source.name, type=collab("create"),
                time=datetime(2026, 5, 4, tzinfo=UTC),
                data=Data(
                    type="Create", actor=Actor(id="u1"),
                    object=ObjectRef(id=f"m-{name}", kind="message", words=9),
                    target=Ref(id=name, name=f"acme/{name}"), quality=Quality(private=name == "payroll"),
                ),
            )
            for name in ("engine", "payroll")
        ]  # fmt: skip
        log.append(conn, [(source, made)])
        places = conn.scalars(select(Space.id).where(Space.key.in_(("engine", "payroll")))).all()
    with office.renown.contexts.of("influence").writing() as ctx:
        for place in places:
            ctx.standings.publish(run.MEASURE, {office.people["emil"]: 9000}, "run 1", f"space:{place}")
    office.settle()
    idea = bring(office, "Quieter pumps", by="cleo", tags="engine, payroll")
    assert [(one.name, one.reason) for one in suggested(office, idea).people] == [("Emil", "1st of 1 in acme/engine")]


def test_nobody_who_wrote_it_is_away_or_said_not_now(office: Company) -> None:
    idea = bring(office, "Invoices by mail", by="eve", tags="billing")
    assert names(office, idea) == ["emil", "mo"], "no author"
    today = office.now // 86_400_000_000
    with office.db.write() as conn:
        calendar.set_leave(conn, office.people["emil"], today, today + 5)
    assert names(office, idea) == ["mo"]
    with office.writing() as ctx:
        ctx.people.set_quiet(office.people["mo"], today + 7)
    assert suggested(office, idea).why_none == "nobody"
    for who in ("emil", "mo", "eve"):
        assert act(office, "ada", below(idea, "experts"), who=f"{who}@example.com", word="Please") == 422
    office.later(8)
    assert names(office, idea) == ["emil", "mo"]
    assert names(office, idea, "mo") == ["emil"], "and oneself to nobody"


def test_without_what_tells_who_is_good_at_what_people_are_found_by_hand(office: Company) -> None:
    idea = bring(office, "Invoices by mail", by="cleo", tags="billing")
    set_enabled(office.db, office.renown.plugins, "influence", False, actor_id=None, via="cli")
    assert suggested(office, idea).why_none == "off"
    assert "Nobody can be suggested here" in page(office, "ada", below(idea, "experts"))
    before = told(office, "emil")
    assert act(office, "ada", below(idea, "experts"), who="emil") == 422, "they have to be told why they"
    assert act(office, "ada", below(idea, "experts"), who="emil", word="You built it.") == 302
    assert told(office, "emil")[len(before) :] == ["What do you think of it? Invoices by mail"]
    assert act(office, "ada", below(idea, "experts"), who="emil", word="Again") == 422
    assert act(office, "ada", below(idea, "experts"), who="cleo@example.com", word="Please") == 422, "a customer"
    set_enabled(office.db, office.renown.plugins, "influence", True, actor_id=None, via="cli")


def test_names_are_compared_as_people_write_them() -> None:
    assert topics.spelled("#Single-Sign_On") == topics.spelled("single sign on") == "singlesignon"
    assert topics.spelled("C#") == "c#" != topics.spelled("C")
    assert [suggesting.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
