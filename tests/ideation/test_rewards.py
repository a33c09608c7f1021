"""Initiative: what votes and answers give, each once, whatever is killed on the way; nothing for customers."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from renown.api import Viewer
from renown.events.models import Event, Term
from renown.ledger import replay
from renown.people import affiliations, merge, persons
from renown_ideation.ideas import comments, voters, writing
from renown_ideation.models import Board, Comment, Idea, Vote
from renown_ideation.rewards import gone, support
from renown_ideation.rewards.score import MEASURE
from tests.ideation.company import Company
from tests.ideation.desk import act, below, bring, vote


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    return shared


def points(office: Company, who: str) -> int:
    """In whole points, all there are."""
    office.settle()
    with office.reading() as ctx:
        line = ctx.standings.of(Viewer(office.people[who], "member"), office.people[who], MEASURE)
    return 0 if line is None else line.amount // 1000


def unvote(office: Company, idea: int, who: str) -> None:
    with office.writing() as ctx:
        voters.vote(ctx, idea, office.people[who], given=False)


def logged(office: Company, idea: int) -> list[str]:
    """What the log has of votes for an idea, in its order."""
    with office.db.read() as conn:
        found = (
            select(Event.key)
            .join(Term, Term.id == Event.verb)
            .where(Term.term == support.SUPPORTED, Event.key.startswith(f"vote:{idea}:"))
        )
        return list(conn.scalars(found.order_by(Event.id)))


def employees(office: Company, size: int) -> list[str]:
    """So many more, who have no limit in common with anybody."""
    names = [f"worker{len(office.people)}x{n}" for n in range(size)]
    with office.db.write() as conn:
        for name in names:
            person = persons.add(conn, name, f"{name}@example.com")
            affiliations.affiliate(conn, person, "employee")
            office.people[name] = person
    return names


def brought(office: Company, title: str, by: str) -> int:
    with office.writing() as ctx:
        viewer = Viewer(office.people[by], "member")
        return int(writing.submit(ctx, viewer, office.boarded(ctx), {"title": title}).id)


def answered(office: Company, idea: int, *states: str) -> None:
    for state in states:
        assert act(office, "mo", below(idea, "step"), state=state, answer="So it is.") == 302, state


def test_an_idea_gives_points_when_it_comes_when_others_are_for_it_and_when_it_is_there(office: Company) -> None:
    idea = bring(office, "A bell", by="eve")
    assert points(office, "eve") == 3
    vote(office, idea, "eve", "emil", "cleo")
    assert points(office, "eve") == 5, "by a colleague and by a customer, and not by oneself"
    unvote(office, idea, "emil")
    assert points(office, "eve") == 4
    office.later(1)
    vote(office, idea, "emil")
    assert points(office, "eve") == 5, "given again"
    answered(office, idea, "acknowledged", "planned", "delivery", "delivered")
    assert points(office, "eve") == 55
    office.later(1)
    answered(office, idea, "delivery")
    assert points(office, "eve") == 5, "said too early"
    office.later(1)
    answered(office, idea, "delivered")
    assert points(office, "eve") == 55
    assert points(office, "emil") == points(office, "mo") == 0, "who votes or answers has nothing of it"


def test_a_declined_idea_costs_nothing_and_customers_have_no_points(office: Company) -> None:
    idea, customers = bring(office, "A moat", by="emil"), bring(office, "A drawbridge", by="cleo")
    before = points(office, "emil")
    answered(office, idea, "acknowledged", "declined")
    assert points(office, "emil") == before == 3
    vote(office, customers, "eve", "emil")
    answered(office, customers, "acknowledged", "planned", "delivered")
    assert points(office, "cleo") == 0
    assert "Initiative" not in office.browser("cleo").get("/ideas").get_data(as_text=True)


def test_a_friends_votes_and_many_small_ideas_are_worth_little(office: Company) -> None:
    author, friend = employees(office, 2)
    ideas = [brought(office, f"Little {n}", author) for n in range(6)]
    assert points(office, author) == 9, "three a day"
    vote(office, ideas[0], friend)
    for idea in ideas[1:]:
        vote(office, idea, friend)
    assert points(office, author) == 11, "two of one person's votes a day"


def test_what_a_moderator_takes_down_gives_nothing_until_it_is_shown_again(office: Company) -> None:
    (author,) = employees(office, 1)
    idea = brought(office, "Buy my watches", author)
    vote(office, idea, "eve", "emil")
    assert points(office, author) == 5
    for standing, left in (("taken down", 0), ("taken down", 0), ("shown", 5), ("taken down", 0), ("shown", 5)):
        office.later(0.01)
        with office.writing() as ctx:
            found = ctx.session.get_one(Idea, idea)
            found.standing = standing
            gone.follow(ctx, found)
        assert points(office, author) == left, standing


def test_nothing_is_told_of_votes_while_numbers_are_hidden(office: Company) -> None:
    idea = bring(office, "A secret door", by="ada")
    with office.writing() as ctx:
        ctx.session.scalars(select(Board)).one().hidden_until = office.now + 86_400_000_000
    vote(office, idea, "eve", "emil")
    assert points(office, "ada") == 3
    assert logged(office, idea) == []
    office.later(1.1)
    assert points(office, "ada") == 5
    with office.reading() as ctx:
        why = ctx.ledger.why(office.viewer("ada"), office.people["ada"], MEASURE)
    assert [(one.private, one.by) for one in why.changes if one.raw == 1000] == [(True, None)] * 2, "nor who voted"


def _killed(office: Company, most: int) -> None:
    """After all is written, before it is kept."""
    with office.writing() as ctx:
        support.drain(ctx, most=most)
        ctx.events.flush()
        raise KeyboardInterrupt


@pytest.mark.parametrize("seed", range(6))
def test_votes_that_come_and_go_and_work_that_is_killed_on_the_way_add_up(office: Company, seed: int) -> None:
    """The log has each vote as it is in the end, once, wherever a worker died."""
    dice, (author, *crowd) = random.Random(seed), employees(office, 6)
    idea = brought(office, f"Seed {seed}", author)
    for _ in range(40):
        office.now += 1_000_000
        match dice.choice(["vote", "vote", "unvote", "work", "killed"]):
            case "vote":
                vote(office, idea, dice.choice(crowd))
            case "unvote":
                unvote(office, idea, dice.choice(crowd))
            case "work":
                with office.writing() as ctx:
                    support.drain(ctx, most=dice.choice([1, 2, 500]))
            case "killed":
                with pytest.raises(KeyboardInterrupt):
                    _killed(office, dice.choice([1, 2, 500]))
    office.settle()
    with office.reading() as ctx:
        given = set(ctx.session.scalars(select(Vote.person_id).where(Vote.idea_id == idea, Vote.given)))
        assert ctx.session.scalar(select(Vote.idea_id).where(Vote.given != Vote.logged)) is None
    keys = logged(office, idea)
    assert len(keys) == len(set(keys))
    on = {key.split(":")[2] for key in keys if key.endswith(":on")}
    last = {who: [key for key in keys if key.split(":")[2] == who][-1].endswith(":on") for who in on}
    assert {int(who) for who, is_on in last.items() if is_on} == given
    assert points(office, author) == 3 + len(given)


def test_a_vote_counts_once_when_two_turn_out_to_be_one_and_for_both_when_they_are_two_again(company: Company) -> None:
    company.board()
    idea = bring(company, "A lamp", by="eve")
    vote(company, idea, "emil", "mo")
    assert points(company, "eve") == 5
    with company.db.write() as conn:
        made = merge.merge(conn, company.people["mo"], company.people["emil"], "administrator", None)
    company.later(0.01)
    assert points(company, "eve") == 4
    with company.db.write() as conn:
        merge.split(conn, made, None)
    company.later(0.01)
    assert points(company, "eve") == 5
    with company.db.write() as conn:
        made = merge.merge(conn, company.people["carl"], company.people["emil"], "administrator", None)
    company.later(0.01)
    assert points(company, "eve") == 5, "the vote is the other's now"


def test_counting_the_log_again_changes_nothing(office: Company) -> None:
    office.settle()
    again = replay.replay(office.db, office.renown.follower.scorer("ideation"), dry_run=True, digest=True)
    assert again.same, again.differences
    assert again.entries > 10


def test_a_vote_that_staff_entered_gives_nobody_a_point(office: Company) -> None:
    (author,) = employees(office, 1)
    idea = brought(office, "A weather vane", author)
    before = points(office, author)
    with office.writing() as ctx:
        voters.vote(ctx, idea, office.people["cleo"], by=office.people[author])
    assert points(office, author) == before
    assert logged(office, idea) == []
    unvote(office, idea, "cleo")
    office.later(0.01)
    assert points(office, author) == before
    vote(office, idea, "cleo")
    assert points(office, author) == before + 1, "her own one does"


def test_a_comment_that_is_taken_down_or_deleted_is_taken_back_in_the_log(office: Company) -> None:
    idea = bring(office, "A sundial", by="eve")
    with office.writing() as ctx:
        board, found = office.boarded(ctx), ctx.session.get_one(Idea, idea)
        said = comments.add(ctx, office.viewer("emil"), board, found, {"body": "Buy my watches"}).id

    def follow(standing: str) -> str | None:
        office.later(0.01)
        with office.writing() as ctx:
            one = ctx.session.get_one(Comment, said)
            one.standing = standing
            gone.follow(ctx, one)
            return one.gone_key

    for standing, back in (("taken down", False), ("shown", True), ("shown", True)):
        assert (follow(standing) is None) == back
    with office.writing() as ctx:
        comments.delete(ctx, ctx.session.get_one(Idea, idea), ctx.session.get_one(Comment, said))
    office.settle()
    with office.db.read() as conn:
        keys = conn.scalars(select(Event.key).where(Event.key.like(f"%:comment:{said}:%")).order_by(Event.id)).all()
    assert [one.split(":")[0] for one in keys] == ["gone", "back", "gone"]
