"""Whoever is for an idea counts once: also when many vote at the same time, and in a group of merged ideas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from renown_ideation.ideas import voters, writing
from renown_ideation.models import Idea, Vote
from tests.ideation.company import Company


def _ideas(company: Company, *titles: str) -> list[int]:
    with company.writing() as ctx:
        board = company.boarded(ctx)
        return [writing.submit(ctx, company.viewer("eve"), board, {"title": one}).id for one in titles]


def _vote(company: Company, idea: int, person: int, given: bool = True) -> voters.Cast:
    with company.writing() as ctx:
        return voters.vote(ctx, idea, person, given)


def _number(company: Company, idea: int) -> int:
    with company.reading() as ctx:
        return voters.number(ctx, idea)


def _merge(company: Company, idea: int, into: int | None) -> None:
    with company.writing() as ctx:
        before = ctx.session.scalar(select(Idea.into_id).where(Idea.id == idea))
        voters.hold_all(ctx, idea, into or before or 0)
        ctx.session.execute(update(Idea).where(Idea.id == idea).values(into_id=into))
        voters.recount(ctx, into or idea)
        if before is not None:
            voters.recount(ctx, before)


def test_a_vote_counts_once_and_can_be_taken_back(company: Company) -> None:
    company.board()
    (idea,) = _ideas(company, "Dark mode")
    cleo = company.people["cleo"]
    assert [_vote(company, idea, cleo).changed for _ in range(3)] == [True, False, False]
    assert _number(company, idea) == 1
    assert _vote(company, idea, cleo, False) == voters.Cast(True, False)
    assert _number(company, idea) == 0
    assert _vote(company, idea, company.people["carl"], False).changed is False
    company.settle()
    with company.reading() as ctx:
        assert ctx.session.scalar(select(Idea.voters).where(Idea.id == idea)) == 0


def test_two_hundred_at_once_cannot_double_vote(company: Company) -> None:
    company.board()
    (idea,) = _ideas(company, "Dark mode")
    five = company.crowd(5)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: _vote(company, idea, five[n % 5]).changed, range(200)))
    assert sum(done) == 5
    assert _number(company, idea) == 5
    company.settle()
    with company.reading() as ctx:
        assert ctx.session.scalar(select(Idea.voters).where(Idea.id == idea)) == 5


def test_who_votes_for_both_of_two_merged_ideas_counts_once(company: Company) -> None:
    company.board()
    one, other = _ideas(company, "Dark mode", "Night theme")
    for person in (company.people["cleo"], company.people["carl"]):
        _vote(company, one, person)
    for person in (company.people["cleo"], company.people["emil"]):
        _vote(company, other, person)
    _merge(company, other, one)
    assert _number(company, one) == 3
    with company.reading() as ctx:
        cast = ctx.session.execute(select(Vote.idea_id, Vote.person_id).where(Vote.given)).all()
    assert len(cast) == 4, "votes stay where they were given"
    _vote(company, other, company.people["emil"], False)
    _vote(company, one, company.people["cleo"], False)
    assert _number(company, one) == 2, "Cleo is still for the other one"
    _merge(company, other, None)
    assert (_number(company, one), _number(company, other)) == (1, 1)


def test_voting_for_both_of_two_merged_ideas_at_once(company: Company) -> None:
    company.board()
    one, other = _ideas(company, "Dark mode", "Night theme")
    _merge(company, other, one)
    five = company.crowd(5)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _vote(company, (one, other)[n % 2], five[n // 2 % 5], n % 7 != 0), range(200)))
        list(pool.map(lambda n: _vote(company, (one, other)[n % 2], five[n // 2 % 5]), range(20)))
    assert _number(company, one) == 5


@pytest.mark.parametrize("state", ["declined", "delivered", "withdrawn"])
def test_nobody_votes_for_what_is_over(company: Company, state: str) -> None:
    company.board()
    (idea,) = _ideas(company, "Dark mode")
    with company.writing() as ctx:
        ctx.session.execute(update(Idea).where(Idea.id == idea).values(state=state))
    with pytest.raises(voters.NotOpen, match=state):
        _vote(company, idea, company.people["cleo"])
