"""All that is kept here of somebody, for themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from renown.api import PluginContext, Viewer, to_datetime
from renown_ideation.campaigns import people as voters_of
from renown_ideation.models import (
    Asked,
    Attachment,
    Comment,
    Idea,
    Invitation,
    Judged,
    Moderation,
    Participant,
    Proposal,
    Revision,
    Step,
    Vote,
)
from renown_ideation.moderation import holding


def of(ctx: PluginContext, person: int, viewer: Viewer) -> dict[str, Any]:
    """Drafts and comments that wait are for the person's own eyes; staff comments are not theirs alone, but written
    by them."""
    own = viewer.person_id == person
    return {
        "ideas": [
            {"id": one.id, "title": one.title, "body": one.body, "state": one.state, "at": _at(one.submitted_at)}
            for one in ctx.session.scalars(select(Idea).where(Idea.author_id == person).order_by(Idea.id))
            if own or one.state != "draft"
        ],
        "texts": [
            {"idea": one.idea_id, "revision": one.number, "title": one.title, "at": _at(one.at)}
            for one in ctx.session.scalars(
                select(Revision).where(Revision.by_id == person).order_by(Revision.idea_id, Revision.number)
            )
        ],
        "votes": [
            {"idea": one.idea_id, "given": one.given, "entered_by_staff": one.by_id is not None, "at": _at(one.at)}
            for one in ctx.session.scalars(select(Vote).where(Vote.person_id == person).order_by(Vote.idea_id))
        ],
        # A ballot is nobody else's to read, not even where they may export the rest.
        "ballots": voters_of.exported(ctx, person, own=own),
        "comments": [
            {"idea": one.idea_id, "text": one.body, "standing": one.standing, "at": _at(one.at)}
            for one in ctx.session.scalars(select(Comment).where(Comment.by_id == person).order_by(Comment.id))
            if own or one.standing == "shown"
        ],
        "proposals": [
            {"idea": one.idea_id, "title": one.title, "body": one.body, "state": one.state, "at": _at(one.at)}
            for one in ctx.session.scalars(select(Proposal).where(Proposal.by_id == person).order_by(Proposal.id))
            if own or one.state not in holding.UNSEEN
        ],
        "takes_part": [
            {"idea": one.idea_id, "as": one.role, "follows": one.follows, "at": _at(one.at)}
            for one in ctx.session.scalars(
                select(Participant).where(Participant.person_id == person).order_by(Participant.idea_id)
            )
        ],
        "invitations": [
            {"idea": one.idea_id, "state": one.state, "at": _at(one.at)}
            for one in ctx.session.scalars(
                select(Invitation).where(Invitation.person_id == person).order_by(Invitation.idea_id)
            )
        ],
        "scorecards": [
            {
                "idea": one.idea_id,
                "state": one.state,
                "reason": one.reason,
                "note": one.note,
                "at": _at(one.answered_at),
            }
            for one in ctx.session.scalars(select(Asked).where(Asked.person_id == person).order_by(Asked.idea_id))
        ],
        "judged": [
            {"idea": one.idea_id, "criterion": one.criterion, "value": one.value}
            for one in ctx.session.scalars(
                select(Judged).where(Judged.person_id == person).order_by(Judged.idea_id, Judged.criterion)
            )
        ],
        "steps": [
            {"idea": one.idea_id, "text": one.text, "due": _at(one.due_at), "done": _at(one.done_at)}
            for one in ctx.session.scalars(select(Step).where(Step.owner_id == person).order_by(Step.id))
        ],
        "reports": [
            {
                "idea": one.idea_id,
                "comment": one.comment_id,
                "proposal": one.proposal_id,
                "reason": one.reason,
                "word": one.word,
                "at": _at(one.at),
            }
            for one in ctx.session.scalars(select(Moderation).where(Moderation.by_id == person).order_by(Moderation.id))
            if own
        ],
        "files": [
            {"idea": one.idea_id, "name": one.name, "bytes": one.size, "at": _at(one.at)}
            for one in ctx.session.scalars(
                select(Attachment)
                .where(Attachment.by_id == person, Attachment.removed_at.is_(None))
                .order_by(Attachment.id)
            )
        ],
    }


def _at(instant: int | None) -> str | None:
    return None if instant is None else to_datetime(instant).isoformat()
