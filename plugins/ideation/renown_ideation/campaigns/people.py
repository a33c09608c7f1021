"""Two accounts that turn out to be one person, and people who ask to be forgotten, in votes that are open or over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext
from renown_ideation.campaigns import casting, held
from renown_ideation.models import (
    Ballot,
    Campaign,
    CampaignNote,
    CharterAmendment,
    Decision,
    Entered,
    Voter,
    VoterMerged,
)

#: Who did what; what was done stays.
_BY: tuple[InstrumentedAttribute[int | None], ...] = (
    Campaign.created_by_id, Campaign.sealed_by_id, CharterAmendment.by_id, CampaignNote.by_id, Entered.by_id,
    Decision.by_id,
)  # fmt: skip


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """While a vote is open the later ballot of the two stands. In one that is over nothing moves."""
    for campaign in _open(ctx, kept, gone):
        ctx.session.merge(VoterMerged(campaign_id=campaign, gone_id=gone, kept_id=kept))
        _arrange(ctx, campaign, kept, gone)


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Both have their own again, with the ballots that they had cast themselves; other merges hold on."""
    for campaign in _open(ctx, kept, gone):
        if (made := ctx.session.get(VoterMerged, (campaign, gone))) is not None:
            ctx.session.delete(made)
            _arrange(ctx, campaign, kept, gone)


def _arrange(ctx: PluginContext, campaign: int, *people: int) -> None:
    """Of the voters of each group of people who are one, the one with the last ballot stands, the others are set aside.

    It follows from whose they were at first and from the merges that hold, in whatever order these came and went.
    """
    ctx.session.flush()
    roots = _roots(ctx, campaign)
    concerned = {roots.get(one, one) for one in people}
    everybody = {*people, *(one for one, root in roots.items() if root in concerned), *concerned}
    theirs = or_(Voter.person_id.in_(everybody), Voter.first_id.in_(everybody))
    groups: dict[int, list[tuple[Voter, int]]] = {}
    for voter in ctx.session.scalars(select(Voter).where(Voter.campaign_id == campaign, theirs)).all():
        owner = voter.first_id or voter.person_id or 0
        groups.setdefault(roots.get(owner, owner), []).append((voter, owner))
        voter.person_id = None
    ctx.session.flush()
    for root, several in groups.items():
        several.sort(key=lambda one: (_last(ctx, one[0]), one[1] == root), reverse=True)
        for place, (voter, owner) in enumerate(several):
            stands, ballot = place == 0, voter.effective or voter.set_aside
            voter.person_id = root if stands else None
            voter.first_id = None if stands and owner == root else owner
            voter.effective, voter.set_aside = (ballot, 0) if stands else (0, ballot)
    ctx.session.flush()


def _roots(ctx: PluginContext, campaign: int) -> Mapping[int, int]:
    """Whom somebody counts as in a campaign, of all who were merged while it was open; and they as themselves."""
    rows = ctx.session.scalars(select(VoterMerged).where(VoterMerged.campaign_id == campaign)).all()
    next_ = {one.gone_id: one.kept_id for one in rows}

    def root(one: int) -> int:
        # Nobody is passed twice, should there ever be a ring.
        passed = {one}
        while one in next_ and next_[one] not in passed:
            one = next_[one]
            passed.add(one)
        return one

    return {one: root(one) for row in rows for one in (row.gone_id, row.kept_id)}


def erased(ctx: PluginContext, person: int) -> None:
    """What joins a person to their ballots goes. The ballots stay, so that no tally ever changes by it."""
    nobody = {"person_id": None, "first_id": None, "receipt": None}
    ctx.session.execute(update(Voter).where(Voter.person_id == person).values(**nobody))
    ctx.session.execute(update(Voter).where(Voter.first_id == person).values(first_id=None, receipt=None))
    for column in _BY:
        ctx.session.execute(update(column.class_).where(column == person).values({column.key: None}))
    ctx.session.execute(delete(VoterMerged).where(or_(VoterMerged.gone_id == person, VoterMerged.kept_id == person)))


def exported(ctx: PluginContext, person: int, *, own: bool) -> list[dict[str, Any]]:
    """In which votes somebody may vote; and for themselves alone what they said there, and by which receipt."""
    found = (
        select(Voter, Campaign.slug)
        .join(Campaign, Campaign.id == Voter.campaign_id)
        .where(Voter.person_id == person)
        .order_by(Voter.campaign_id)
    )
    return [_exported(ctx, voter, slug, own) for voter, slug in ctx.session.execute(found)]


def _exported(ctx: PluginContext, voter: Voter, slug: str, own: bool) -> dict[str, Any]:
    known = {"campaign": slug, "weight": voter.weight}
    if not own:
        return known
    key = (voter.campaign_id, voter.voter, voter.effective)
    ballot = ctx.session.get(Ballot, key) if voter.effective else None
    return known | {"receipt": voter.receipt, "ballot": None if ballot is None else json.loads(ballot.choices)}


def _open(ctx: PluginContext, *people: int) -> Iterator[int]:
    """Campaigns whose vote is open at this instant, held alone, in which one of them may vote."""
    found = (
        select(Voter.campaign_id)
        .join(Campaign, Campaign.id == Voter.campaign_id)
        .where(Campaign.state == "voting", Voter.person_id.in_(people) | Voter.first_id.in_(people))
        .distinct()
        .order_by(Voter.campaign_id)
    )
    for campaign in ctx.session.scalars(found).all():
        # The bell may have rung, and nobody have counted yet.
        if casting.is_open(held.alone(ctx, campaign), ctx.clock.now()):
            yield campaign


def _last(ctx: PluginContext, voter: Voter) -> int:
    """When the ballot that counts, or was set aside, was cast; 0: there is none."""
    number = voter.effective or voter.set_aside
    ballot = ctx.session.get(Ballot, (voter.campaign_id, voter.voter, number)) if number else None
    return ballot.at if ballot is not None else 0
