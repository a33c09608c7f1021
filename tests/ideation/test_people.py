"""Two accounts that are one person, one person who is forgotten: what they did here follows, and numbers stay true."""

from __future__ import annotations

import json
import re

from sqlalchemy import select

from renown.people import merge as people
from renown_ideation.ideas import comments, drafts, export, files, voters
from renown_ideation.models import Attachment, Comment, Entry, Idea, Invitation, Invited, Participant, Revision, Vote
from renown_ideation.moderation import proxy
from tests.ideation.company import Company, submit
from tests.ideation.desk import act, address, below, bring, data, get, number, page, vote


def _one(company: Company, kept: str, gone: str) -> int:
    with company.renown.db.write() as conn:
        made = people.merge(conn, company.people[kept], company.people[gone], "administrator", company.people["ada"])
    company.settle()
    return made


def _two(company: Company, merge: int) -> None:
    with company.renown.db.write() as conn:
        people.split(conn, merge, company.people["ada"])
    company.settle()


def _say(company: Company, name: str, idea: int, body: str) -> int:
    with company.writing() as ctx:
        board = company.boarded(ctx)
        return comments.add(ctx, company.viewer(name), board, ctx.session.get_one(Idea, idea), {"body": body}).id


def test_two_who_are_one_vote_once_and_two_again_have_what_was_theirs(company: Company) -> None:
    company.board()
    both, first, other = bring(company, "Both"), bring(company, "First"), bring(company, "Other")
    written = bring(company, "Written by Carl", by="carl")
    vote(company, both, "cleo", "carl", "emil")
    vote(company, first, "cleo")
    vote(company, other, "carl")
    said = _say(company, "carl", both, "I am Carl")

    joined = _one(company, "cleo", "carl")
    assert [number(company, idea) for idea in (both, first, other)] == [2, 1, 1]
    assert "Written by Carl" in page(company, "cleo", "/my/ideas")
    assert act(company, "cleo", below(both, f"comments/{said}/edit"), body="I am Cleo") == 302
    vote(company, other, "cleo")
    assert number(company, other) == 1
    company.settle()
    assert get(company, both).voters == 2

    _two(company, joined)
    assert [number(company, idea) for idea in (both, first, other)] == [3, 1, 1]
    with company.reading() as ctx:
        given = ctx.session.execute(select(Vote.idea_id, Vote.person_id).where(Vote.given)).all()
        assert {(one.idea_id, one.person_id) for one in given} == {
            (both, company.people["cleo"]), (both, company.people["carl"]), (both, company.people["emil"]),
            (first, company.people["cleo"]), (other, company.people["carl"]),
        }  # fmt: skip
        assert ctx.session.get_one(Comment, said).by_id == company.people["carl"]
    assert get(company, written).author_id == company.people["carl"]
    assert "Written by Carl" not in page(company, "cleo", "/my/ideas")
    assert act(company, "carl", below(written, "edit"), title="Mine again", body="", revision="1") == 302


def test_who_was_merged_into_one_who_was_merged_has_it_back_as_well(company: Company) -> None:
    """A merge within a merge is undone first."""
    company.board()
    both, other = bring(company, "Both"), bring(company, "Other")
    written = bring(company, "Written by Carl", by="carl")
    vote(company, both, "cleo", "carl", "emil")
    vote(company, other, "carl")
    said = _say(company, "carl", both, "I am Carl")
    inner = _one(company, "emil", "carl")
    outer = _one(company, "cleo", "emil")
    assert [number(company, idea) for idea in (both, other)] == [1, 1]
    assert get(company, written).author_id == company.people["cleo"]

    def votes() -> set[tuple[int, str]]:
        whose = {person: name for name, person in company.people.items()}
        with company.reading() as ctx:
            assert ctx.session.get_one(Comment, said).by_id == company.people["carl"]
            given = ctx.session.execute(select(Vote.idea_id, Vote.person_id).where(Vote.given)).all()
            return {(one.idea_id, whose[one.person_id]) for one in given}

    _two(company, inner)
    assert votes() == {(both, "cleo"), (both, "carl"), (other, "carl")}
    assert get(company, written).author_id == company.people["carl"]
    assert [number(company, idea) for idea in (both, other)] == [2, 1]
    _two(company, outer)
    assert votes() == {(both, "cleo"), (both, "emil"), (both, "carl"), (other, "carl")}
    assert [number(company, idea) for idea in (both, other)] == [3, 1]


def test_what_was_taken_back_as_one_stays_taken_back(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    vote(company, idea, "carl")
    joined = _one(company, "cleo", "carl")
    assert act(company, "cleo", below(idea, "vote"), vote="off") == 302
    assert number(company, idea) == 0
    _two(company, joined)
    assert number(company, idea) == 0


def test_who_is_forgotten_leaves_what_they_wrote_in_public_without_a_name(company: Company) -> None:
    company.board()
    idea, other = bring(company, "Dark mode", by="carl", body="At night."), bring(company, "Other", by="eve")
    vote(company, other, "carl", "cleo")
    _say(company, "carl", other, "A good one")
    carl = company.people["carl"]
    with company.writing() as ctx:
        board = company.boarded(ctx)
        draft = drafts.save(ctx, company.viewer("carl"), board, {"title": "Secret plan"}, None).id
        looked = files.Looked("me.png", "image/png", b"\x89PNG\r\n\x1a\n")
        key = files.keep(ctx, ctx.session.get_one(Idea, idea), carl, looked).key
    assert submit(company.browser("ada"), f"/admin/people/{carl}/erase", phrase="carl").status_code == 302
    company.settle()

    seen = page(company, "eve", address(company, idea))
    assert "At night." in seen
    assert "By somebody who left" in re.sub("<[^>]+>", "", seen)
    assert "Carl" not in seen
    assert "A good one" in page(company, None, address(company, other))
    assert number(company, other) == 2, "numbers stay"
    with company.reading() as ctx:
        assert ctx.session.get(Idea, draft) is None
        assert not ctx.files.path(key).exists()
        for column in (Idea.author_id, Comment.by_id, Revision.by_id, Attachment.by_id):
            assert ctx.session.scalar(select(column).where(column == carl)) is None, column
        for column in (Participant.person_id, Invitation.person_id):
            assert ctx.session.scalar(select(column).where(column == carl)) is None, column
    assert data(company, None, f"/ideas/product/{idea}.json")["authors"] == []


def test_everybody_may_have_all_that_is_kept_of_them(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="carl", body="At night.")
    vote(company, idea, "carl")
    _say(company, "carl", idea, "Mine")
    assert submit(company.browser("carl"), "/ideas/product/_draft", title="Secret plan").status_code == 200
    told = json.loads(company.browser("carl").get("/me/data.json").get_data())["ideation"]
    assert [one["title"] for one in told["ideas"]] == ["Dark mode", "Secret plan"]
    assert [one["idea"] for one in told["votes"]] == [idea]
    assert [one["text"] for one in told["comments"]] == ["Mine"]
    assert told["takes_part"]


def test_a_board_by_name_and_a_vote_that_staff_entered_pass_on_and_go_back(company: Company) -> None:
    company.board()
    company.board("inner", audience="invited")
    idea = bring(company, "Dark mode")
    cleo, carl = company.people["cleo"], company.people["carl"]
    with company.writing() as ctx:
        inner = company.boarded(ctx, "inner").id
        entered = Entry(idea_id=idea, person_id=carl, by_id=company.people["emil"], note="By phone", at=1)
        ctx.session.add_all([Invited(board_id=inner, person_id=carl), entered])
        voters.vote(ctx, idea, carl, by=company.people["emil"])

    def theirs() -> list[tuple[int, ...]]:
        with company.reading() as ctx:
            entries, boards = (
                ctx.session.scalars(select(Entry.person_id)),
                ctx.session.scalars(select(Invited.person_id)),
            )
            return [tuple(entries), tuple(boards)]

    joined = _one(company, "cleo", "carl")
    assert company.browser("cleo").get("/ideas/inner").status_code == 200
    assert theirs() == [(cleo,), (cleo,)]
    with company.writing() as ctx:
        assert proxy.stands(ctx, idea, carl)
    _two(company, joined)
    assert theirs() == [(carl,), (carl,)]
    assert company.browser("cleo").get("/ideas/inner").status_code == 404

    with company.writing() as ctx:
        ctx.session.add(Invited(board_id=inner, person_id=cleo))
    _two(company, _one(company, "cleo", "carl"))
    assert sorted(theirs()[1]) == sorted((cleo, carl)), "both were invited"
    joined = _one(company, "cleo", "carl")
    with company.writing() as ctx:
        proxy.withdraw(ctx, idea, carl)
        assert ctx.session.get_one(Entry, (idea, cleo)).withdrawn_at is not None, "by the link of before"


def test_what_waits_or_was_taken_down_is_for_its_authors_own_eyes(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    for body in ("Seen by all", "Held back", "Taken away"):
        _say(company, "carl", idea, body)
    with company.writing() as ctx:
        for said, standing in (("Held back", "waiting"), ("Taken away", "taken down")):
            ctx.session.scalars(select(Comment).where(Comment.body == said)).one().standing = standing
    with company.reading() as ctx:
        told = {
            name: [one["text"] for one in export.of(ctx, company.people["carl"], company.viewer(name))["comments"]]
            for name in ("carl", "ada")
        }
    assert told == {"carl": ["Seen by all", "Held back", "Taken away"], "ada": ["Seen by all"]}
