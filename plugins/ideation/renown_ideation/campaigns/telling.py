"""Voters hear when a vote opens, moves, ends, and of what came of it. No notice has a total in it."""

from __future__ import annotations

from sqlalchemy import Select, select

from renown.api import PluginContext
from renown_ideation import gate
from renown_ideation.models import Board, Campaign, Entered, Telling, Voter, VotersTold

OPENED, COUNTED = "ideation.voting", "ideation.counted"
_BATCH = 200
#: What is told of a note in the public log: the kind of notice, its title before the campaign's, what it says, and
#: which of the campaign's pages it leads to.
_TOLD = {
    "voting": (OPENED, "The vote is open", "You may vote, and change your ballot until it closes.", "/ballot"),
    "amended": (OPENED, "Dates have moved", "", "/charter"),
    "counted": (
        COUNTED,
        "The ballots are counted",
        "With the file from which anybody counts again.",
        "/results",
    ),
    "decided": (COUNTED, "It is decided", "Each option has its answer, and each difference a reason.", "/report"),
    "void": (COUNTED, "It was ended", "", ""),
}


def of_note(ctx: PluginContext, campaign: Campaign, what: str, text: str, ended: str = "") -> None:
    """Have its voters told, by the job. Before a vote opens there are none. `ended`: what is left of one that ended."""
    if what not in _TOLD:
        return
    kind, title, body, page = _TOLD[what]
    if what == "counted" and campaign.hides == "decision":
        body, page = "Totals stay hidden until it is decided.", ""
    said = "\n\n".join(filter(None, (body, text, ended)))
    title = f"{title}: {campaign.title}"
    ctx.session.add(VotersTold(campaign_id=campaign.id, kind=kind, title=title, body=said, page=page))
    if what == "void":
        _tell_proposers(ctx, campaign, title, said)
    ctx.session.flush()
    ctx.jobs.wake("voters")


def _tell_proposers(ctx: PluginContext, campaign: Campaign, title: str, said: str) -> None:
    """Whoever takes part in an idea of a campaign that ended hears so too: for them there is no decision to come."""
    ideas = select(Entered.idea_id).where(Entered.campaign_id == campaign.id).order_by(Entered.idea_id)
    for idea in ctx.session.scalars(ideas):
        ctx.session.add(Telling(idea_id=idea, kind=COUNTED, title=title[:200], body=said, voters=False))
    ctx.jobs.wake("tell")


def waiting(now: int) -> Select[int]:
    return select(VotersTold.id)


def work(ctx: PluginContext) -> bool:
    """A job. Whether there may be more."""
    news = ctx.session.scalar(select(VotersTold).order_by(VotersTold.id).limit(1).with_for_update(skip_locked=True))
    if news is None:
        return False
    campaign = ctx.session.get_one(Campaign, news.campaign_id)
    found = select(Voter.person_id).where(Voter.campaign_id == campaign.id, Voter.person_id > news.after)
    people = [one for one in ctx.session.scalars(found.order_by(Voter.person_id).limit(_BATCH)) if one is not None]
    # Rows of a closed vote keep the ids of people who turned out to be somebody else since.
    roots = sorted({known.id for one in people if (known := ctx.people.get(one)) is not None})
    may_read = gate.readers(ctx, ctx.session.get_one(Board, campaign.board_id), roots)
    subject, url = f"campaign:{campaign.id}", f"/campaigns/{campaign.slug}{news.page}"
    for person in roots:
        if person not in may_read:
            continue
        ctx.notify.tell(person, news.kind, subject, news.title, body=news.body, url=url, once=f"voters:{news.id}")
    if len(people) < _BATCH:
        ctx.session.delete(news)
    else:
        news.after = people[-1]
    ctx.session.flush()
    return True
