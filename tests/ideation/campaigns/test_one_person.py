"""Accounts that turn out to be one person, or two again, while they vote."""

from __future__ import annotations

import json

from renown import clock
from renown.people import merge as people
from renown_ideation.campaigns import casting
from renown_ideation.campaigns import people as voters
from renown_ideation.models import Campaign
from tests.ideation.campaigns import staged
from tests.ideation.company import Company


def _until(company: Company, campaign: int) -> int:
    with company.reading() as ctx:
        return ctx.session.get_one(Campaign, campaign).vote_until or 0


def _joined(company: Company, kept: str, gone: str) -> int:
    with company.db.write() as conn:
        return people.merge(conn, company.people[kept], company.people[gone], "administrator", None)


def _parted(company: Company, *merges: int) -> None:
    for one in merges:
        with company.db.write() as conn:
            people.split(conn, one, None)
        company.settle()


def _own(company: Company, campaign: int, name: str) -> dict[str, int] | None:
    with company.reading() as ctx:
        found = casting.mine(ctx, campaign, company.people[name])
        return None if found is None else dict(found[1])


def test_of_two_merges_either_is_split_first(company: Company) -> None:
    company.board()
    campaign, everybody = staged.voting(company), ("eve", "cleo", "carl")
    for option, name in enumerate(everybody, 1):
        staged.cast(company, campaign, name, {option: 1})
        company.now += clock.SECOND
    for first, second, left in ((0, 1, {"2": 1}), (1, 0, {"3": 1})):
        merges = []
        for gone in ("carl", "cleo"):
            merges.append(_joined(company, "eve", gone))
            company.settle()
        assert [_own(company, campaign, name) for name in everybody] == [{"3": 1}, None, None]
        _parted(company, merges[first])
        assert [_own(company, campaign, name) for name in everybody if name != ("carl", "cleo")[first]] == [left, None]
        _parted(company, merges[second])
        assert [_own(company, campaign, name) for name in everybody] == [{"1": 1}, {"2": 1}, {"3": 1}]


def test_accounts_that_turn_out_to_be_one_after_the_bell_move_nothing(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    staged.cast(company, campaign, "cleo", {1: 1})
    staged.cast(company, campaign, "carl", {1: 1})
    company.now = _until(company, campaign)
    with company.writing() as ctx:
        voters.merged(ctx, company.people["cleo"], company.people["carl"])
    assert staged.state(company, campaign) == "voting", "nobody has counted yet"
    company.settle()
    with company.reading() as ctx:
        found = ctx.session.get_one(Campaign, campaign).result
    assert json.loads(found or "")["result"]["ballots"] == 2
