"""Drafts: kept while they are written, seen by their authors alone; and ideas that are taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select

from renown.api import PluginContext, Viewer
from renown_ideation import gate, showing, states
from renown_ideation.campaigns import entering
from renown_ideation.ideas import files, index, texts, voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import (
    Board,
    Idea,
    Intake,
    Invitation,
    Link,
    Participant,
    Revision,
    Status,
    Tagged,
    Unticked,
    Vote,
)

#: Of one person. Who has more continues one of them.
_MOST = 20


def save(ctx: PluginContext, viewer: Viewer, board: Board, given: Mapping[str, str], number: int | None) -> Idea:
    """As far as it is written. `number`: the draft that it is of, else a new one. Raises Refused."""
    me = viewer.person_id or gate.absent()
    found = texts.rough(given)
    idea = None if number is None else mine(ctx, viewer, board, number)
    if idea is None:
        idea = _begin(ctx, board, me)
    idea.title, idea.body, idea.changed_at = found.title, found.body, ctx.clock.now()
    writing.tag(ctx, idea, found)
    ctx.session.flush()
    entering.keep_ticks(ctx, board, idea, given)
    return idea


def mine(ctx: PluginContext, viewer: Viewer, board: Board, number: int) -> Idea | None:
    """One of the viewer's drafts for a board."""
    idea = ctx.session.get(Idea, number)
    if idea is None or idea.state != "draft" or idea.board_id != board.id:
        return None
    return idea if gate.is_author(ctx, viewer, idea.id) else None


def written(ctx: PluginContext, idea: Idea) -> Mapping[str, str]:
    """Its text as a form has it, and campaigns whose tick is not set."""
    tags, out = showing.tags(ctx, [idea]).get(idea.id, ()), entering.kept_out(ctx, idea)
    return {"title": idea.title, "body": idea.body, "tags": ", ".join(tags), "campaigns": " ".join(out)}


def listed(ctx: PluginContext, viewer: Viewer, board: Board | None = None) -> Sequence[Idea]:
    """The viewer's, last written first."""
    written = select(Participant.idea_id).where(
        Participant.person_id == viewer.person_id, Participant.role.in_(gate.WRITERS)
    )
    found = select(Idea).where(Idea.state == "draft", Idea.id.in_(written))
    if board is not None:
        found = found.where(Idea.board_id == board.id)
    return ctx.session.scalars(found.order_by(Idea.changed_at.desc(), Idea.id.desc()).limit(_MOST)).all()


def throw_away(ctx: PluginContext, idea: Idea) -> None:
    """A draft goes with all that belongs to it. One that was sent before is only withdrawn again."""
    if idea.submitted_at is not None:
        idea.state = "withdrawn"
        ctx.session.flush()
        return
    files.remove_all(ctx, idea.id)
    index.forget(ctx, idea.id)
    for table in (Revision, Participant, Tagged, Invitation, Status, Vote, Link, Intake, Unticked):
        ctx.session.execute(delete(table).where(table.idea_id == idea.id))
    ctx.session.delete(idea)
    ctx.session.flush()


def withdraw(ctx: PluginContext, idea: Idea, by: int) -> None:
    """Its author takes it back, which costs nothing; it can be taken up again. Raises Refused."""
    voters.hold_all(ctx, idea.id)
    ctx.session.refresh(idea)
    if idea.state not in states.OPEN and idea.state != "parked":
        raise Refused({"idea": ["It cannot be withdrawn any more."]})
    if ctx.session.scalar(select(Idea.id).where(Idea.into_id == idea.id).limit(1)) is not None:
        raise Refused({"idea": ["Others were merged into it, and go on in it."]})
    if entering.in_vote(ctx, idea.id):
        raise Refused({"idea": ["It is being voted on: until the vote closes it stays."]})
    _step(ctx, idea, "withdrawn", by)


def take_up(ctx: PluginContext, idea: Idea, by: int) -> None:
    """What was withdrawn becomes a draft again. Raises Refused."""
    voters.hold_all(ctx, idea.id)
    ctx.session.refresh(idea)
    if idea.state != "withdrawn":
        raise Refused({"idea": ["Only what was withdrawn can be taken up again."]})
    _step(ctx, idea, "draft", by)


def _step(ctx: PluginContext, idea: Idea, to: str, by: int) -> None:
    now = ctx.clock.now()
    ctx.session.add(Status(idea_id=idea.id, before=idea.state, state=to, by_id=by, at=now))
    idea.state, idea.due_at, idea.changed_at = to, None, now
    ctx.session.flush()


def _begin(ctx: PluginContext, board: Board, author: int) -> Idea:
    written = select(func.count()).where(Idea.author_id == author, Idea.state == "draft")
    if (ctx.session.scalar(written) or 0) >= _MOST:
        raise Refused({"title": [f"You have {_MOST} drafts already: continue one of them under My ideas."]})
    now = ctx.clock.now()
    idea = Idea(board_id=board.id, author_id=author, title="", body="", state="draft", standing="shown", changed_at=now)
    ctx.session.add(idea)
    ctx.session.flush()
    ctx.session.add(Participant(idea_id=idea.id, person_id=author, role="author", follows=True, at=now))
    return idea
