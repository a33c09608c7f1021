"""From what networks tell to what became of a question."""

from __future__ import annotations

from itertools import permutations

import pytest
from conftest import Desk

from renown.testing import Kit


def test_a_question_of_a_customer_waits_until_somebody_here_answers(desk: Desk) -> None:
    question = desk.ask()
    desk.answer(question, desk.carl)
    assert desk.case().state == "waiting"
    desk.clock.move(hours=1.5)
    desk.answer(question)
    desk.clock.move(hours=1)
    desk.answer(question, desk.bea)
    case = desk.case()
    assert (case.state, case.responder_id, case.minutes) == ("answered", desk.ana, 90)


def test_what_colleagues_ask_or_bots_answer_is_nothing_to_customer_care(desk: Desk) -> None:
    desk.answer(desk.ask(desk.ana), desk.bea)
    assert desk.cases() == []
    question = desk.ask()
    desk.answer(question, desk.kit.person("Robot", affiliation="bot"))
    assert desk.case().state == "waiting"


def test_an_issue_is_a_question_where_the_settings_say_so(desk: Desk) -> None:
    desk.kit.act(desk.carl, "create", kind="issue")
    desk.kit.act(desk.carl, "create", kind="message")
    assert [case.state for case in desk.cases()] == ["waiting"]


def test_an_answer_below_an_answer_is_one_to_the_question(desk: Desk) -> None:
    question = desk.ask()
    thanks = desk.answer(question, desk.carl)
    desk.kit.act(desk.bea, "reply", kind="comment", to=thanks)
    assert desk.case().responder_id == desk.bea


def test_resolved_is_the_askers_word_alone(desk: Desk) -> None:
    question = desk.ask()
    answer = desk.answer(question)
    desk.accept(answer, desk.bea, owner=desk.ana)
    assert desk.case().state == "answered"
    desk.turn("resolve", question, desk.bea)
    assert desk.case().state == "closed"
    desk.accept(answer, owner=desk.ana)
    assert desk.case().state == "resolved"


@pytest.mark.parametrize("on", ["question", "answer"])
def test_a_sign_of_the_asker_says_resolved_and_taken_back_it_never_did(desk: Desk, on: str) -> None:
    question = desk.ask()
    thing = {"question": question, "answer": desk.answer(question)}[on]
    desk.kit.act(desk.carl, "react", on=thing, content="tada")
    assert desk.case().state == "answered"
    desk.clock.move(minutes=1)
    desk.kit.act(desk.carl, "react", on=thing, content="white_check_mark")
    assert desk.case().state == "resolved"
    desk.clock.move(minutes=1)
    desk.kit.act(desk.carl, "react", on=thing, content="white_check_mark", activity="Undo")
    case = desk.case()
    assert (case.state, case.reopened) == ("answered", 0)


def test_the_asker_closes_it_and_it_is_opened_again(desk: Desk) -> None:
    question = desk.ask()
    desk.answer(question)
    states = []
    for verb, who in (("resolve", desk.carl), ("reopen", desk.bea), ("resolve", desk.bea), ("reopen", desk.carl)):
        desk.clock.move(minutes=10)
        desk.turn(verb, question, who)
        states.append(desk.case().state)
    assert states == ["resolved", "answered", "closed", "answered"]
    assert desk.case().reopened == 2


def test_what_is_deleted_answers_nothing_and_comes_back(desk: Desk) -> None:
    question = desk.ask()
    answer = desk.answer(question)
    desk.accept(answer, owner=desk.ana)
    assert desk.case().state == "resolved"
    desk.clock.move(minutes=1)
    desk.kit.act(desk.ana, "delete", on=answer, owner=desk.ana, kind="answer", activity="Delete")
    assert desk.case().state == "waiting"
    desk.clock.move(minutes=1)
    desk.kit.act(desk.ana, "delete", on=answer, owner=desk.ana, kind="answer", activity="Undo")
    assert desk.case().state == "resolved"
    desk.kit.act(desk.carl, "delete", on=question, owner=desk.carl, kind="question", activity="Delete")
    assert desk.case().state == "gone"


def test_in_whatever_order_it_arrives_it_comes_to_the_same(desk: Desk) -> None:
    kit = desk.kit
    for order in permutations(range(4)):
        tag = "-".join(map(str, order))
        asked, question = kit.event(desk.carl, "ask", kind="question", on=f"q{tag}")
        desk.clock.move(minutes=2)
        answered, answer = kit.event(desk.ana, "answer", kind="answer", to=question, on=f"a{tag}")
        desk.clock.move(minutes=1)
        accepted, _ = kit.event(desk.carl, "accept", on=answer, kind="answer")
        desk.clock.move(minutes=1)
        again, _ = kit.event(desk.ana, "reopen", on=question, kind="question", activity="Update")
        for place in order:
            kit.append((asked, answered, accepted, again)[place])
    found = desk.cases()
    assert len(found) == 24
    assert {(one.state, one.reopened, one.minutes, one.responder_id) for one in found} == {("answered", 1, 2, desk.ana)}


def test_private_places_are_not_read(desk: Desk) -> None:
    desk.told(desk.kit.event(desk.carl, "ask", kind="question", space="C9"), private=True)
    assert desk.cases() == []


def test_an_answer_counts_for_whoever_gave_it_when_the_asker_accepts_it(desk: Desk, renown_kit: Kit) -> None:
    question = desk.ask()
    for who in (desk.ana, desk.bea):
        answer = desk.answer(question, who)
        desk.accept(answer, desk.carl if who == desk.ana else desk.ana, owner=who, to=question)
    desk.kit.settle()
    assert renown_kit.amount(desk.ana, "care.helped") == 1
    assert renown_kit.amount(desk.bea, "care.helped") == 0
