"""Two accounts that turn out to be one person, and people who ask to be forgotten, in votes that are open or over."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update

from renown.api import PluginContext
from renown_ideation.campaigns import held
from renown_ideation.models import Ballot, Campaign, Voter


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """While a vote is open the later ballot of the two stands. In one that is over nothing moves."""
    for campaign in _open(ctx, kept, gone):
        held.alone(ctx, campaign)
        mine, theirs = _voter(ctx, campaign, kept), _voter(ctx, campaign, gone)
        if theirs is None:
            continue
        if mine is None:
            theirs.person_id, theirs.first_id = kept, theirs.first_id or gone
        else:
            stays, goes = (theirs, mine) if _last(ctx, theirs) > _last(ctx, mine) else (mine, theirs)
            goes.first_id, goes.set_aside = goes.first_id or goes.person_id, goes.effective
            goes.person_id, goes.effective = None, 0
            ctx.session.flush()
            if stays.person_id != kept:
                stays.first_id, stays.person_id = stays.first_id or stays.person_id, kept
        ctx.session.flush()


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Both have their own again, with the ballots that they had cast themselves."""
    for campaign in _open(ctx, kept, gone):
        held.alone(ctx, campaign)
        moved = select(Voter).where(Voter.campaign_id == campaign, Voter.first_id.in_((kept, gone)))
        voters = ctx.session.scalars(moved).all()
        for voter in voters:
            voter.person_id = None
        ctx.session.flush()
        for voter in voters:
            voter.person_id, voter.first_id = voter.first_id, None
            voter.effective, voter.set_aside = voter.effective or voter.set_aside, 0
        ctx.session.flush()


def erased(ctx: PluginContext, person: int) -> None:
    """What joins a person to their ballots goes. The ballots stay, so that no tally ever changes by it."""
    nobody = {"person_id": None, "first_id": None, "receipt": None}
    ctx.session.execute(update(Voter).where(Voter.person_id == person).values(**nobody))
    ctx.session.execute(update(Voter).where(Voter.first_id == person).values(first_id=None, receipt=None))


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


def _open(ctx: PluginContext, *people: int) -> list[int]:
    found = (
        select(Voter.campaign_id)
        .join(Campaign, Campaign.id == Voter.campaign_id)
        .where(Campaign.state == "voting", Voter.person_id.in_(people) | Voter.first_id.in_(people))
        .distinct()
        .order_by(Voter.campaign_id)
    )
    return list(ctx.session.scalars(found))


def _voter(ctx: PluginContext, campaign: int, person: int) -> Voter | None:
    return ctx.session.scalar(select(Voter).where(Voter.campaign_id == campaign, Voter.person_id == person))


def _last(ctx: PluginContext, voter: Voter) -> int:
    """When the ballot that counts was cast; 0: there is none."""
    ballot = ctx.session.get(Ballot, (voter.campaign_id, voter.voter, voter.effective)) if voter.effective else None
    return ballot.at if ballot is not None else 0
