"""Open ideas of a campaign's board that do not take part yet, for staff to have several at once take part."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select

from renown.api import PluginContext
from renown_ideation import states
from renown_ideation.campaigns import entering
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas import matching, words
from renown_ideation.models import Campaign, Entered, Idea

#: Ideas of one list.
PAGE = 50
_WORDS = 8
_OPEN = sorted(states.OPEN - frozenset(entering.OUT))


def listed(ctx: PluginContext, campaign: Campaign, asked: str = "", before: int | None = None) -> Sequence[Idea]:
    """The newest first, one more than are shown where there are more. `asked`: words that they have."""
    found, given = select(Idea).where(*_wanted(campaign)), words.of(asked)[:_WORDS]
    if given:
        found = found.where(matching.found(matching.lite(ctx)))
    if before is not None:
        found = found.where(Idea.id < before)
    values = {"words": matching.all_of(ctx, given, begun=not asked[-1:].isspace())} if given else {}
    return ctx.session.scalars(found.order_by(Idea.id.desc()).limit(PAGE + 1), values).all()


def number(ctx: PluginContext, campaign: Campaign) -> int:
    return ctx.session.scalar(select(func.count()).select_from(Idea).where(*_wanted(campaign))) or 0


def enter(ctx: PluginContext, campaign: Campaign, ideas: Collection[int] | None, by: int) -> int:
    """These, or all, and how many that were. What came in meanwhile, or is open no more, stays out. Raises NotNow."""
    wanted = _wanted(campaign) if ideas is None else [*_wanted(campaign), Idea.id.in_(ideas)]
    room = entering.room(ctx, campaign)
    found = ctx.session.scalars(select(Idea.id).where(*wanted).order_by(Idea.id).limit(room + 1)).all()
    if len(found) > room:
        raise NotNow(f"Not that many: {room} more can take part, and no more can be counted. Choose fewer.")
    for one in found:
        entering.enter(ctx, campaign.id, one, by)
    return len(found)


def _wanted(campaign: Campaign) -> list[ColumnElement[bool]]:
    entered = select(Entered.idea_id).where(Entered.campaign_id == campaign.id)
    open_ = Idea.state.in_(_OPEN)
    return [Idea.board_id == campaign.board_id, Idea.standing == "shown", open_, Idea.id.not_in(entered)]
