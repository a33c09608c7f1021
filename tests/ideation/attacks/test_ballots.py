"""Ballots: past the budget, at the bell, in a phase that is not open, by two accounts of one person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from renown import clock
from renown.people import merge as people
from renown_ideation.campaigns import casting, clockwork, published, sealing
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Ballot, Campaign, Voter
from tests.ideation.attacks.kit import at_once, cast, collecting, crowd, options, state, voting
from tests.ideation.attacks.table import Tried
from tests.ideation.charters import at
from tests.ideation.company import Company

BUDGET: dict[str, Any] = {"kind": "budget", "budget": 10, "most_per_option": 5, "most_options": 3}
TITLES = ("One", "Two", "Three", "Four")
#: Ballots that a budget of 10, of 5 for an option, of 3 options, does not allow.
TOO_MUCH: list[Mapping[str, Any]] = [
    {"1": 5, "2": 5, "3": 1},
    {"1": 6},
    {"1": 11},
    {"1": 1, "2": 1, "3": 1, "4": 1},
    {"1": 5, "2": -1, "3": 5},
    {"1": 0},
    {"1": 2**63},
    {"1": 5.0},
    {"1": True},
    {"1": "5"},
    {"9": 1},
    {"01": 1},
    {" 1": 1},
    {"\u0661": 1},
]


def _try(company: Company, campaign: int, person: int, choices: Mapping[str, Any]) -> bool:
    """Whether it was taken."""
    try:
        cast(company, campaign, person, choices)
    except (Refused, NotNow):
        return False
    return True


def _standing(company: Company, campaign: int) -> list[dict[str, int]]:
    """The ballots that count, as they would be published."""
    with company.reading() as ctx:
        return [dict(one.choices) for one in published.ballots(ctx, campaign)]


def test_two_hundred_ballots_at_once_overspend_nothing(company: Company, tried: Tried) -> None:
    campaign = collecting(company, *TITLES, ballot=BUDGET)
    four = crowd(company, 4)
    company.later(11)
    fair: list[Mapping[str, Any]] = [{"1": 5, "2": 5}, {"3": 5, "4": 5}, {"1": 5, "4": 5}]
    asked = [TOO_MUCH[n // 2 % len(TOO_MUCH)] if n % 2 else fair[n // 2 % 3] for n in range(200)]
    taken = at_once([partial(_try, company, campaign, four[n // 2 % 4], one) for n, one in enumerate(asked)])
    assert all(taken[0::2]), "what the charter allows is taken"
    standing = _standing(company, campaign)
    over = [one for one in standing if sum(one.values()) > 10 or len(one) > 3 or max(one.values()) > 5]
    tried("overspend a budget", 100, sum(taken[1::2]) + len(over))
    assert len(standing) == 4, "each of them has one ballot that counts"
    with company.reading() as ctx:
        kept = ctx.session.execute(select(Ballot.voter, Ballot.number).order_by(Ballot.voter, Ballot.number)).all()
    for voter in {one.voter for one in kept}:
        numbers = [one.number for one in kept if one.voter == voter]
        assert numbers == list(range(1, len(numbers) + 1)), "each one that was taken is kept, once"
    assert 4 <= len(kept) <= 100, "one that says the same again is no new one"


def test_at_the_bell_a_ballot_counts_or_is_refused(company: Company, tried: Tried) -> None:
    """Eight threads cast without a pause while the clock passes the end and the campaign is counted."""
    campaign = collecting(company, *TITLES)
    many = crowd(company, 120)
    company.later(11)
    with company.reading() as ctx:
        bell = ctx.session.get_one(Campaign, campaign).vote_until or 0
    company.now = bell - clock.SECOND
    ids = options(company, campaign)

    def ring() -> bool:
        company.now = bell
        with company.writing() as ctx:
            return clockwork.turn(ctx)

    calls = [partial(_try, company, campaign, one, {str(ids[n % 4]): 1}) for n, one in enumerate(many)]
    with ThreadPoolExecutor(9) as pool:
        answers = [pool.submit(one) for one in calls[:60]]
        rung = pool.submit(ring)
        answers += [pool.submit(one) for one in calls[60:]]
        taken = [one.result() for one in answers]
        assert rung.result()
    assert state(company, campaign) == "counted"
    after = at_once([partial(_try, company, campaign, one, {"1": 1}) for one in many])
    with company.reading() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        counted = json.loads(found.result or "{}")["result"]["ballots"]
        late = ctx.session.scalar(select(func.count()).select_from(Ballot).where(Ballot.at >= bell))
        file = published.path(ctx, found).read_bytes()
    assert file.count(b'"record":"ballot"') == counted
    tried("vote at the bell", len(many), abs(sum(taken) - counted) + (late or 0))
    tried("vote after the bell", len(many), sum(after))
    assert counted > 0


def test_a_ballot_that_is_being_cast_at_the_bell_is_counted(company: Company, tried: Tried) -> None:
    """It was in time, and is written while the campaign would be counted: the count waits for it."""
    campaign = voting(company, *TITLES)
    with company.reading() as ctx:
        bell = ctx.session.get_one(Campaign, campaign).vote_until or 0
    company.now = bell - clock.SECOND

    def count() -> bool:
        with company.writing() as ctx:
            return clockwork.turn(ctx)

    with ThreadPoolExecutor(1) as pool:
        with company.writing() as ctx:
            casting.cast(ctx, campaign, company.people["cleo"], {"1": 1})
            company.now = bell
            counting = pool.submit(count)
            while not (company.db.is_sqlite or counting.done() or _waits(company)):
                pass
        assert counting.result()
    company.settle()
    with company.reading() as ctx:
        counted = json.loads(ctx.session.get_one(Campaign, campaign).result or "{}")["result"]["ballots"]
    tried("lose a ballot that was cast in time", 1, 1 - counted)


def _waits(company: Company) -> bool:
    """Whether a connection to this database waits for another one's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with company.db.read() as conn:
        return bool(conn.exec_driver_sql(waiting).scalar())


def test_outside_the_open_phase_nobody_votes(company: Company, tried: Tried) -> None:
    campaign = collecting(company, *TITLES, phases__elaborate={"from": at(10), "to": at(11.5)})
    call = partial(_try, company, campaign, company.people["cleo"], {"1": 1})
    states, taken = [], 0
    for steps in ((0,), (9.2,), (1.5,), (1, 7.5)):
        for days in steps:
            company.later(days)
        states.append(state(company, campaign))
        taken += sum(at_once([call] * 10)) + _by_hand(company, campaign)
    with company.writing() as ctx:
        sealing.void(ctx, campaign, "The list was wrong.", company.people["ada"])
    states.append(state(company, campaign))
    taken += sum(at_once([call] * 10)) + _by_hand(company, campaign)
    tried("vote in a closed phase", 11 * len(states), taken)
    assert states == ["collecting", "elaborating", "elaborating", "counted", "void"]


def _by_hand(company: Company, campaign: int) -> int:
    """A ballot written past all that is checked, into the table. Whether it is there."""
    try:
        with company.writing() as ctx:
            voter = ctx.session.scalar(select(Voter.voter).where(Voter.campaign_id == campaign)) or "0" * 32
            ctx.session.add(Ballot(campaign_id=campaign, voter=voter, number=99, choices='{"1":1}', at=ctx.clock.now()))
    except IntegrityError:
        return 0
    return 1


def test_two_accounts_of_one_person_leave_one_ballot(company: Company, tried: Tried) -> None:
    campaign = voting(company, *TITLES)
    cleo, carl = company.people["cleo"], company.people["carl"]
    calls: list[partial[bool]] = [
        partial(_try, company, campaign, (cleo, carl)[n % 2], {str(1 + n % 2): 1}) for n in range(60)
    ]
    cast(company, campaign, carl, {"2": 1})

    def join() -> bool:
        with company.db.write() as conn:
            people.merge(conn, cleo, carl, "administrator", company.people["ada"])
        return True

    calls[20:20] = [partial(_quiet, join)]
    at_once([partial(_quiet, one) for one in calls])
    company.settle()
    standing = _standing(company, campaign)
    tried("vote by two accounts that are one person", 60, len(standing) - 1)


def _quiet(call: Callable[[], bool]) -> bool:
    """Whoever is nobody of the electorate any more is told so."""
    try:
        return call()
    except ValueError:
        return False
