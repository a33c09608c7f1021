"""A campaign's charter: drafted, sealed for good; and the only things that may move afterwards, dates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

import msgspec
from sqlalchemy import func, select

from renown.api import PluginContext
from renown_ideation.campaigns import electorate, held
from renown_ideation.campaigns.held import NotNow
from renown_ideation.counting import errors
from renown_ideation.counting.amendments import NEVER, amended
from renown_ideation.counting.canonical import canonical
from renown_ideation.counting.charter import ByMeasure, BySegment, Charter, read_charter
from renown_ideation.counting.records import Amendment
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Campaign, CharterAmendment

#: Addresses below /campaigns that are no campaigns.
_TAKEN = frozenset({"new", "static"})
#: Who may vote where somebody reads the board.
_READERS = {"employees": ("employees", "teams"), "team": ("teams",), "invited": ("invited",)}


def draft(ctx: PluginContext, board: Board, charter: Mapping[str, Any], by: int | None) -> Campaign:
    """A new campaign. Raises Refused for a charter that could not be sealed."""
    found = read(ctx, board, charter)
    slug = found.campaign.slug
    if not held.SLUG.fullmatch(slug) or slug in _TAKEN:
        raise Refused({"slug": ["Two to 40 small letters, digits and hyphens: it is part of the address."]})
    if ctx.session.scalar(select(Campaign.id).where(Campaign.slug == slug)) is not None:
        raise Refused({"slug": ["Another campaign has this address."]})
    made = Campaign(
        slug=slug, title=found.campaign.title, board_id=board.id, state="draft", charter=_written(found),
        created_at=ctx.clock.now(), created_by_id=by,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    return made


def redraft(ctx: PluginContext, campaign: int, charter: Mapping[str, Any]) -> Campaign:
    """Raises Refused, NotNow once it is sealed."""
    found = held.alone(ctx, campaign)
    if found.state != "draft":
        raise NotNow("The charter is sealed: it cannot be changed, only its dates can be amended.")
    new = read(ctx, ctx.session.get_one(Board, found.board_id), charter)
    if new.campaign.slug != found.slug:
        raise Refused({"slug": ["The address of a campaign stays as it is."]})
    found.charter, found.title = _written(new), new.campaign.title
    ctx.session.flush()
    return found


def seal(ctx: PluginContext, campaign: int, by: int, seen: str | None = None) -> str:
    """Returns the SHA-256 of the charter, which is public from now on and never changes. Raises NotNow, Refused.

    `seen` is that of the draft that was looked at, where somebody did.
    """
    found = held.alone(ctx, campaign)
    if found.state != "draft":
        raise NotNow("The charter is sealed already.")
    charter, now = held.sealed(found), held.instant(ctx.clock.now())
    if seen is not None and seen != charter.digest():
        raise NotNow("Somebody changed the draft meanwhile: look at it once more.")
    _holds(ctx, found)
    if charter.phases.spans()[0][1].start < now:
        raise Refused({"phases": ["The first phase has begun already: a charter is sealed before anything opens."]})
    found.state, found.charter_sha256 = "sealed", charter.digest()
    found.sealed_at, found.sealed_by_id = ctx.clock.now(), by
    found.hides = charter.secrecy.totals_hidden_until or ""
    held.set_dates(found, charter)
    held.note(ctx, found, "sealed", found.charter_sha256, by)
    ctx.session.flush()
    ctx.audit.record("seal", by=by, target=found.slug, details={"sha256": found.charter_sha256})
    return found.charter_sha256


def amend(ctx: PluginContext, campaign: int, what: Mapping[str, str], why: str, effective_at: int, by: int) -> None:
    """Move dates, from an instant on; `what` by path in the charter. Raises Refused, NotNow.

    Announced at once and read by everybody. While the vote is open nothing moves but its end and the decision's day,
    to a later time.
    """
    found = held.alone(ctx, campaign)
    if found.state not in held.RUNNING:
        raise NotNow("Only a sealed charter whose votes are not counted can be amended.")
    now = ctx.clock.now()
    before = held.amendments(ctx, campaign)
    new = Amendment(
        announced_at=held.instant(now), effective_at=held.instant(max(effective_at, now)), what=dict(what), why=why
    )
    try:
        changed = _whenever(found, [*before, new], held.instant(now))
    except errors.Refused as error:
        raise Refused({"what": [f"{error}."]}) from error
    if not why.strip():
        raise Refused({"why": ["Say why: everybody reads it."]})
    past = [path for path, to in what.items() if path.startswith("phases.") and to < new.effective_at]
    if past:
        said = "this is in the past" if new.effective_at == new.announced_at else "this is before the amendment holds"
        raise Refused({"what": [f"{path}: {said}." for path in past]})
    number = ctx.session.scalar(
        select(func.count()).select_from(CharterAmendment).where(CharterAmendment.campaign_id == campaign)
    )
    ctx.session.add(
        CharterAmendment(
            campaign_id=campaign,
            number=(number or 0) + 1,
            changes=dict(what),
            reason=why,
            announced_at=held.moment(new.announced_at),
            effective_at=held.moment(new.effective_at),
            by_id=by,
        )
    )
    held.note(ctx, found, "amended", why, by)
    ctx.session.flush()
    if new.effective_at <= held.instant(now):
        held.set_dates(found, changed)
    ctx.audit.record("amend", by=by, target=found.slug, details={"what": dict(what), "why": why})


def _whenever(campaign: Campaign, announced: Sequence[Amendment], now: str) -> Charter:
    """What holds now, having looked at each state that is to come as one amendment after the other takes effect.

    Raises counting's Refused where one of them could not be.
    """
    opened = json.loads(campaign.opening)["opened_at"] if campaign.opening else NEVER
    charter = held.sealed(campaign)
    coming = sorted({one.effective_at for one in announced if one.effective_at > now})
    found = [amended(charter, [one for one in announced if one.effective_at <= at], opened) for at in (now, *coming)]
    return found[0]


def void(ctx: PluginContext, campaign: int, reason: str, by: int | None) -> None:
    """End what was sealed for good, from any state, with a public reason. Raises NotNow, Refused.

    Ballots that were not counted never are; what they gave, once counted, stays public or hidden as it was.
    """
    found = held.alone(ctx, campaign)
    if found.state == "draft":
        raise NotNow("It is a draft, which nobody else has seen: throw it away.")
    if found.state in ("void", "reported"):
        raise NotNow("It has ended already.")
    if not reason.strip():
        raise Refused({"reason": ["Say why: everybody reads it."]})
    found.void_from, found.state, found.void_reason = found.state, "void", reason.strip()
    held.note(ctx, found, "void", found.void_reason, by)
    ctx.session.flush()
    ctx.audit.record("void", by=by, target=found.slug, details={"reason": found.void_reason})


def throw_away(ctx: PluginContext, campaign: int, by: int | None) -> None:
    """A draft goes, and nobody but staff ever read it. Raises NotNow for what was sealed."""
    found = held.alone(ctx, campaign)
    if found.state != "draft":
        raise NotNow("Its charter was sealed: it stays, and can only be ended in public.")
    slug, title = found.slug, found.title
    ctx.session.delete(found)
    ctx.session.flush()
    ctx.audit.record("throw-away", by=by, target=slug, details={"title": title})


def read(ctx: PluginContext, board: Board, charter: Mapping[str, Any]) -> Charter:
    """A charter that could be sealed on this board. Raises Refused."""
    try:
        found = read_charter(dict(charter))
    except errors.Refused as error:
        field, _, said = str(error).removeprefix("charter.").partition(": ")
        raise Refused({field.removesuffix("[...]"): [f"{said[:1].upper()}{said[1:]}."]}) from error
    if found.phases.time_zone not in available_timezones():
        raise Refused({"phases.time_zone": ["There is no such time zone."]})
    _known(ctx, board, found)
    return found


def _holds(ctx: PluginContext, campaign: Campaign) -> None:
    """Whether what was drafted, perhaps long ago, could be drafted today. Raises Refused."""
    board = ctx.session.get_one(Board, campaign.board_id)
    if board.closed_at is not None:
        raise Refused({"board": [f"The board “{board.title}” is closed: open it, or draft the campaign elsewhere."]})
    read(ctx, board, json.loads(campaign.charter))


def _known(ctx: PluginContext, board: Board, charter: Charter) -> None:
    """Whom and what it names is there, and whoever may vote may read it. Raises Refused."""
    who, weights = charter.electorate, charter.weights
    if who.kind not in _READERS.get(board.audience, (who.kind,)):
        raise Refused({"electorate.kind": ["Not all of them may read this board, and so they could not vote."]})
    if who.kind == "teams":
        names = {one.casefold() for one in (*ctx.teams.all().values(), *ctx.teams.slugs().values())}
        missing = [one for one in who.teams if one.casefold() not in names]
        if missing:
            raise Refused({"electorate.teams": [f"There is no team {', '.join(missing)}."]})
        if board.audience == "team" and electorate.teams_of(ctx, charter) != {board.team_id}:
            raise Refused({"electorate.teams": ["Only this board's team may read it, and so vote."]})
    if isinstance(weights, BySegment):
        _segments(ctx, weights)
    if isinstance(weights, ByMeasure) and weights.measure not in ctx.standings.measures():
        raise Refused({"weights.measure": ["There is no such measure."]})


def _segments(ctx: PluginContext, weights: BySegment) -> None:
    """Raises Refused."""
    if missing := electorate.unknown(ctx, weights.segments):
        said = f"There is no team and no kind of account called {', '.join(missing)}."
        raise Refused({"weights.segments": [said]})
    if len({one.casefold() for one in weights.segments}) < len(weights.segments):
        raise Refused({"weights.segments": ["One of them is there twice."]})


def _written(charter: Charter) -> str:
    return canonical(json.loads(msgspec.json.encode(charter))).decode()
