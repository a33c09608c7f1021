"""The file from which anybody can redo a tally: written when the vote is counted, the same bytes ever after."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation.campaigns import held, opening
from renown_ideation.counting import file, records
from renown_ideation.models import Ballot, Campaign, Voter

_ROWS = 2000


def lines(ctx: PluginContext, campaign: Campaign, counted_at: int) -> Iterator[bytes]:
    """Each with its newline; the last one has the result. Counts on the way. Raises counting's Refused."""
    opened = json.loads(campaign.opening or "{}")
    return file.write(
        held.sealed(campaign),
        opening.options(ctx, campaign.id),
        voters(ctx, campaign.id),
        ballots(ctx, campaign.id),
        opened_at=opened["opened_at"],
        counted_at=held.instant(counted_at),
        amendments=held.amendments(ctx, campaign.id),
    )


def path(ctx: PluginContext, campaign: Campaign) -> Path:
    """The file of a counted campaign, written anew where it is gone: the same bytes, from the database."""
    name = f"tally/{campaign.id}.jsonl"
    found = ctx.files.path(name)
    if not found.exists():
        write(ctx, campaign, campaign.counted_at or 0)
    return found


def write(ctx: PluginContext, campaign: Campaign, counted_at: int) -> bytes:
    """Returns the last line. A reader never sees half a file."""
    found = ctx.files.path(f"tally/{campaign.id}.jsonl")
    found.parent.mkdir(parents=True, exist_ok=True)
    # Two who write it at once do not write into one half.
    half, last = found.with_suffix(f".{secrets.token_hex(8)}.part"), b""
    with half.open("wb") as out:
        for last in lines(ctx, campaign, counted_at):
            out.write(last)
    half.replace(found)
    return last


def voters(ctx: PluginContext, campaign: int) -> Iterator[records.Voter]:
    found = select(Voter.voter, Voter.weight).where(Voter.campaign_id == campaign).order_by(Voter.voter)
    for one in ctx.session.execute(found, execution_options={"yield_per": _ROWS}):
        yield records.Voter(voter=one.voter, weight=one.weight)


def ballots(ctx: PluginContext, campaign: int) -> Iterator[records.Ballot]:
    """The ones that count, by voter."""
    found = (
        select(Ballot.voter, Ballot.choices)
        .join(Voter, (Voter.campaign_id == Ballot.campaign_id) & (Voter.voter == Ballot.voter))
        .where(Ballot.campaign_id == campaign, Ballot.number == Voter.effective)
        .order_by(Ballot.voter)
    )
    for one in ctx.session.execute(found, execution_options={"yield_per": _ROWS}):
        yield records.Ballot(voter=one.voter, choices=json.loads(one.choices))
