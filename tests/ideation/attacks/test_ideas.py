"""Votes for ideas, over HTTP, two hundred at once: whoever is for an idea counts once."""

from __future__ import annotations

from functools import partial

from renown_ideation.answers import answering
from renown_ideation.models import Idea
from tests.ideation.attacks.kit import API, Caller, at_once, caller, crowd, listening
from tests.ideation.attacks.table import Tried
from tests.ideation.company import Company
from tests.ideation.desk import bring, get, merge, number, unmerge

PEOPLE, TRIES = 5, 200


def _callers(company: Company, place: str) -> list[Caller]:
    return [caller(company, place, one) for one in crowd(company, PEOPLE)]


def _vote(who: Caller, idea: int, method: str = "PUT") -> int:
    return who(method, f"{API}/ideas/{idea}/vote")[0]


def test_five_people_send_two_hundred_votes_at_once(company: Company, tried: Tried) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    with listening(company) as place:
        five = _callers(company, place)
        answers = at_once([partial(_vote, five[n % PEOPLE], idea) for n in range(TRIES)])
    assert set(answers) == {200}
    company.settle()
    tried("vote twice for an idea", TRIES, number(company, idea) - PEOPLE)
    assert get(company, idea).voters == PEOPLE


def test_votes_given_and_taken_back_at_once_leave_each_counted_once(company: Company, tried: Tried) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    with listening(company) as place:
        five = _callers(company, place)
        at_once([partial(_vote, five[n % PEOPLE], idea, ("PUT", "DELETE")[n % 3 == 0]) for n in range(TRIES)])
        between = number(company, idea)
        at_once([partial(_vote, one, idea) for one in five])
    tried("give and take back a vote by turns", TRIES, max(0, between - PEOPLE) + abs(number(company, idea) - PEOPLE))


def test_a_vote_for_each_of_two_merged_ideas_counts_once(company: Company, tried: Tried) -> None:
    company.board()
    one, other = bring(company, "Dark mode"), bring(company, "Night theme")
    with listening(company) as place:
        five = _callers(company, place)
        calls = [partial(_vote, five[n // 2 % PEOPLE], (one, other)[n % 2]) for n in range(TRIES)]
        # The merge comes in their midst, is taken back, and comes again.
        calls[20:20] = [_status(merge, company, other, one)]
        calls[90:90] = [_status(unmerge, company, other)]
        calls[140:140] = [_status(merge, company, other, one)]
        at_once(calls)
        if get(company, other).into_id is None:
            merge(company, other, one)
        at_once([partial(_vote, who, idea) for who in five for idea in (one, other)])
    tried("vote for both of two merged ideas", TRIES, number(company, one) + number(company, other) - PEOPLE)


def _status(change: object, company: Company, *ideas: int) -> partial[int]:
    def done() -> int:
        try:
            change(company, *ideas)  # type: ignore[operator]
        except ValueError:
            # Another of these was first.
            return 409
        return 200

    return partial(done)


def test_no_vote_counts_after_an_idea_is_declined(company: Company, tried: Tried) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    people = crowd(company, 40)
    with listening(company) as place:
        calls = [partial(_vote, caller(company, place, one), idea) for one in people]
        calls[25:25] = [partial(_decline, company, idea)]
        answers = at_once(calls)
        late = at_once([partial(_vote, caller(company, place, one), idea) for one in people])
    counted = answers.count(200)
    assert set(answers) <= {200, 204, 409}
    assert counted > 0
    tried("vote while an idea is declined", len(people), abs(number(company, idea) - counted))
    tried("vote for a declined idea", len(people), late.count(200))


def _decline(company: Company, idea: int) -> int:
    with company.writing() as ctx:
        one = ctx.session.get_one(Idea, idea)
        answering.step(ctx, one, company.boarded(ctx), "declined", "No.", company.people["mo"])
    return 204


def test_what_is_over_takes_no_vote(company: Company, tried: Tried) -> None:
    company.board()
    over = ("draft", "delivered", "declined", "withdrawn", "closed")
    ideas = {state: bring(company, state) for state in over}
    with company.writing() as ctx:
        for state in over[:-1]:
            ctx.session.get_one(Idea, ideas[state]).state = state
    with listening(company) as place:
        cleo = caller(company, place, company.people["cleo"])
        answers = [_vote(cleo, ideas[state]) for state in over[:-1]]
        with company.writing() as ctx:
            company.boarded(ctx).closed_at = company.now
        answers.append(_vote(cleo, ideas["closed"]))
    assert answers == [404, 409, 409, 409, 409]
    tried("vote for an idea that is over", len(over), sum(number(company, one) for one in ideas.values()))
