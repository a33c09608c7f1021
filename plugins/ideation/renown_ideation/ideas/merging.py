"""Two ideas that are one: the first goes on in the second. A link, never a move: it can be taken back any time.

`Idea.into_id` is the idea at the end of the links that hold, so no idea is merged into one that is merged itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import bindparam, func, select, update

from renown.api import PluginContext, Prepared, Viewer
from renown_ideation import gate, promises, states, totals
from renown_ideation.answers import followers
from renown_ideation.campaigns import entering, held
from renown_ideation.ideas import voters
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Entered, Idea, Merge, Participant, Status, Vote
from renown_ideation.states import State
from renown_ideation.totals import Hidden

MERGED = "ideation.merged"
_NOT = frozenset({"draft", "merged", "withdrawn"})


@dataclass(frozen=True)
class Preview:
    """What a merge would do. Numbers are of distinct people; None while they are hidden."""

    idea: int | None
    into: int | None
    after: int | None
    hidden: Hidden | None
    #: Ideas that were merged into the first one, and go with it.
    members: Sequence[Idea]
    #: How many hear of it: who voted does, so it is hidden with the numbers.
    told: int | None


def preview(ctx: PluginContext, board: Board, idea: Idea, into: Idea) -> Preview:
    """Raises Refused where they cannot be merged."""
    _check(ctx, idea, into)
    groups = [_group(ctx, one.id) for one in (idea, into)]
    hidden = totals.hidden(ctx, board)
    one, other, both = (None if hidden else _people(ctx, ids) for ids in (*groups, [*groups[0], *groups[1]]))
    told = None if hidden else _told(ctx, [*groups[0], *groups[1]])
    return Preview(one, other, both, hidden, members(ctx, idea.id), told)


def merge(ctx: PluginContext, idea: Idea, into: Idea, by: int | None, reason: str, *, was: int | None = None) -> Merge:
    """Let `idea`, and what was merged into it, go on in `into`. Both sides are told. Raises Refused.

    `was`: when it was done elsewhere, for what is imported; then nobody is told.
    """
    along = _hold(ctx, idea, into)
    _check(ctx, idea, into)
    now = ctx.clock.now() if was is None else was
    made = Merge(
        idea_id=idea.id, into_id=into.id, reason=reason, before=idea.state, due_at=idea.due_at, by_id=by, at=now
    )
    ctx.session.add(made)
    ctx.session.add(Status(idea_id=idea.id, before=idea.state, state="merged", answer=reason, by_id=by, at=now))
    idea.state, idea.due_at, idea.changed_at = "merged", None, now
    _point(ctx, dict.fromkeys((idea.id, *along), into.id))
    voters.recount(ctx, into.id)
    if was is not None:
        return made
    followers.tell(ctx, into.id, MERGED, f"{idea.title}: goes on in {into.title}", reason, by)
    ctx.audit.record("merge", by=by, target=f"idea:{idea.id}", details={"into": into.id, "reason": reason})
    return made


def target(ctx: PluginContext, viewer: Viewer, number: int | None) -> Idea:
    """The idea that another is to go on in, which the viewer may read. Raises Refused."""
    found = None if number is None else ctx.session.get(Idea, number)
    if found is None or found.state == "draft":
        raise Refused({"into": ["There is no idea with this number."]})
    gate.idea(ctx, viewer, found.id)
    return found


def undo(ctx: PluginContext, idea: Idea, by: int) -> None:
    """Take a merge back: the idea, and those that came with it, stand as before. Raises Refused."""
    made = current(ctx, idea.id)
    leader = None if idea.into_id is None else ctx.session.get_one(Idea, idea.into_id)
    if made is None or leader is None:
        raise Refused({"into": ["It is not merged."]})
    _hold(ctx, idea, leader)
    if made.undone_at is not None or idea.into_id != leader.id:
        raise Refused({"into": ["Somebody else changed this just now: look at it again."]})
    _not_in_vote(ctx, _group(ctx, leader.id))
    now = ctx.clock.now()
    made.undone_by_id, made.undone_at = by, now
    idea.state, idea.changed_at = made.before, now
    if made.before in states.OPEN:
        # What was owed is owed: an answer that is late does not come in time by this.
        idea.due_at = made.due_at or promises.due(ctx, ctx.session.get_one(Board, idea.board_id).answer_days)
    ctx.session.add(Status(idea_id=idea.id, before="merged", state=made.before, by_id=by, at=now, due_at=idea.due_at))
    ctx.session.flush()
    _point(ctx, _ends(ctx, [one for one in _group(ctx, leader.id) if one != leader.id]))
    voters.recount(ctx, idea.id)
    voters.recount(ctx, leader.id)
    for one, other in ((idea, leader), (leader, idea)):
        followers.tell(ctx, one.id, MERGED, f"{one.title}: stands by itself again", f"Not merged: {other.title}", by)
    ctx.audit.record("unmerge", by=by, target=f"idea:{idea.id}", details={"from": leader.id})


def current(ctx: PluginContext, idea: int) -> Merge | None:
    return ctx.session.scalar(select(Merge).where(Merge.idea_id == idea, Merge.undone_at.is_(None)))


def members(ctx: PluginContext, idea: int) -> Sequence[Idea]:
    """Those that go on in it."""
    return _MEMBERS.scalars(ctx, idea=idea)


_MEMBERS = Prepared(select(Idea).where(Idea.into_id == bindparam("idea")).order_by(Idea.id))


def stays(ctx: PluginContext, idea: Idea) -> bool:
    """Whether a campaign keeps it from being merged now, into whatever it is."""
    ideas = _group(ctx, idea.id)
    return any(entering.in_vote(ctx, one) for one in ideas) or entering.unmerged(ctx, ideas) is not None


def why_not(ctx: PluginContext, idea: Idea, into: Idea) -> str:
    """In a sentence, why they cannot be merged now; empty where they can."""
    try:
        _check(ctx, idea, into)
    except Refused as error:
        return " ".join(error.errors["into"])
    return ""


def _check(ctx: PluginContext, idea: Idea, into: Idea) -> None:
    why = None
    if idea.id == into.id:
        why = "That is the same idea."
    elif idea.board_id != into.board_id:
        why = "Both have to be on one board, so that whoever reads one reads the other."
    elif into.state in _NOT or into.standing != "shown":
        title = states.STATES[cast(State, into.state)].title.lower()
        why = f"Nothing can go on in it: it is {title if into.state in _NOT else into.standing}."
    elif idea.state in _NOT or idea.standing != "shown":
        why = "It cannot be merged as it is."
    if why:
        raise Refused({"into": [why]})
    ideas = [*_group(ctx, idea.id), *_group(ctx, into.id)]
    _not_in_vote(ctx, ideas)
    campaign = entering.unmerged(ctx, ideas)
    if campaign is not None:
        said = f"One of them takes part in {campaign}, whose charter says that its ideas are not merged."
        raise Refused({"into": [said]})


def _not_in_vote(ctx: PluginContext, ideas: Collection[int]) -> None:
    if any(entering.in_vote(ctx, one) for one in ideas):
        raise Refused({"into": ["One of them is being voted on: nothing is merged between opening and counting."]})


def _hold(ctx: PluginContext, *ideas: Idea) -> Sequence[int]:
    """Keep campaigns from opening, and everybody from voting, until the transaction ends. The first one's members."""
    ids = {other for one in ideas for other in _group(ctx, one.id)}
    entered = select(Entered.campaign_id).where(Entered.idea_id.in_(ids)).distinct().order_by(Entered.campaign_id)
    for campaign in ctx.session.scalars(entered).all():
        held.shared(ctx, campaign)
    voters.hold_all(ctx, *ids)
    for one in ideas:
        ctx.session.refresh(one)
    return _group(ctx, ideas[0].id)[1:]


def _group(ctx: PluginContext, idea: int) -> list[int]:
    return [idea, *ctx.session.scalars(select(Idea.id).where(Idea.into_id == idea).order_by(Idea.id))]


def _point(ctx: PluginContext, ends: Mapping[int, int | None]) -> None:
    ctx.session.flush()
    for idea, end in ends.items():
        ctx.session.execute(update(Idea).where(Idea.id == idea).values(into_id=end))
    ctx.session.expire_all()


def _ends(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, int | None]:
    """Where each of a group's ideas goes on, by the merges that hold; None: it stands by itself."""
    rows = select(Merge.idea_id, Merge.into_id).where(Merge.idea_id.in_(ideas), Merge.undone_at.is_(None))
    next_ = {row.idea_id: row.into_id for row in ctx.session.execute(rows)}

    def end(idea: int) -> int:
        while idea in next_:
            idea = next_[idea]
        return idea

    return {one: None if end(one) == one else end(one) for one in ideas}


def _people(ctx: PluginContext, ideas: Collection[int]) -> int:
    counted = select(func.count(Vote.person_id.distinct())).where(Vote.idea_id.in_(ideas), Vote.given)
    return ctx.session.scalar(counted) or 0


def _told(ctx: PluginContext, ideas: Collection[int]) -> int:
    part = select(Participant.person_id).where(Participant.idea_id.in_(ideas), Participant.follows)
    voted = select(Vote.person_id).where(Vote.idea_id.in_(ideas), Vote.given, Vote.follows)
    return ctx.session.scalar(select(func.count()).select_from(part.union(voted).subquery())) or 0
