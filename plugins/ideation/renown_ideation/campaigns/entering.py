"""Which ideas take part in a campaign. Their authors are told whenever somebody else has them take part, or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select

from renown.api import DAY, PluginContext, Prepared
from renown_ideation.campaigns import held, plain
from renown_ideation.campaigns.held import NotNow
from renown_ideation.counting.charter import Charter
from renown_ideation.models import Board, Campaign, CampaignNote, Entered, Idea, Option, Telling, Unticked

ENTERED = "ideation.entered"

#: Why an idea in one of these states is no option.
OVER: Mapping[str, str] = {
    "draft": "only its authors see it yet",
    "delivery": "it is being done",
    "delivered": "it is there already",
    "declined": "it was declined",
    "merged": "it goes on in another idea",
    "withdrawn": "its author took it back",
}
#: An idea that is one of these when voting opens is no option.
OUT = tuple(OVER)
#: Ideas that others may bring at the same moment.
_NEAR = 50
#: How often in a day a person takes an idea out and may enter it again: each time is a line in the public log.
_MOST_OUT = 5


def collecting(ctx: PluginContext, board: Board) -> Sequence[Campaign]:
    """Those for which the board collects at this instant."""
    found = select(Campaign).where(Campaign.board_id == board.id, Campaign.state == "collecting").order_by(Campaign.id)
    return [one for one in ctx.session.scalars(found) if open_now(ctx, one)]


def unticked(given: Mapping[str, str]) -> frozenset[str]:
    """Campaigns that a form offered and whose tick is not set. Whoever brings an idea otherwise is not asked."""
    return frozenset(one for one in given.get("campaigns", "").split() if f"enter-{one}" not in given)


def keep_ticks(ctx: PluginContext, board: Board, draft: Idea, given: Mapping[str, str]) -> None:
    """As its form has them. What it did not offer stays as it was kept."""
    offered = frozenset(given.get("campaigns", "").split())
    here = {one.slug: one.id for one in collecting(ctx, board) if one.slug in offered} if offered else {}
    if not here:
        return
    kept = delete(Unticked).where(Unticked.idea_id == draft.id, Unticked.campaign_id.in_(here.values()))
    ctx.session.execute(kept)
    out = [{"idea_id": draft.id, "campaign_id": here[one]} for one in sorted(unticked(given) & here.keys())]
    if out:
        ctx.session.execute(insert(Unticked), out)


def kept_out(ctx: PluginContext, draft: Idea) -> Sequence[str]:
    """Campaigns that collect, and whose tick was taken away when the draft was kept."""
    found = select(Campaign.slug).join(Unticked, Unticked.campaign_id == Campaign.id)
    found = found.where(Unticked.idea_id == draft.id, Campaign.state == "collecting").order_by(Campaign.id)
    return ctx.session.scalars(found).all()


def of_board(ctx: PluginContext, idea: Idea, out: Collection[str] = ()) -> str:
    """An idea that is brought to a board takes part in what is collecting there, but for `out`. Says so, if it does."""
    said = ""
    there = select(Campaign.id).where(Campaign.board_id == idea.board_id, Campaign.state == "collecting")
    for campaign in ctx.session.scalars(there.order_by(Campaign.id)).all():
        found = _with_room(ctx, campaign)
        # One that was withdrawn and is brought again takes part already.
        before = ctx.session.get(Entered, (campaign, idea.id))
        if found.slug in out:
            if before is not None:
                _take_out(ctx, found, idea.id, idea.author_id)
            continue
        if not open_now(ctx, found):
            continue
        if before is None and room(ctx, found) <= 0:
            said += f" “{found.title}” is full: it does not take part in it."
            continue
        if before is None and _to_and_fro(ctx, campaign, idea.id, idea.author_id):
            said += f" You took it out of “{found.title}” {_MOST_OUT} times within a day: it does not take part in it."
            continue
        if before is None:
            _add(ctx, found, idea.id, idea.author_id)
        said += f" It takes part in “{found.title}”. {_opens(ctx, found)}"
    ctx.session.execute(delete(Unticked).where(Unticked.idea_id == idea.id))
    ctx.session.flush()
    return said.strip()


def open_now(ctx: PluginContext, campaign: Campaign) -> bool:
    """Whether ideas are collected at this instant, and not only until the clock's next turn."""
    return open_at(campaign, held.holding(ctx, campaign), ctx.clock.now())


def open_at(campaign: Campaign, charter: Charter, now: int) -> bool:
    """The same by the charter that holds."""
    collect = charter.phases.collect
    return campaign.state == "collecting" and collect is not None and collect.start <= held.instant(now) < collect.end


def enter(ctx: PluginContext, campaign: int, idea: int, by: int) -> None:
    """Staff, or an author, have an idea of the board take part. Raises NotNow, LookupError."""
    found = _with_room(ctx, campaign)
    if found.state not in held.BEFORE_VOTE:
        raise NotNow("Options are frozen when the vote opens.")
    one = ctx.session.get(Idea, idea)
    if one is None or one.board_id != found.board_id:
        raise LookupError(idea)
    if one.state in OVER:
        raise NotNow(f"“{one.title}” cannot take part: {OVER[one.state]}.")
    if ctx.session.get(Entered, (campaign, idea)) is None:
        if _to_and_fro(ctx, campaign, idea, by):
            raise NotNow(f"You took it out {_MOST_OUT} times within a day: have it take part again tomorrow.")
        if room(ctx, found) <= 0:
            raise NotNow(f"It is full: {held.sealed(found).most_options} ideas take part, and no more can be counted.")
        _add(ctx, found, idea, by)
        tell(ctx, idea, f"It takes part in {found.title}: {one.title}", _opens(ctx, found), by)
        ctx.audit.record("enter", by=by, target=found.slug, details={"idea": idea})


def leave(ctx: PluginContext, campaign: int, idea: int, by: int, reason: str) -> None:
    """Staff take an idea out again, in public and with a reason. Raises NotNow."""
    found = _before_vote(ctx, campaign)
    one = ctx.session.get_one(Idea, idea)
    ctx.session.execute(delete(Entered).where(Entered.campaign_id == campaign, Entered.idea_id == idea))
    held.note(ctx, found, "left out", reason, by, idea)
    tell(ctx, idea, f"Left out of {found.title}: {one.title}", reason, by)
    ctx.audit.record("leave", by=by, target=found.slug, details={"idea": idea, "reason": reason})


def room(ctx: PluginContext, campaign: Campaign) -> int:
    """How many ideas more can take part: as many as the way of counting takes, of those that can be voted on."""
    taken = select(func.count()).select_from(Entered).join(Idea, Idea.id == Entered.idea_id)
    taken = taken.where(Entered.campaign_id == campaign.id, votable())
    return held.sealed(campaign).most_options - (ctx.session.scalar(taken) or 0)


def votable() -> ColumnElement[bool]:
    """Of Idea, which becomes an option when voting opens."""
    return and_(Idea.standing == "shown", Idea.state.not_in(OUT))


def unmerged(ctx: PluginContext, ideas: Collection[int]) -> str | None:
    """The title of a campaign whose charter says that none of its ideas is merged, and in which one takes part."""
    entered = select(Entered.campaign_id).where(Entered.idea_id.in_(ideas))
    running = select(Campaign).where(Campaign.id.in_(entered), Campaign.state.in_(held.RUNNING)).order_by(Campaign.id)
    found = (one for one in ctx.session.scalars(running) if held.sealed(one).merging.before_opening == "none")
    return next((one.title for one in found), None)


def _with_room(ctx: PluginContext, campaign: int) -> Campaign:
    """Held alone where it is nearly full, so that many at once do not fill it past that."""
    near = 0 < room(ctx, ctx.session.get_one(Campaign, campaign)) <= _NEAR
    return held.alone(ctx, campaign) if near else held.shared(ctx, campaign)


def _add(ctx: PluginContext, campaign: Campaign, idea: int, by: int | None) -> None:
    ctx.session.add(Entered(campaign_id=campaign.id, idea_id=idea, at=ctx.clock.now(), by_id=by))
    ctx.session.flush()
    if not room(ctx, campaign):
        most = held.sealed(campaign).most_options
        held.note(ctx, campaign, "full", f"{most} take part, and no more can be counted.")
        ctx.session.flush()


def take_out(ctx: PluginContext, campaign: int, idea: int, by: int) -> None:
    """An author takes their idea out, which costs nothing. Raises NotNow."""
    _take_out(ctx, _before_vote(ctx, campaign), idea, by)


def tell(ctx: PluginContext, idea: int, title: str, body: str, by: int | None = None) -> None:
    """Whoever takes part in an idea, otherwise than by a vote for it; but for `by`, who did it."""
    ctx.session.add(Telling(idea_id=idea, kind=ENTERED, title=title[:200], body=body, by_id=by, voters=False))
    ctx.session.flush()
    ctx.jobs.wake("tell")


def soon(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, Campaign]:
    """By idea, of the campaigns that it takes part in, the one whose vote opens next."""
    found = (
        select(Entered.idea_id, Campaign)
        .join(Campaign, Campaign.id == Entered.campaign_id)
        .where(Entered.idea_id.in_(ideas), Campaign.state.in_(held.BEFORE_VOTE))
        .order_by(Campaign.vote_from.desc(), Campaign.id.desc())
    )
    return {idea: campaign for idea, campaign in ctx.session.execute(found)}  # noqa: C416


def in_vote(ctx: PluginContext, idea: int) -> bool:
    """Whether an idea is an option, or may become one this moment, in a vote that is open: nothing may move then."""
    return _IN_VOTE.scalar(ctx, idea=idea) is not None


def is_option(ctx: PluginContext, idea: int) -> bool:
    """Whether a vote that is open has it as an option: its text is what is voted on."""
    return _IS_OPTION.scalar(ctx, idea=idea) is not None


_TAKES_PART_IN = select(Entered.campaign_id).where(Entered.idea_id == bindparam("idea"))
_IN_VOTE = Prepared(select(Campaign.id).where(Campaign.id.in_(_TAKES_PART_IN), Campaign.state == "voting").limit(1))
_IS_OPTION = Prepared(
    select(Option.number)
    .join(Campaign, Campaign.id == Option.campaign_id)
    .where(Option.campaign_id.in_(_TAKES_PART_IN), Option.idea_id == bindparam("idea"), Campaign.state == "voting")
    .limit(1)
)


def _to_and_fro(ctx: PluginContext, campaign: int, idea: int, by: int | None) -> bool:
    """Whether this person took it out so often lately that they cannot enter it again."""
    mine = (CampaignNote.campaign_id == campaign, CampaignNote.idea_id == idea, CampaignNote.by_id == by)
    made = select(func.count()).where(*mine, CampaignNote.what == "taken out", CampaignNote.at > ctx.clock.now() - DAY)
    return (ctx.session.scalar(made) or 0) >= _MOST_OUT


def _take_out(ctx: PluginContext, campaign: Campaign, idea: int, by: int | None) -> None:
    one = ctx.session.get_one(Idea, idea)
    ctx.session.execute(delete(Entered).where(Entered.campaign_id == campaign.id, Entered.idea_id == idea))
    held.note(ctx, campaign, "taken out", "", by, idea)
    tell(ctx, idea, f"Taken out of {campaign.title}: {one.title}", "By one of its authors.", by)


def _before_vote(ctx: PluginContext, campaign: int) -> Campaign:
    found = held.shared(ctx, campaign)
    if found.state not in held.BEFORE_VOTE:
        raise NotNow("Options are frozen when the vote opens.")
    return found


def _opens(ctx: PluginContext, campaign: Campaign) -> str:
    charter = held.holding(ctx, campaign)
    return f"Its vote opens on {plain.when(charter, charter.phases.vote.start)}."
