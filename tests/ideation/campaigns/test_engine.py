"""What drives a campaign when something is not as planned: weights, dates, outages, limits."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from renown import clock
from renown_ideation.campaigns import casting, clockwork, electorate, entering, held, published, sealing
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Ballot, Campaign, CampaignNote, CharterAmendment, Entered, Idea, Option, Voter
from renown_ideation.rewards.score import MEASURE
from renown_ideation.verify import opened, verify
from tests.ideation.campaigns import staged
from tests.ideation.charters import at, charter
from tests.ideation.company import NOW, Company, submit, words
from tests.ideation.desk import act, below, bring, get, page, put, told

SEGMENTS = {"kind": "segment", "title": "who they are", "segments": {"customer": 3, "employee": 2}}


def _amend(company: Company, campaign: int, effective: float | None = None, **what: str) -> None:
    with company.writing() as ctx:
        moved = {path.replace("__", "."): to for path, to in what.items()}
        sealing.amend(ctx, campaign, moved, "An outage.", when(effective, company), company.people["ada"])


def when(days: float | None, company: Company) -> int:
    """So many days after the clock's start; now, without."""
    return company.now if days is None else NOW + int(days * clock.DAY)


def _row(company: Company, campaign: int) -> Campaign:
    with company.reading() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        ctx.session.expunge(found)
        return found


def _notes(company: Company, campaign: int, what: str) -> list[str]:
    with company.reading() as ctx:
        rows = select(CampaignNote.text).where(CampaignNote.campaign_id == campaign, CampaignNote.what == what)
        return list(ctx.session.scalars(rows.order_by(CampaignNote.id)))


def _sound(company: Company, campaign: int) -> bool:
    with company.reading() as ctx, opened(str(published.path(ctx, ctx.session.get_one(Campaign, campaign)))) as lines:
        return verify(lines).ok


def _health(company: Company) -> str:
    with company.reading() as ctx:
        (found,) = clockwork.health(ctx)
        return "" if found.ok else found.text


@pytest.mark.parametrize(
    ("held", "becomes"),
    [
        ({10: 1, 7: 1, 3: 9}, {10: 3, 7: 3, 3: 3}),
        ({10: 5, 7: 4, 3: 1, 1: 6}, {10: 10, 7: 3, 3: 3, 1: 1}),
        ({10: 5, 7: 5, 1: 1}, {10: 10, 7: 1, 1: 1}),
        ({10: 5, 1: 4}, {10: 1, 1: 1}),
        ({2: 1, 1: 1}, {2: 1, 1: 1}),
        ({4: 3}, {4: 4}),
        ({}, {}),
    ],
)
def test_a_weight_is_that_of_five_or_of_all(held: dict[int, int], becomes: dict[int, int]) -> None:
    weights = [weight for weight, size in held.items() for _ in range(size)]
    found = electorate.coarse(dict(enumerate(weights)))
    assert dict(found) == becomes
    after = [found[weight] for weight in weights]
    assert len(set(after)) <= 1 or min(after.count(one) for one in after) >= electorate.LEAST


def test_weights_that_would_name_somebody_are_made_coarser_in_public(company: Company) -> None:
    company.board()
    staged.more(company, "employee", 1)
    campaign = staged.counted(company, weights=SEGMENTS)
    with company.reading() as ctx:
        rows = ctx.session.execute(select(Voter.weight, func.count()).group_by(Voter.weight)).all()
        assert [tuple(one) for one in rows] == [(2, 7)], "two customers weigh what employees do"
    assert _notes(company, campaign, "weights") == ["Weights that fewer than 5 voters would have had: 3 became 2."]
    assert _sound(company, campaign)
    assert "fewer than 5 voters" in page(company, None, "/campaigns/autumn/charter")


def test_segments_and_measures_must_be_there_from_the_charter_to_the_opening(company: Company) -> None:
    company.board()
    for segments, said in (({"customers": 2}, "called customers"), ({"customer": 2, "Customer": 3}, "there twice")):
        with pytest.raises(Refused, match=said):
            staged.sealed(company, weights=SEGMENTS | {"segments": segments})
    weights = {"kind": "measure", "measure": MEASURE, "title": "initiative", "steps": 3}
    with company.writing() as ctx:
        row = sealing.draft(ctx, company.boarded(ctx), charter(weights=weights), company.people["ada"])
        # As it was sealed while there was such a measure.
        row.charter = row.charter.replace(MEASURE, "ideation.gone")
        row.state, row.charter_sha256 = "sealed", held.sealed(row).digest()
        held.set_dates(row, held.sealed(row))
        campaign = row.id
    company.later(1)
    bring(company, "One")
    company.later(11)
    found = _row(company, campaign)
    assert (found.state, found.opening) == ("void", None)
    assert "there is no such measure any more" in (found.void_reason or "")
    with company.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Voter)) == 0, "nothing of the opening is kept"


def test_an_amendment_that_could_not_hold_in_between_is_refused(company: Company) -> None:
    """The vote's end moves on day 9, its beginning, past the old end, on day 3: in between there is no vote."""
    company.board()
    campaign = staged.sealed(company)
    _amend(company, campaign, 9, phases__vote__to=at(30))
    with pytest.raises(Refused, match="is not after its beginning"):
        _amend(company, campaign, 3, phases__vote__from=at(25))
    _amend(company, campaign, 9, phases__vote__from=at(25))
    with pytest.raises(Refused, match="before the amendment holds"):
        _amend(company, campaign, 8, phases__collect__to=at(5))
    for day in (1, 3, 8, 10):
        company.later(day - (company.now - when(0, company)) / clock.DAY)
        assert company.browser(None).get("/campaigns/autumn").status_code == 200
    assert _row(company, campaign).vote_from == when(25, company)


def test_a_campaign_that_cannot_go_on_stops_no_other(company: Company) -> None:
    company.board()
    broken, sound = staged.sealed(company, "broken"), staged.sealed(company, "sound")
    with company.writing() as ctx:
        moved = CharterAmendment(
            campaign_id=broken, number=1, changes={}, reason="x", announced_at=0, effective_at=0, by_id=None
        )
        ctx.session.add(moved)
    company.later(1.01)
    assert staged.state(company, sound) == "collecting"
    assert staged.state(company, broken) == "sealed"
    assert _health(company) == "Not brought forward: broken."


def test_ballots_that_cannot_be_counted_void_the_vote(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    staged.cast(company, campaign, "cleo", {1: 1})
    with company.writing() as ctx:
        found = ctx.session.execute(select(Voter).where(Voter.effective == 1)).scalar_one()
        said = {"campaign_id": campaign, "voter": found.voter, "number": 2, "choices": '{"1":7}', "at": company.now}
        ctx.session.execute(insert(Ballot), said)
        found.effective = 2
    company.later(9)
    row = _row(company, campaign)
    assert (row.state, row.result) == ("void", None)
    assert "option 1 has 7" in (row.void_reason or "")


def test_a_vote_that_nobody_opened_in_time_waits_for_a_later_end(company: Company) -> None:
    company.board()
    campaign = staged.sealed(company)
    company.later(1)
    for title in ("One", "Two", "Three"):
        bring(company, title)
    company.later(20)
    company.settle()
    assert staged.state(company, campaign) == "collecting"
    assert len(_notes(company, campaign, "missed")) == 1
    assert "Not opened in time: autumn" in _health(company)
    assert "The vote did not open in time" in page(company, None, "/campaigns/autumn")
    with pytest.raises(NotNow, match="waits for a later end"):
        staged.cast(company, campaign, "cleo", {1: 1})
    _amend(company, campaign, phases__vote__to=at(30))
    company.settle()
    staged.cast(company, campaign, "cleo", {2: 1})
    company.later(10)
    assert staged.state(company, campaign) == "counted"
    assert _sound(company, campaign)
    assert _health(company) == ""
    with pytest.raises(NotNow):
        _amend(company, campaign, phases__vote__to=at(50))


def test_ideas_of_a_campaign_that_says_so_are_not_merged(company: Company) -> None:
    company.board()
    campaign = staged.sealed(company, merging__before_opening="none")
    before = bring(company, "Came before")
    company.later(1)
    idea, other = bring(company, "One"), bring(company, "Other")
    refused = act(company, "mo", below(before, "merge"), into=str(idea), reason="The same.")
    assert refused == 422
    assert act(company, "mo", below(idea, "merge"), into=str(other), reason="The same.") == 422
    assert get(company, idea).state == "submitted"
    with company.writing() as ctx:
        sealing.void(ctx, campaign, "No.", company.people["ada"])
    assert act(company, "mo", below(idea, "merge"), into=str(other), reason="The same.") == 302


def test_a_campaign_takes_as_many_ideas_as_can_be_counted(company: Company) -> None:
    company.board()
    campaign = staged.sealed(company, ballot={"kind": "rank", "most_options": 5}, count__method="schulze")
    first, last = bring(company, "The first"), bring(company, "One too many")
    company.later(1)
    with company.writing() as ctx:
        like = {column.name: getattr(ctx.session.get_one(Idea, first), column.key) for column in Idea.__table__.columns}
        ids = range(10_000, 10_199)
        ctx.session.execute(insert(Idea), [like | {"id": one} for one in ids])
        rows = [{"campaign_id": campaign, "idea_id": one, "at": company.now, "by_id": None} for one in ids]
        ctx.session.execute(insert(Entered), rows)
    bring(company, "The last that fits")
    assert _notes(company, campaign, "full") == ["200 take part, and no more can be counted."]
    bring(company, "On the board alone")
    with company.writing() as ctx, pytest.raises(NotNow, match="It is full: 200 ideas take part"):
        entering.enter(ctx, campaign, last, company.people["mo"])
    with company.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Entered)) == 200
    for one, values in zip(ids, ({"state": "withdrawn"}, {"state": "declined"}, {"standing": "waiting"}), strict=False):
        put(company, one, **values)
    for title in ("In their place", "Another one"):
        bring(company, title)
    company.now += clock.SECOND
    with company.writing() as ctx:
        entering.enter(ctx, campaign, last, company.people["mo"])
    assert _notes(company, campaign, "full") == ["200 take part, and no more can be counted."] * 2
    put(company, ids[2], standing="shown")
    company.later(11)
    assert staged.state(company, campaign) == "voting"
    assert _notes(company, campaign, "over") == ["1 idea entered after the 200 that can be counted."]
    with company.reading() as ctx:
        options = set(ctx.session.scalars(select(Option.idea_id).where(Option.campaign_id == campaign)))
    assert (len(options), last in options, ids[2] in options) == (200, False, True), "who entered first has the place"
    assert "Not voted on in Autumn: One too many" in told(company, "eve")


def test_an_author_does_not_go_in_and_out_without_end(company: Company) -> None:
    company.board()
    staged.sealed(company)
    company.later(1)
    idea, eve = str(bring(company, "Dark mode")), company.browser("eve")
    for _ in range(4):
        submit(eve, "/campaigns/autumn/leave", idea=idea)
        submit(eve, "/campaigns/autumn/enter", idea=idea)
    submit(eve, "/campaigns/autumn/leave", idea=idea)
    submit(eve, "/campaigns/autumn/enter", idea=idea)
    said = words(eve.get("/campaigns/autumn"))
    assert "You took it out 5 times within a day: have it take part again tomorrow." in said
    assert "No idea takes part yet" in said
    company.later(1.1)
    submit(eve, "/campaigns/autumn/enter", idea=idea)
    assert "No idea takes part yet" not in words(eve.get("/campaigns/autumn"))


def test_the_same_ballot_again_is_no_new_one_and_a_voter_has_two_hundred(company: Company) -> None:
    company.board()
    campaign = staged.voting(company)
    first = staged.cast(company, campaign, "cleo", {1: 1, 2: 1})
    assert staged.cast(company, campaign, "cleo", {2: 1, 1: 1}) == first
    with company.writing() as ctx:
        for turn in range(casting.MOST - 1):
            casting.cast(ctx, campaign, company.people["cleo"], {str(1 + turn % 2): 1})
    with pytest.raises(Refused, match="You changed your ballot 199 times"):
        staged.cast(company, campaign, "cleo", {3: 1})
    assert staged.cast(company, campaign, "cleo", {1: 1}).number == casting.MOST, "the last one stands"
