"""Somebody is forgotten after the close: nothing that was counted changes, and nobody can tell any more who it was."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from renown.people import merge as people
from renown_ideation.campaigns import casting, published
from renown_ideation.ideas import export
from renown_ideation.models import (
    Campaign,
    Entry,
    Idea,
    Invited,
    Moderation,
    Participant,
    Revision,
    Trust,
    Voter,
)
from renown_ideation.moderation import reports
from renown_ideation.verify import verify
from tests.ideation.attacks.kit import cast, voting
from tests.ideation.attacks.table import Tried
from tests.ideation.company import Company, submit
from tests.ideation.desk import bring

WHO = ("cleo", "eve", "emil")


def _forget(company: Company, name: str) -> None:
    person = company.people[name]
    assert submit(company.browser("ada"), f"/admin/people/{person}/erase", phrase=name).status_code == 302
    company.settle()


def _file(company: Company, campaign: int, *, anew: bool = False) -> bytes:
    with company.reading() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        if anew:
            published.path(ctx, found).unlink()
        return published.path(ctx, found).read_bytes()


def test_to_be_forgotten_changes_no_tally(company: Company, tried: Tried) -> None:
    campaign = voting(company, "One", "Two", "Three")
    receipts = {name: cast(company, campaign, company.people[name], {"1": 1, "2": 1}) for name in WHO}
    cast(company, campaign, company.people["carl"], {"3": 1})
    _forget(company, "emil")
    company.later(9)
    before = _file(company, campaign)
    assert json.loads(before.splitlines()[-1])["result"]["ballots"] == 4, "a ballot stays, also while the vote is open"
    changed = 0
    for name in ("cleo", "eve"):
        _forget(company, name)
        after = _file(company, campaign, anew=True)
        verdict = verify(after.splitlines(keepends=True))
        changed += after != before or not verdict.ok
    tried("change a tally by being forgotten", 2, changed)
    with company.reading() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        joined = select(Voter.person_id, Voter.first_id, Voter.receipt).where(
            Voter.campaign_id == campaign, Voter.voter.in_([one.voter for one in receipts.values()])
        )
        known = [row for row in ctx.session.execute(joined) if any(row)]
        tried("learn who cast the ballot of somebody forgotten", len(WHO), len(known))
        assert all(casting.mine(ctx, campaign, company.people[name]) is None for name in WHO)
        # Their own receipt still finds it, since it proves by itself who asks.
        assert casting.by_receipt(ctx, campaign, receipts["cleo"].code) == {"1": 1, "2": 1}
        assert found.result is not None
    line = next(
        one for one in before.splitlines(keepends=True) if receipts["cleo"].voter.encode() in one and b"ballot" in one
    )
    assert receipts["cleo"].digest in (sha256(line).hexdigest(), sha256(line.rstrip(b"\n")).hexdigest())


def test_a_ballot_is_told_to_whoever_cast_it_and_nobody_else(company: Company, tried: Tried) -> None:
    campaign = voting(company, "One", "Two", "Three")
    receipt = cast(company, campaign, company.people["cleo"], {"2": 1})
    own = json.loads(company.browser("cleo").get("/me/data.json").get_data())["ideation"]["ballots"]
    assert [(one["campaign"], one["receipt"], one["ballot"]) for one in own] == [("autumn", receipt.code, {"2": 1})]
    with company.reading() as ctx:
        told = [export.of(ctx, company.people["cleo"], company.viewer(name))["ballots"] for name in ("ada", "mo", None)]
    tried(
        "read somebody's ballot by exporting their data",
        len(told),
        sum("ballot" in one or "receipt" in one for of_one in told for one in of_one),
    )


def test_who_was_two_before_is_forgotten_whole(company: Company, tried: Tried) -> None:
    """What was over when they turned out to be one still had the ids of before."""
    campaign = voting(company, "One", "Two")
    for name in ("cleo", "carl", "eve"):
        cast(company, campaign, company.people[name], {"1": 1})
    company.later(9)
    before = _file(company, campaign)
    idea = bring(company, "Dark mode", by="carl")
    with company.writing() as ctx:
        board, found = company.boarded(ctx), ctx.session.get_one(Idea, idea)
        reports.report(ctx, company.viewer("carl"), board, found, None, {"reason": "other", "word": "I am Carl"})
        note = {"idea_id": idea, "person_id": company.people["carl"], "note": "Carl said so"}
        ctx.session.add_all([Entry(**note, at=1), Invited(board_id=board.id, person_id=company.people["carl"])])
    with company.db.write() as conn:
        people.merge(conn, company.people["cleo"], company.people["carl"], "administrator", company.people["ada"])
    company.settle()
    _forget(company, "cleo")
    ids = [company.people[name] for name in ("cleo", "carl")]
    with company.reading() as ctx:
        columns: list[Any] = [Voter.person_id, Voter.first_id, Revision.by_id, Idea.author_id, Moderation.by_id]
        columns += (Entry.person_id, Invited.person_id, Participant.person_id, Trust.person_id)
        known = [one for one in columns if ctx.session.scalar(select(one).where(one.in_(ids)).limit(1)) is not None]
        receipts = ctx.session.scalars(select(Voter.receipt).where(Voter.campaign_id == campaign)).all()
        assert "I am Carl" not in ctx.session.scalars(select(Moderation.word)).all()
    tried("find somebody forgotten under an id that they had before", len(columns), len(known))
    assert sum(one is None for one in receipts) == len(ids), "the others have theirs"
    assert _file(company, campaign, anew=True) == before
