"""A campaign as everybody is shown it, on pages and as data: where it stands, what is promised, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from renown.api import PluginContext, Viewer
from renown_ideation import gate, showing
from renown_ideation.campaigns import entering, finding, held, plain
from renown_ideation.counting.charter import Charter
from renown_ideation.models import Board, Campaign, CampaignNote, Entered, Idea, Option

STATES = {
    "draft": "Draft",
    "sealed": "Sealed",
    "collecting": "Collecting",
    "elaborating": "Elaborating",
    "voting": "Voting",
    "counted": "Counted",
    "decided": "Decided",
    "reported": "Reported",
    "void": "Ended",
}
#: What a note in the log says; its own text follows.
NOTES = {
    "sealed": "The charter was sealed",
    "amended": "Dates were moved",
    "collecting": "Ideas are collected",
    "elaborating": "Ideas are worked out",
    "opened": "Options and electorate were frozen; the electorate's hash is",
    "full": "No more ideas take part",
    "weights": "Weights were made coarser, so that none names a voter",
    "missed": "The vote did not open in time",
    "voting": "The vote opened",
    "counted": "The vote closed and the ballots were counted",
    "decided": "The decisions were published",
    "reported": "Every idea has its answer",
    "left out": "Left out",
    "taken out": "Taken out by its authors",
    "waiting": "Ideas were left out",
    "over": "Ideas were left out",
    "unfilled": "Seats were given to nobody",
    "void": "The campaign was ended",
}
#: A campaign that collects from a hundred thousand is listed on its board.
_MOST = 500


@dataclass(frozen=True)
class Summary:
    """`charter` holds now, amendments and all. `steps` and `at`: the line of steps, and where on it it is, from 1."""

    campaign: Campaign
    board: Board
    charter: Charter
    state: str
    steps: Sequence[str]
    at: int
    now: str
    promise: str
    overdue_since: str

    @property
    def left_over(self) -> str:
        """What becomes of its ballots, where it is ended."""
        return held.left_over(self.campaign)

    @property
    def ended(self) -> str:
        return held.ended(self.campaign)

    @property
    def path(self) -> str:
        return f"/campaigns/{self.campaign.slug}"


def summary(ctx: PluginContext, campaign: Campaign, board: Board) -> Summary:
    return _summary(ctx, campaign, board, held.holding(ctx, campaign))


def found(ctx: PluginContext, viewer: Viewer, slug: str) -> Summary:
    """404 for what the viewer may not read."""
    return summary(ctx, *finding.one(ctx, viewer, slug))


def summaries(ctx: PluginContext, found: Sequence[tuple[Campaign, Board]]) -> list[Summary]:
    """Of several, by no query for each."""
    amendments = held.amendments_of(ctx, [one.id for one, _ in found])
    return [_summary(ctx, one, board, held.at(ctx, one, amendments.get(one.id, ()))) for one, board in found]


def _summary(ctx: PluginContext, campaign: Campaign, board: Board, charter: Charter) -> Summary:
    steps = ["Charter", *(plain.PHASES[name] for name, _ in charter.phases.spans()), "Count", "Decide", "Report"]
    late = campaign.state == "counted" and ctx.clock.now() >= (campaign.decide_by or 0)
    return Summary(
        campaign=campaign,
        board=board,
        charter=charter,
        state=STATES[campaign.state],
        steps=steps,
        at=_at(steps, campaign),
        now=_now(ctx, campaign, charter),
        promise=plain.seats(charter),
        overdue_since=plain.day(charter.decision.due) if late else "",
    )


def notes(ctx: PluginContext, campaign: Campaign) -> Sequence[CampaignNote]:
    """The newest first."""
    found = select(CampaignNote).where(CampaignNote.campaign_id == campaign.id).order_by(CampaignNote.id.desc())
    return ctx.session.scalars(found).all()


def logged(ctx: PluginContext, viewer: Viewer, campaign: Campaign) -> Sequence[tuple[CampaignNote, Idea | None]]:
    """The same, each with the idea that it is about, where the viewer may read that one."""
    found = notes(ctx, campaign)
    about = select(Idea).where(Idea.id.in_({one.idea_id for one in found} - {None}), gate.shown(viewer))
    ideas = {one.id: one for one in ctx.session.scalars(about)}
    return [(one, ideas.get(one.idea_id or 0)) for one in found]


def options(ctx: PluginContext, campaign: Campaign) -> Sequence[Option]:
    """By number. Empty before the vote opens."""
    found = select(Option).where(Option.campaign_id == campaign.id).order_by(Option.number)
    return ctx.session.scalars(found).all()


def entered(ctx: PluginContext, viewer: Viewer, campaign: Campaign) -> Sequence[Idea]:
    """Ideas that take part and that the viewer may read, the first first."""
    part = select(Entered.idea_id).where(Entered.campaign_id == campaign.id)
    found = select(Idea).where(Idea.id.in_(part), gate.shown(viewer), Idea.state.not_in(entering.OUT))
    return ctx.session.scalars(found.order_by(Idea.submitted_at, Idea.id).limit(_MOST)).all()


def data(ctx: PluginContext, one: Summary) -> dict[str, Any]:
    """As JSON: no number of votes is in it."""
    campaign, charter = one.campaign, one.charter
    return {
        "campaign": campaign.slug,
        "title": campaign.title,
        "url": one.path,
        "board": one.board.slug,
        "state": campaign.state,
        "question": charter.question,
        "now": one.now,
        "promise": one.promise,
        "seats": {"by_vote": charter.seats.by_vote, "by_board": charter.seats.by_board},
        "phases": {
            name: {"from": span.start, "to": span.end, "time_zone": charter.phases.time_zone}
            for name, span in charter.phases.spans()
        },
        "decision_due": charter.decision.due,
        "overdue": bool(one.overdue_since),
        "charter_sha256": campaign.charter_sha256,
        "counted_at": showing.iso(campaign.counted_at),
        "decided_at": showing.iso(campaign.decided_at),
        "void_reason": campaign.void_reason,
    }


def log(ctx: PluginContext, campaign: Campaign) -> list[dict[str, Any]]:
    return [
        {"what": one.what, "text": one.text, "idea": one.idea_id, "at": showing.iso(one.at)}
        for one in notes(ctx, campaign)
    ]


def _at(steps: Sequence[str], campaign: Campaign) -> int:
    state = held.reached(campaign)
    titles = {
        "collecting": "Collect", "elaborating": "Elaborate", "voting": "Vote", "counted": "Decide", "decided": "Report",
    }  # fmt: skip
    if state == "reported":
        return len(steps) + 1
    title = titles.get(state, "Charter")
    return steps.index(title) + 1 if title in steps else 1


def _now(ctx: PluginContext, campaign: Campaign, charter: Charter) -> str:
    """What one can do or expect, in a sentence."""
    spans = dict(charter.phases.spans())
    if held.missed(campaign, ctx.clock.now()):
        ended = plain.when(charter, spans["vote"].end)
        return f"The vote did not open in time: nobody could vote before {ended}. It waits for a later end."
    opens = f"The vote opens on {plain.when(charter, spans['vote'].start)}."
    match campaign.state:
        case "draft":
            return "A draft: only staff see it. Nothing opens before the charter is sealed."
        case "sealed":
            _, first = charter.phases.spans()[0]
            return f"The charter is sealed. It begins on {plain.when(charter, first.start)}."
        case "collecting" if entering.open_at(campaign, charter, ctx.clock.now()):
            return f"Ideas are collected until {plain.when(charter, spans['collect'].end)}."
        case "collecting":
            return f"No more ideas are taken. {opens}"
        case "elaborating":
            return f"Ideas are worked out until {plain.when(charter, spans['elaborate'].end)}. {opens}"
        case "voting":
            return f"The vote is open until {plain.when(charter, spans['vote'].end)}."
        case "counted":
            return f"The ballots are counted. {charter.decision.who} decides by {plain.day(charter.decision.due)}."
        case "void":
            return f"It was ended: {held.ended(campaign)}"
    return "It is decided: each option has its answer."
