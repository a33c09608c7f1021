"""The one gate of how many voted: for pages, API, feeds, exports, the order of lists, mail and notices.

While numbers are hidden nobody is told them, staff neither; and nothing is sorted by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, cast, func, inspect, or_, select

from renown.api import PluginContext, Prepared, among
from renown_ideation.models import Board, Campaign, Idea, Shard

_BEFORE_CLOSE = ("sealed", "collecting", "elaborating", "voting")
#: In these states of a campaign, by what its charter hides numbers until.
_HIDING = {"close": _BEFORE_CLOSE, "decision": (*_BEFORE_CLOSE, "counted")}


@dataclass(frozen=True)
class Hidden:
    """`until` is an instant, where it is known. `why` is a sentence for everybody."""

    until: int | None
    why: str


def hidden(ctx: PluginContext, board: Board) -> Hidden | None:
    """Whether numbers of this board are hidden now."""
    if board.hidden_until is not None and ctx.clock.now() < board.hidden_until:
        return Hidden(board.hidden_until, "Numbers of votes are hidden on this board for now.")
    within, noted = inspect(board).info.get(_NOTED, (None, ()))
    for one in noted if within is ctx else _HIDES.rows(ctx, board=board.id):
        if one.state in _HIDING[one.hides]:
            until = one.vote_until if one.hides == "close" else None
            what = "the vote closes" if one.hides == "close" else "it is decided"
            return Hidden(until, f"Totals stay hidden until {what}: {one.title}.")
    return None


def note(ctx: PluginContext, board: Board, rows: Sequence[Any]) -> None:
    """`rows` of MAY_HIDE, which were read with this board: as good as asked again in the same view of the database.

    Where something is written they may change meanwhile, and another `ctx` has another view.
    """
    if inspect(board).detached:
        inspect(board).info[_NOTED] = ctx, [one for one in rows if one.hides is not None]


#: Of Campaign, where MAY, of Board, holds.
MAY_HIDE = Campaign.title, Campaign.hides, Campaign.state, Campaign.vote_until
MAY = and_(Campaign.board_id == Board.id, Campaign.hides != "")
_NOTED = "may hide"
_HIDES = Prepared(select(*MAY_HIDE).where(Campaign.board_id == bindparam("board"), Campaign.hides != ""))


def shown(ctx: PluginContext, board: Board, ideas: Collection[int]) -> Mapping[int, int] | Hidden:
    """Voters by idea, of one board, as they are now."""
    found = hidden(ctx, board)
    if found is not None:
        return found
    return dict.fromkeys(ideas, 0) | dict(_COUNT.rows(ctx, ideas=[*ideas]))


_NOW = (
    select(cast(func.coalesce(func.sum(Shard.voters), 0), BigInteger))
    .where(Shard.idea_id == Idea.id)
    .correlate(Idea)
    .scalar_subquery()
)
#: Of Idea: voters as they are now, where it is among those of which they are asked for, `counted`.
COUNTED = case((among(Idea.id, "counted"), _NOW))
_COUNT = Prepared(select(Idea.id, _NOW).where(among(Idea.id, "ideas")))


def earlier(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, int]:
    """Votes that were counted elsewhere, before: never hidden, never in a tally, shown apart."""
    found = select(Idea.id, Idea.earlier_votes).where(Idea.id.in_(ideas), Idea.earlier_votes > 0)
    return {one.id: one.earlier_votes for one in ctx.session.execute(found)}


def of_campaign(campaign: Campaign) -> Hidden | None:
    """Whether what the ballots gave is hidden: all of it, the published file too. None once everybody may read it."""
    state = campaign.void_from if campaign.state == "void" else campaign.state
    if campaign.result is None:
        until = campaign.vote_until if campaign.state in _BEFORE_CLOSE else None
        ended = campaign.state == "void"
        return Hidden(until, "It was ended: its ballots are never counted." if ended else _COUNTED_ONCE)
    if state in _HIDING.get(campaign.hides, _BEFORE_CLOSE):
        ended = campaign.state == "void"
        return Hidden(None, _NEVER_SHOWN if ended else "Totals stay hidden until it is decided, as the charter says.")
    return None


def campaigns_shown() -> ColumnElement[bool]:
    """Of Campaign: those that were not ended, and of which everybody may read what the ballots gave."""
    counted = and_(Campaign.state == "counted", Campaign.hides != "decision")
    return or_(Campaign.state.in_(("decided", "reported")), counted)


_NEVER_SHOWN = "It was ended before it was decided: what the ballots gave stays hidden, as the charter says."
_COUNTED_ONCE = "Ballots are counted once, when the vote has closed."
