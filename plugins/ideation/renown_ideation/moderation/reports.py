"""What readers report: an idea, a comment or a proposal that should not stand there, with why."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from renown.api import DAY, PluginContext, Viewer, clean_text
from renown_ideation import gate, promises
from renown_ideation.ideas import amending
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Comment, Idea, Moderation, Proposal
from renown_ideation.moderation import holding

REASONS = {
    "spam": "Advertising, or nothing to do with this",
    "hurt": "It insults or threatens somebody",
    "private": "It tells something private of somebody",
    "other": "Something else",
}
#: Of one person in a day.
_MOST = 30
WORD = 400


def reportable(idea: Idea, comment: Comment) -> bool:
    """Whether this comment stands under this idea for everybody who reads it."""
    return comment.idea_id == idea.id and comment.standing == "shown" and not comment.staff


def proposal_reportable(ctx: PluginContext, idea: Idea, found: Proposal) -> bool:
    """Whether everybody reads this proposal, and it is not what the idea says now: that is reported itself."""
    became = amending.became(ctx, found)
    seen = found.idea_id == idea.id and found.state not in holding.UNSEEN
    return seen and (became is None or not (became.hidden or became.number == idea.revision))


def report(
    ctx: PluginContext,
    viewer: Viewer,
    board: Board,
    idea: Idea,
    about: Comment | Proposal | None,
    given: Mapping[str, str],
) -> bool:
    """False where this reader has reported it already, and it waits. Raises Refused."""
    me, reason = viewer.person_id or gate.absent(), given.get("reason", "")
    word = clean_text(given.get("word", ""), 2 * WORD)
    errors: dict[str, list[str]] = {}
    if reason not in REASONS:
        errors["reason"] = ["Choose what is wrong with it."]
    if len(word) > WORD:
        errors["word"] = [f"At most {WORD} characters: this is {len(word)}."]
    elif reason == "other" and not word:
        errors["word"] = ["Say in a few words what it is."]
    if errors:
        raise Refused(errors)
    comment, proposal = (about.id if isinstance(about, kind) else None for kind in (Comment, Proposal))
    mine = select(Moderation.id).where(
        Moderation.idea_id == idea.id,
        Moderation.comment_id == comment,
        Moderation.proposal_id == proposal,
        Moderation.by_id == me,
        Moderation.decided.is_(None),
    )
    if ctx.session.scalar(mine.limit(1)) is not None:
        return False
    _room(ctx, me)
    made = Moderation(
        idea_id=idea.id, comment_id=comment, proposal_id=proposal, reason=REASONS[reason], word=word, by_id=me,
        at=ctx.clock.now(), due_at=promises.due(ctx, board.acknowledge_days),
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    return True


def _room(ctx: PluginContext, person: int) -> None:
    since = ctx.clock.now() - DAY
    made = select(func.count()).where(Moderation.by_id == person, Moderation.at > since)
    if (ctx.session.scalar(made) or 0) >= _MOST:
        raise Refused({"reason": [f"At most {_MOST} reports in a day. The moderators have those before."]})
