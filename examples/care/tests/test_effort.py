"""The one question about a resolved case, and what its answers come to."""

from __future__ import annotations

import pytest
from conftest import Desk
from sqlalchemy import select

from renown_care import survey
from renown_care.models import Survey
from renown_care.survey import Net


def resolve(desk: Desk, who: int | None = None) -> None:
    answer = desk.answer(desk.ask(who))
    desk.accept(answer, who, owner=desk.ana)
    desk.kit.settle()


def asked(desk: Desk) -> list[str]:
    """Let the job run, and give the links that were ever sent, in order."""
    with desk.kit.context("care") as ctx:
        assert survey.work(ctx) is False
        return [
            f"/care/effort/{survey.token(ctx, one)}" for one in ctx.session.scalars(select(Survey).order_by(Survey.id))
        ]


def effort(desk: Desk) -> list[int | None]:
    with desk.kit.context("care") as ctx:
        return list(ctx.session.scalars(select(Survey.effort).order_by(Survey.id)))


def test_who_asked_is_asked_once_when_it_is_resolved_for_an_hour(desk: Desk) -> None:
    resolve(desk)
    assert asked(desk) == []
    desk.clock.move(hours=2)
    assert len(asked(desk)) == 1
    assert len(asked(desk)) == 1
    assert desk.unread(desk.carl) == 1


def test_nobody_is_asked_again_within_the_days_that_are_set(desk: Desk) -> None:
    for days in (0, 3, 20):
        desk.clock.move(days=days)
        resolve(desk)
        desk.clock.move(hours=2)
        asked(desk)
    assert len(asked(desk)) == 2


def test_where_it_is_switched_off_or_nobody_answered_nobody_is_asked(desk: Desk) -> None:
    question = desk.ask()
    desk.turn("resolve", question, desk.carl)
    desk.kit.settle()
    desk.clock.move(hours=2)
    assert asked(desk) == []
    desk.set(survey="")
    resolve(desk)
    desk.clock.move(hours=2)
    assert asked(desk) == []


def test_who_cannot_sign_in_is_not_asked_nor_about_a_place_that_became_private(desk: Desk) -> None:
    resolve(desk, desk.kit.person("Net", affiliation="customer"))
    answer = desk.answer(desk.ask(space="deals"), space="deals")
    desk.accept(answer, owner=desk.ana, space="deals")
    desk.told(desk.kit.event(desk.bea, "create", space="deals"), private=True)
    desk.kit.settle()
    desk.clock.move(hours=2)
    assert asked(desk) == []
    resolve(desk)
    desk.clock.move(hours=2)
    assert len(asked(desk)) == 1


def test_a_link_never_leads_to_the_question_of_somebody_else(desk: Desk) -> None:
    dora = desk.kit.customer("Dora")
    resolve(desk)
    desk.clock.move(hours=2)
    [old] = asked(desk)
    desk.kit.erase(desk.carl)
    resolve(desk, dora)
    desk.clock.move(hours=2)
    [link] = asked(desk)
    for path, status in ((old, 404), (link, 200)):
        assert desk.browser().get(path).status_code == status
        assert desk.post(path, None, link, effort="1") == status
    assert effort(desk) == [1]


def test_the_page_and_the_notice_say_which_question_it_was(desk: Desk) -> None:
    resolve(desk)
    desk.clock.move(hours=2)
    [link] = asked(desk)
    said = " ".join(desk.page(link, None).split("<main")[1].split())
    assert "18 May" in said
    assert "general" in said
    said = desk.kit.post(desk.browser(), link, effort="6").text
    assert "You can change it here until 17 June." in said
    assert "you asked in general on 18 May 2026" in desk.page("/notifications", desk.carl)


def test_the_link_answers_without_signing_in_and_the_answer_can_be_changed(desk: Desk) -> None:
    resolve(desk)
    desk.clock.move(hours=2)
    [link] = asked(desk)
    assert "It was easy to get my question answered" in desk.page(link, None)
    assert effort(desk) == [None], "looking is not answering"
    for given, status in (("8", 422), ("", 422), ("6", 200), ("2", 200)):
        assert desk.post(link, None, link, effort=given) == status
    assert effort(desk) == [2]
    assert desk.unread(desk.carl) == 0
    assert desk.browser().get(f"{link}x").status_code == 404
    desk.clock.move(days=31)
    assert desk.browser().get(link).status_code == 410
    assert effort(desk) == [2]


@pytest.mark.parametrize(
    ("answers", "easy", "hard", "score"), [(4, 4, 0, None), (5, 5, 0, 100), (5, 0, 5, -100), (10, 5, 2, 30)]
)
def test_the_net_score_is_easy_less_hard_and_needs_five_answers(
    answers: int, easy: int, hard: int, score: int | None
) -> None:
    assert Net(answers, easy, hard).score == score
