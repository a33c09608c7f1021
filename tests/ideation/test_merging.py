"""Merging links and never moves: whoever is for both counts once, nothing chains, all of it can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from renown_ideation.ideas import merging, voters
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Campaign, Entered, Idea, Merge, Vote
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import act, address, below, bring, data, get, merge, number, page, put, told, unmerge, vote


def test_a_merge_counts_people_once_and_goes_back(company: Company) -> None:
    company.board()
    dark, night = bring(company, "Dark mode", by="cleo"), bring(company, "Night theme", by="carl")
    vote(company, dark, "cleo", "carl", "eve")
    vote(company, night, "carl", "emil")
    shown = words(company.browser("mo").get(below(night, f"merge?into={dark}")))
    assert "2 and 3 people voted; together they are 4 people , as 1 voted for both." in shown
    assert number(company, dark) == 3, "a preview changes nothing"
    assert act(company, "eve", below(night, "merge"), into=str(dark), reason="Same") == 404
    unreasoned = submit(company.browser("mo"), below(night, "merge"), into=str(dark))
    assert unreasoned.status_code == 422
    assert act(company, "mo", below(night, "merge"), into=address(company, dark), reason="They ask the same.") == 302
    assert (get(company, night).state, get(company, night).into_id, get(company, night).due_at) == (
        "merged",
        dark,
        None,
    )
    assert number(company, dark) == 4
    company.settle()
    assert get(company, dark).voters == 4
    for name in ("cleo", "carl", "eve", "emil"):
        assert told(company, name).count("Night theme: goes on in Dark mode") == 1, name
    assert "It goes on in another idea" in page(company, "carl", address(company, night))
    assert "Night theme" in page(company, "cleo", address(company, dark))
    assert "Night theme" not in page(company, None, "/ideas/product")

    assert act(company, "mo", below(night, "unmerge")) == 302
    again = get(company, night)
    assert (again.state, again.into_id) == ("submitted", None)
    assert again.due_at is not None
    assert (number(company, dark), number(company, night)) == (3, 2)
    for name in ("cleo", "carl"):
        assert any("stands by itself again" in one for one in told(company, name)), name
    assert act(company, "mo", below(night, "unmerge")) == 302, "says that it is not merged, and changes nothing"
    assert (number(company, dark), number(company, night)) == (3, 2)
    with company.reading() as ctx:
        assert len(ctx.session.scalars(select(Merge)).all()) == 1


def test_no_chains_whatever_is_merged_and_taken_back(company: Company) -> None:
    company.board()
    one, two, three, four = (bring(company, title) for title in ("One", "Two", "Three", "Four"))
    for idea, who in ((one, "cleo"), (two, "carl"), (three, "eve"), (four, "emil")):
        vote(company, idea, who, "ada")

    def into() -> list[int | None]:
        with company.reading() as ctx:
            return list(ctx.session.scalars(select(Idea.into_id).order_by(Idea.id)))

    merge(company, one, two)
    merge(company, two, three)
    assert into() == [three, three, None, None], "members go along, to the one at the end"
    assert number(company, three) == 4
    merge(company, three, four)
    assert into() == [four, four, four, None]
    assert number(company, four) == 5
    unmerge(company, two)
    assert into() == [two, None, four, None], "with those that came with it"
    assert [number(company, idea) for idea in (two, four)] == [3, 3]
    unmerge(company, one)
    unmerge(company, three)
    assert into() == [None] * 4
    assert [number(company, idea) for idea in (one, two, three, four)] == [2, 2, 2, 2]


def test_what_cannot_be_merged_says_why(company: Company) -> None:
    company.board()
    company.board("other")
    one, two, elsewhere = bring(company, "One"), bring(company, "Two"), bring(company, "Three", board="other")
    for other, why in ((one, "the same idea"), (elsewhere, "on one board")):
        with company.writing() as ctx, pytest.raises(Refused, match=why):
            merging.merge(
                ctx, ctx.session.get_one(Idea, one), ctx.session.get_one(Idea, other), company.people["mo"], "x"
            )
    merge(company, one, two)
    third = bring(company, "Four")
    with pytest.raises(Refused, match="it is merged"):
        merge(company, third, one)
    put(company, third, state="withdrawn")
    with pytest.raises(Refused, match="it is withdrawn"):
        merge(company, two, third)
    assert "There is no idea with this number." in page(company, "mo", below(two, "merge?into=99999"))


def test_nothing_is_merged_between_opening_and_counting(company: Company) -> None:
    board = company.board()
    one, two, three = bring(company, "One"), bring(company, "Two"), bring(company, "Three")
    merge(company, three, two)
    with company.writing() as ctx:
        campaign = Campaign(slug="vote", title="Vote", board_id=board, state="voting", charter="{}", created_at=0)
        ctx.session.add(campaign)
        ctx.session.flush()
        ctx.session.add(Entered(campaign_id=campaign.id, idea_id=two, at=0))
    for first, other in ((one, two), (two, one)):
        with pytest.raises(Refused, match="being voted on"):
            merge(company, first, other)
    with pytest.raises(Refused, match="being voted on"):
        unmerge(company, three)
    put(company, two, author_id=company.people["eve"])
    assert act(company, "eve", below(two, "withdraw")) == 302
    assert get(company, two).state == "submitted"
    with company.writing() as ctx:
        ctx.session.execute(update(Campaign).values(state="counted"))
    merge(company, one, two)


def test_a_preview_tells_no_number_that_is_hidden(company: Company) -> None:
    company.board()
    one, two = bring(company, "One"), bring(company, "Two")
    vote(company, one, "cleo", "carl")
    with company.writing() as ctx:
        company.boarded(ctx).hidden_until = company.now + 10**12
    shown = page(company, "mo", below(one, f"merge?into={two}"))
    assert "hidden on this board" in shown
    assert "people voted" not in shown
    assert data(company, "mo", f"/ideas/product/{one}.json")["voters"] is None


def test_a_merge_that_is_refused_is_not_offered(company: Company) -> None:
    company.board()
    staged.voting(company, "Dark mode for the app", "Quiet hours", by="cleo")
    with company.reading() as ctx:
        dark = ctx.session.scalars(select(Idea.id).where(Idea.title == "Dark mode for the app")).one()
    free, again = bring(company, "Export as a file", by="eve"), bring(company, "Dark mode for the app", by="carl")
    offered = "Merge into another"
    assert offered not in page(company, "mo", address(company, dark))
    assert offered in page(company, "mo", address(company, free))
    pairs = page(company, "mo", "/desk/ideas/duplicates")
    assert "One of them is being voted on: nothing is merged between opening and counting." in pairs
    assert "Look at a merge" not in pairs
    company.later(9)
    assert f"{below(again, 'merge')}?into={dark}" in page(company, "mo", "/desk/ideas/duplicates")
    assert "By a customer" in words(company.browser(None).get(address(company, dark)))


def test_customers_do_not_choose_how_they_hear_of_what_staff_owe(company: Company) -> None:
    company.board()
    owed, waits = "An answer that you owe is due", "Something waits for moderators past its day"
    for name, expected in (("cleo", (False, False)), ("eve", (True, False)), ("mo", (True, True))):
        seen = page(company, name, "/me/notifications")
        assert (owed in seen, waits in seen) == expected, name


def test_both_texts_are_read_side_by_side(company: Company) -> None:
    company.board()
    one = bring(company, "Dark mode", body="My *eyes* hurt at night.", by="cleo")
    other = bring(company, "Night theme", body="For whoever works late.", by="eve")
    seen = page(company, "mo", below(one, f"merge?into={other}"))
    for title, path in (("Dark mode", address(company, one)), ("Night theme", address(company, other))):
        assert f'<h3><a href="{path}"><bdi>{title}</bdi></a></h3>' in seen
        assert f'“<a href="{path}"><bdi>{title}</bdi></a>”' in seen
    assert "For whoever works late." in seen
    assert "eyes" in seen
    assert ("By <bdi>Cleo</bdi>" in seen, "By <bdi>Eve</bdi>" in seen) == (True, True)


def test_votes_that_come_while_it_is_merged_are_all_counted(company: Company) -> None:
    company.board()
    one, two = bring(company, "One"), bring(company, "Two")
    crowd = company.crowd(40)

    def act_(turn: int) -> None:
        if turn % 10 == 0:
            if turn % 20:
                unmerge(company, one)
            else:
                merge(company, one, two)
            return
        with company.writing() as ctx:
            voters.vote(ctx, (one, two)[turn % 2], crowd[turn % 40])

    for start in range(0, 80, 10):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(act_, range(start, start + 10)))
    with company.reading() as ctx:
        by_idea = {
            idea: set(ctx.session.scalars(select(Vote.person_id).where(Vote.idea_id == idea, Vote.given)))
            for idea in (one, two)
        }
    assert (number(company, one), number(company, two)) == (len(by_idea[one]), len(by_idea[two]))
    merge(company, one, two)
    assert number(company, two) == len(by_idea[one] | by_idea[two])


def test_a_merge_that_is_taken_back_owes_the_answer_that_was_owed(company: Company) -> None:
    company.board()
    late, other = bring(company, "One"), bring(company, "Two")
    due = get(company, late).due_at
    company.later(20)
    merge(company, late, other)
    assert get(company, late).due_at is None
    unmerge(company, late)
    assert get(company, late).due_at == due


def test_a_preview_does_not_tell_how_many_hear_of_it_while_that_is_hidden(company: Company) -> None:
    company.board()
    one, two = bring(company, "One"), bring(company, "Two")
    vote(company, one, "cleo", "carl")
    assert "3 people who follow either are told" in page(company, "mo", below(one, f"merge?into={two}"))
    with company.writing() as ctx:
        company.boarded(ctx).hidden_until = company.now + 10**12
    hidden = page(company, "mo", below(one, f"merge?into={two}"))
    assert "Everybody who follows either is told" in hidden
    assert "people who follow" not in hidden
