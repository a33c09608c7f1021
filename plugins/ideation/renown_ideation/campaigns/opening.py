"""When voting opens: what can be voted for, who can vote and with which weight is frozen, and its hashes are public."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from renown.api import PluginContext
from renown_ideation.campaigns import electorate, entering, held
from renown_ideation.counting import file, records
from renown_ideation.counting.charter import Charter
from renown_ideation.counting.electorate import Electorate
from renown_ideation.models import Campaign, Entered, Idea, Option, Voter

#: Of what is out, what the log says so of. Of the others their authors know: they did it, or were told of the merge.
_SAID = ("delivery", "delivered", "declined")
_BATCH = 5000


class Nothing(ValueError):
    """There is nothing, or nobody, to open the vote with. The text says which."""


def open_vote(ctx: PluginContext, campaign: Campaign, charter: Charter) -> records.Opening:
    """The caller holds the campaign alone. Raises Nothing, electorate's Gone, and counting's Refused."""
    options = _freeze(ctx, campaign)
    if not options:
        raise Nothing("No idea takes part, so there was nothing to vote for.")
    voters = _register(ctx, campaign, _weights(ctx, campaign, charter))
    if not voters:
        raise Nothing("Nobody may vote by this charter.")
    opening = file.opening(held.sealed(campaign), options, Electorate(charter, voters), held.instant(ctx.clock.now()))
    campaign.opening = opening.line().decode()
    held.note(ctx, campaign, "opened", opening.electorate_sha256)
    return opening


def receipt() -> str:
    """24 letters and digits in groups of four; 120 bits that nobody can guess."""
    code = b32encode(secrets.token_bytes(15)).decode()
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def options(ctx: PluginContext, campaign: int) -> list[records.Option]:
    found = select(Option).where(Option.campaign_id == campaign).order_by(Option.number)
    return [_record(one) for one in ctx.session.scalars(found)]


def _freeze(ctx: PluginContext, campaign: Campaign) -> Sequence[records.Option]:
    """Ideas in the order in which they were submitted. They are held, so that no merge comes between."""
    found = (
        select(Idea)
        .join(Entered, Entered.idea_id == Idea.id)
        .where(Entered.campaign_id == campaign.id, entering.votable())
        .order_by(Idea.id)
        .with_for_update(of=Idea)
    )
    _note_waiting(ctx, campaign)
    _leave_out(ctx, campaign)
    ideas = sorted(_that_fit(ctx, campaign, ctx.session.scalars(found).all()), key=_submitted)
    made = [
        Option(
            campaign_id=campaign.id, number=number, idea_id=one.id, revision=one.revision, title=one.title,
            submitted_at=one.submitted_at or 0,
        )
        for number, one in enumerate(ideas, 1)
    ]  # fmt: skip
    ctx.session.add_all(made)
    ctx.session.flush()
    return [_record(one) for one in made]


def _submitted(idea: Idea) -> tuple[int, int]:
    return idea.submitted_at or 0, idea.id


def _that_fit(ctx: PluginContext, campaign: Campaign, ideas: Sequence[Idea]) -> Sequence[Idea]:
    """As many as can be counted, those that entered first. More are there where some were let through, or came back,
    once it was full: the log says how many are left out, and their authors are told.
    """
    most = held.sealed(campaign).most_options
    if len(ideas) <= most:
        return ideas
    came = select(Entered.idea_id, Entered.at).where(Entered.campaign_id == campaign.id)
    at = {one.idea_id: one.at for one in ctx.session.execute(came)}
    first = sorted(ideas, key=lambda one: (at[one.id], one.id))
    over = first[most:]
    number = f"{len(over)} {'idea' if len(over) == 1 else 'ideas'}"
    held.note(ctx, campaign, "over", f"{number} entered after the {most} that can be counted.")
    for one in over:
        said = f"No more than {most} ideas can be counted, and those that entered first are voted on."
        entering.tell(ctx, one.id, f"Not voted on in {campaign.title}: {one.title}", said)
    return first[:most]


def _note_waiting(ctx: PluginContext, campaign: Campaign) -> None:
    """What nobody had let through by now is no option: the public log says how many, and their authors are told."""
    found = (
        select(Idea)
        .join(Entered, Entered.idea_id == Idea.id)
        .where(Entered.campaign_id == campaign.id, Idea.standing == "waiting", Idea.state.not_in(entering.OUT))
        .order_by(Idea.id)
    )
    waiting = ctx.session.scalars(found).all()
    if waiting:
        number = f"{len(waiting)} {'idea' if len(waiting) == 1 else 'ideas'}"
        held.note(ctx, campaign, "waiting", f"{number} still waited for a moderator when the vote opened.")
    for one in waiting:
        said = "It still waited for a moderator when the vote opened, and is no option. The fault is not yours."
        entering.tell(ctx, one.id, f"Not voted on in {campaign.title}: {one.title}", said)


def _leave_out(ctx: PluginContext, campaign: Campaign) -> None:
    """What was answered for good since it came in is no option, which the public log says of each."""
    found = (
        select(Idea)
        .join(Entered, Entered.idea_id == Idea.id)
        .where(Entered.campaign_id == campaign.id, Idea.standing == "shown", Idea.state.in_(_SAID))
        .order_by(Idea.id)
    )
    for one in ctx.session.scalars(found).all():
        why = f"It is no option: {entering.OVER[one.state]}."
        held.note(ctx, campaign, "left out", why, idea=one.id)
        entering.tell(ctx, one.id, f"Not voted on in {campaign.title}: {one.title}", why)


def _record(one: Option) -> records.Option:
    return records.Option(
        id=one.number,
        title=one.title,
        submitted_at=held.instant(one.submitted_at),
        idea=str(one.idea_id),
        revision=one.revision,
    )


def _weights(ctx: PluginContext, campaign: Campaign, charter: Charter) -> Mapping[int, int]:
    """By person. A weight that too few would have names them beside their ballot: they get the next lower one."""
    exact = electorate.weights(ctx, campaign, charter)
    to = electorate.coarse(exact)
    moved = [f"{weight} became {coarse}" for weight, coarse in sorted(to.items()) if weight != coarse]
    if moved:
        few = f"Weights that fewer than {electorate.LEAST} voters would have had: {', '.join(moved)}."
        held.note(ctx, campaign, "weights", few)
    return {person: to[weight] for person, weight in exact.items()}


def _register(ctx: PluginContext, campaign: Campaign, weights: Mapping[int, int]) -> Sequence[records.Voter]:
    """Everybody gets a name that says nothing of them. Sorted by it, so that no order tells either."""
    rows = sorted(_rows(campaign, weights.items()), key=lambda row: row["voter"])
    for at in range(0, len(rows), _BATCH):
        ctx.session.execute(insert(Voter), rows[at : at + _BATCH])
    return [records.Voter(voter=row["voter"], weight=row["weight"]) for row in rows]


def _rows(campaign: Campaign, weights: Iterable[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for person, weight in weights:
        code = receipt()
        yield {
            "campaign_id": campaign.id,
            "voter": records.voter_of(code),
            "person_id": person,
            "receipt": code,
            "weight": weight,
            "effective": 0,
        }
