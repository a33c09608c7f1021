"""What is held back until a moderator has looked: new texts and changed ones. What was shown before stays shown."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, select, update

from renown.api import PluginContext, Prepared
from renown_ideation import promises
from renown_ideation.ideas.texts import Draft
from renown_ideation.models import Board, Comment, Idea, Moderation, Proposal

#: Of a proposal: what an author wrote, or somebody else, and nobody saw yet; what was taken back before anybody did.
HELD, WAITS, GONE, REFUSED = "held", "waiting", "gone", "taken down"
#: One that its authors took over, while what they made of it is held.
ACCEPTING = "accepting"
#: What is for moderators and whoever wrote it.
UNSEEN = frozenset({HELD, WAITS, GONE, REFUSED})


def idea(ctx: PluginContext, board: Board, idea: Idea, reason: str) -> Moderation:
    idea.standing = "waiting"
    return _add(ctx, board, idea.id, reason)


def comment(ctx: PluginContext, board: Board, comment: Comment, reason: str) -> Moderation:
    comment.standing = "waiting"
    return _add(ctx, board, comment.idea_id, reason, comment_id=comment.id)


def text(ctx: PluginContext, board: Board, idea: Idea, by: int, found: Draft, note: str, reason: str) -> Proposal:
    """A new text of an idea that is shown, in place of one by the same author that waits."""
    drop(ctx, idea.id, by)
    made = Proposal(
        idea_id=idea.id, base=idea.revision, title=found.title, body=found.body, tags=", ".join(found.tags), note=note,
        by_id=by, at=ctx.clock.now(), state=HELD,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    _add(ctx, board, idea.id, reason, proposal_id=made.id, change=True)
    return made


def proposal(ctx: PluginContext, board: Board, found: Proposal, reason: str) -> None:
    """By somebody who does not write the idea."""
    found.state = WAITS
    _add(ctx, board, found.idea_id, reason, proposal_id=found.id)


def comment_change(ctx: PluginContext, board: Board, comment: Comment, said: str, reason: str) -> None:
    """A new text of a comment that is shown."""
    _gone(ctx, and_(Moderation.comment_id == comment.id, Moderation.change))
    comment.held = said
    _add(ctx, board, comment.idea_id, reason, comment_id=comment.id, change=True)


def drop(ctx: PluginContext, idea: int, by: int) -> None:
    """Whatever new text of theirs waits is taken back."""
    for found in waiting(ctx, idea, by):
        take_back(ctx, found)
    reopen(ctx, idea, by)


def take_back(ctx: PluginContext, found: Proposal) -> None:
    """A proposal, or a new text, that waits."""
    found.state, found.answered_at = GONE, ctx.clock.now()
    _gone(ctx, Moderation.proposal_id == found.id)


def accepting(ctx: PluginContext, idea: int, by: int) -> list[Proposal]:
    """What this author took over in the text of theirs that waits."""
    theirs = Proposal.idea_id == idea, Proposal.answered_by_id == by, Proposal.state == ACCEPTING
    return list(ctx.session.scalars(select(Proposal).where(*theirs)))


def reopen(ctx: PluginContext, idea: int, by: int) -> None:
    """Nothing came of the text that waited: what was taken over in it is to be answered again."""
    for found in accepting(ctx, idea, by):
        found.state, found.answer, found.answered_by_id = "open", "", None
    ctx.session.flush()


def word(ctx: PluginContext, proposal: int) -> str:
    """What the moderator said who took it down last."""
    down = Moderation.proposal_id == proposal, Moderation.decided == "taken down"
    return ctx.session.scalar(select(Moderation.answer).where(*down).order_by(Moderation.id.desc()).limit(1)) or ""


def forget(ctx: PluginContext, person: int) -> None:
    """Somebody is forgotten: what nobody saw of theirs goes, and so do their reports and what they said in them."""
    unseen = Proposal.by_id == person, Proposal.state.in_((HELD, WAITS, GONE))
    for found in ctx.session.scalars(select(Proposal).where(*unseen)).all():
        if found.state == HELD:
            drop(ctx, found.idea_id, person)
        elif found.state == WAITS:
            take_back(ctx, found)
        found.title, found.body, found.tags, found.note = "", "", None, ""
    changed = select(Comment.id).where(Comment.by_id == person, Comment.held.is_not(None))
    _gone(ctx, and_(Moderation.comment_id.in_(changed), Moderation.change))
    _gone(ctx, Moderation.by_id == person)
    ctx.session.execute(update(Comment).where(Comment.by_id == person).values(held=None))
    ctx.session.execute(update(Moderation).where(Moderation.by_id == person).values(word=""))


def waiting(ctx: PluginContext, idea: int, by: int) -> list[Proposal]:
    """Texts of theirs that wait, the newest last."""
    return list(_WAITING.scalars(ctx, idea=idea, by=by))


_WAITING = Prepared(
    select(Proposal)
    .where(Proposal.idea_id == bindparam("idea"), Proposal.by_id == bindparam("by"), Proposal.state == HELD)
    .order_by(Proposal.id)
)


def _gone(ctx: PluginContext, which: ColumnElement[bool]) -> None:
    ctx.session.flush()
    values = {"decided": "gone", "decided_at": ctx.clock.now()}
    ctx.session.execute(update(Moderation).where(which, Moderation.decided.is_(None)).values(values))


def _add(ctx: PluginContext, board: Board, idea: int, reason: str, **about: int | bool) -> Moderation:
    due = promises.due(ctx, board.acknowledge_days)
    made = Moderation(idea_id=idea, reason=reason, at=ctx.clock.now(), due_at=due, **about)
    ctx.session.add(made)
    ctx.session.flush()
    return made
