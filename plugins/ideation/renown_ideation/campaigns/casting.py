"""A ballot is cast: in a locked step that looks at the phase, the clock, the voter and the budget at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert, select

from renown.api import PluginContext
from renown_ideation.campaigns import held
from renown_ideation.campaigns.held import NotNow
from renown_ideation.counting import choices as allowed
from renown_ideation.counting import records
from renown_ideation.counting.canonical import canonical
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Ballot, Campaign, Option, Voter

#: Ballots of a voter that are kept in one campaign: every one that ever counted is.
MOST = 200


class NotAVoter(ValueError):
    """The charter does not let this person vote. The text says so."""


@dataclass(frozen=True)
class Receipt:
    """What a voter takes along. `digest` is that of the ballot's line in the published file."""

    code: str
    voter: str
    digest: str
    number: int


def cast(ctx: PluginContext, campaign: int, person: int, choices: Mapping[str, int]) -> Receipt:
    """The ballot that counts from now on, instead of any before; one that says the same is not written again.

    Raises NotNow, NotAVoter, Refused, LookupError.
    """
    found = held.shared(ctx, campaign)
    now = ctx.clock.now()
    open_now(found, now)
    who = _held(ctx, campaign, person)
    charter = held.sealed(found)
    ids = ctx.session.scalars(select(Option.number).where(Option.campaign_id == campaign))
    wrong = allowed.wrong(charter.ballot, {str(one): one for one in ids}, choices)
    if wrong is not None:
        raise Refused({"ballot": [f"{wrong[:1].upper()}{wrong[1:]}."]})
    written = canonical(dict(choices)).decode()
    before = ctx.session.get(Ballot, (campaign, who.voter, who.effective)) if who.effective else None
    if before is not None and before.choices == written:
        return _receipt(who, choices)
    if who.effective >= MOST:
        raise Refused({"ballot": [f"You changed your ballot {MOST - 1} times: the one that you cast last counts."]})
    who.effective += 1
    values = {"campaign_id": campaign, "voter": who.voter, "number": who.effective, "choices": written, "at": now}
    ctx.session.flush()
    ctx.session.execute(insert(Ballot), values)
    return _receipt(who, choices)


def mine(ctx: PluginContext, campaign: int, person: int) -> tuple[Receipt, Mapping[str, int]] | None:
    """The ballot of a person that counts; None where there is none, or where nobody knows any more whose it is."""
    found = ctx.session.scalar(select(Voter).where(Voter.campaign_id == campaign, Voter.person_id == person))
    return None if found is None else _cast(ctx, found)


def by_receipt(ctx: PluginContext, campaign: int, code: str) -> Mapping[str, int] | None:
    """What the holder of a receipt voted for: for them alone, since the code proves who asks."""
    voter = ctx.session.get(Voter, (campaign, records.voter_of(tidy(code))))
    found = None if voter is None else _cast(ctx, voter)
    return None if found is None else found[1]


def tidy(code: str) -> str:
    """As receipts are written, from what somebody typed."""
    letters = "".join(one for one in code.upper() if one.isalnum())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def is_open(campaign: Campaign, now: int) -> bool:
    """Whether ballots are taken at this instant, as its dates say and not only until the clock's next turn."""
    return campaign.state == "voting" and (campaign.vote_from or 0) <= now < (campaign.vote_until or 0)


def open_now(campaign: Campaign, now: int) -> None:
    """Raises NotNow, unless ballots are taken at this instant."""
    first, end = campaign.vote_from or 0, campaign.vote_until or 0
    if campaign.state == "void":
        raise NotNow("This campaign was ended: " + (campaign.void_reason or ""))
    if held.missed(campaign, now):
        raise NotNow(f"The vote did not open in time, and ended on {held.instant(end)}: it waits for a later end.")
    if now >= end or campaign.state in ("counted", "decided", "reported"):
        raise NotNow(f"The vote closed on {held.instant(end)}, as the charter says.")
    if not is_open(campaign, now):
        raise NotNow(f"The vote opens on {held.instant(first)}.")


def voter(ctx: PluginContext, campaign: int, person: int) -> Voter:
    """Only to look. Raises NotAVoter."""
    found = ctx.session.scalar(select(Voter).where(Voter.campaign_id == campaign, Voter.person_id == person))
    return _known(found)


def _held(ctx: PluginContext, campaign: int, person: int) -> Voter:
    wanted = select(Voter).where(Voter.campaign_id == campaign, Voter.person_id == person).with_for_update()
    return _known(ctx.session.scalar(wanted.execution_options(populate_existing=True)))


def _known(voter: Voter | None) -> Voter:
    if voter is None:
        raise NotAVoter("You are not among those who may vote here: the charter says who, as of when the vote opened.")
    return voter


def _cast(ctx: PluginContext, voter: Voter) -> tuple[Receipt, Mapping[str, int]] | None:
    ballot = ctx.session.get(Ballot, (voter.campaign_id, voter.voter, voter.effective)) if voter.effective else None
    if ballot is None:
        return None
    choices = json.loads(ballot.choices)
    return _receipt(voter, choices), choices


def _receipt(voter: Voter, choices: Mapping[str, int]) -> Receipt:
    line = records.Ballot(voter=voter.voter, choices=dict(choices)).line()
    return Receipt(voter.receipt or "", voter.voter, sha256(line).hexdigest(), voter.effective)
