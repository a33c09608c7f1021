"""When two people turn out to be one, or one asks to be forgotten: what they did here follows, and can go back.

Somebody who is forgotten leaves what they wrote in public, without a name; drafts and files go; their votes go on
counting, under the id of a person of whom nothing is known any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext
from renown_ideation.ideas import authors, drafts, files, voters
from renown_ideation.models import (
    Asked,
    Attachment,
    Board,
    Comment,
    Entry,
    Idea,
    Invitation,
    Invited,
    Link,
    Merge,
    Moderation,
    Moved,
    News,
    NotSame,
    Participant,
    Plan,
    ProductKey,
    Proposal,
    Revision,
    Status,
    Step,
    Telling,
    Trust,
    Vote,
    VoteMoved,
)
from renown_ideation.moderation import holding, trust

#: What passes from one to the other, by the name of its kind: the row's id and whose it is.
_OWNED: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[int | None]]] = {
    "idea": (Idea.id, Idea.author_id),
    "owner": (Idea.id, Idea.owner_id),
    "comment": (Comment.id, Comment.by_id),
    "proposal": (Proposal.id, Proposal.by_id),
    "proposal-answered": (Proposal.id, Proposal.answered_by_id),
    "attachment": (Attachment.id, Attachment.by_id),
    "plan": (Plan.idea_id, Plan.owner_id),
    "step": (Step.id, Step.owner_id),
    "step-done": (Step.id, Step.done_by_id),
    "link": (Link.id, Link.by_id),
    "asked-by": (Asked.id, Asked.by_id),
    "steward": (Board.id, Board.steward_id),
    "escalation": (Board.id, Board.escalation_id),
}
_PART = "part:"
_INVITED, _ENTRY = "invited", "entry"


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """What `gone` did counts as `kept`'s. A vote that both gave counts once."""
    for kind, (key, owner) in _OWNED.items():
        moved = select(literal(kind), key, owner, literal(kept), literal(True)).where(owner == gone)
        columns = ["kind", "row_id", "gone_id", "kept_id", "passed_on"]
        ctx.session.execute(delete(Moved).where(Moved.kind == kind, Moved.gone_id == gone))
        ctx.session.execute(insert(Moved).from_select(columns, moved))
        ctx.session.execute(update(owner.class_).where(owner == gone).values({owner.key: kept}))
    _parts_pass(ctx, kept, gone)
    _invitations_pass(ctx, kept, gone)
    _entries_pass(ctx, kept, gone)
    _votes_pass(ctx, kept, gone)
    trust.passed(ctx, kept, gone)
    ctx.session.expire_all()


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """They are two again: each has what was theirs; what was done since stays with `kept`."""
    for kind, (key, owner) in _OWNED.items():
        moved = select(Moved.row_id).where(Moved.kind == kind, Moved.gone_id == gone)
        still = owner.class_
        ctx.session.execute(update(still).where(key.in_(moved), owner == kept).values({owner.key: gone}))
    _parts_return(ctx, kept, gone)
    _invitations_return(ctx, kept, gone)
    _entries_return(ctx, kept, gone)
    _votes_return(ctx, kept, gone)
    trust.passed(ctx, kept, gone, -1)
    ctx.session.execute(delete(Moved).where(Moved.gone_id == gone))
    ctx.session.expire_all()


def erased(ctx: PluginContext, person: int) -> None:
    """Idempotent, as it is tried again until it succeeds."""
    _drafts_go(ctx, person)
    holding.forget(ctx, person)
    for found in ctx.session.scalars(
        select(Attachment).where(Attachment.by_id == person, Attachment.removed_at.is_(None))
    ).all():
        files.remove(ctx, found)
    ctx.session.execute(update(Attachment).where(Attachment.by_id == person).values(name="", by_id=None))
    written = (
        Idea.author_id, Idea.owner_id, Revision.by_id, Comment.by_id, Proposal.by_id, Proposal.answered_by_id,
        Status.by_id, Invitation.by_id, Moderation.by_id, Moderation.decided_by_id, Telling.by_id, Vote.by_id,
        Plan.owner_id, Step.owner_id, Step.done_by_id, Link.by_id, Entry.by_id, NotSame.by_id, Merge.by_id,
        Merge.undone_by_id, News.by_id, ProductKey.by_id, Board.steward_id, Board.escalation_id,
    )  # fmt: skip
    for column in written:
        ctx.session.execute(update(column.class_).where(column == person).values({column.key: None}))
    for theirs in (Participant.person_id, Invitation.person_id, Invited.person_id, Trust.person_id, Entry.person_id):
        ctx.session.execute(delete(theirs.class_).where(theirs == person))
    # What the log does not have of them yet, it does not get any more.
    ctx.session.execute(update(Vote).where(Vote.person_id == person).values(follows=False, logged=Vote.given))
    for either in (Moved, VoteMoved):
        ctx.session.execute(delete(either).where((either.gone_id == person) | (either.kept_id == person)))
    ctx.session.expire_all()


def _drafts_go(ctx: PluginContext, person: int) -> None:
    """Those that nobody else writes."""
    for idea in ctx.session.scalars(select(Idea).where(Idea.author_id == person, Idea.state == "draft")).all():
        others = [one for one in authors.of(ctx, idea.id) if one.person_id != person]
        if not others:
            drafts.throw_away(ctx, idea)


def _parts_pass(ctx: PluginContext, kept: int, gone: int) -> None:
    for one in ctx.session.scalars(select(Participant).where(Participant.person_id == gone)).all():
        has = ctx.session.get(Participant, (one.idea_id, kept, one.role))
        values = {"idea_id": one.idea_id, "role": one.role, "follows": one.follows, "at": one.at}
        if has is None:
            ctx.session.add(Participant(person_id=kept, **values))
        ctx.session.merge(
            Moved(kind=f"{_PART}{one.role}", row_id=one.idea_id, gone_id=gone, kept_id=kept, passed_on=has is None)
        )
        ctx.session.delete(one)
    ctx.session.flush()


def _parts_return(ctx: PluginContext, kept: int, gone: int) -> None:
    found = select(Moved).where(Moved.gone_id == gone, Moved.kind.startswith(_PART))
    for one in ctx.session.scalars(found).all():
        role = one.kind.removeprefix(_PART)
        has = ctx.session.get(Participant, (one.row_id, kept, role))
        if has is None:
            continue
        ctx.session.merge(Participant(idea_id=one.row_id, person_id=gone, role=role, follows=has.follows, at=has.at))
        if one.passed_on:
            ctx.session.delete(has)
    ctx.session.flush()


def _invitations_pass(ctx: PluginContext, kept: int, gone: int) -> None:
    """The boards that they read by name."""
    for one in ctx.session.scalars(select(Invited).where(Invited.person_id == gone)).all():
        has = ctx.session.get(Invited, (one.board_id, kept)) is not None
        if not has:
            ctx.session.add(Invited(board_id=one.board_id, person_id=kept))
        ctx.session.merge(Moved(kind=_INVITED, row_id=one.board_id, gone_id=gone, kept_id=kept, passed_on=not has))
        ctx.session.delete(one)
    ctx.session.flush()


def _invitations_return(ctx: PluginContext, kept: int, gone: int) -> None:
    for one in ctx.session.scalars(select(Moved).where(Moved.gone_id == gone, Moved.kind == _INVITED)).all():
        has = ctx.session.get(Invited, (one.row_id, kept))
        # Taken off the board as one person, both were.
        if has is not None:
            ctx.session.merge(Invited(board_id=one.row_id, person_id=gone))
            if one.passed_on:
                ctx.session.delete(has)
    ctx.session.flush()


def _entries_pass(ctx: PluginContext, kept: int, gone: int) -> None:
    """Votes that staff entered for them. Where both have one, each keeps theirs."""
    own = select(Entry.idea_id).where(Entry.person_id == kept)
    for one in ctx.session.scalars(select(Entry).where(Entry.person_id == gone, Entry.idea_id.not_in(own))).all():
        ctx.session.merge(Moved(kind=_ENTRY, row_id=one.idea_id, gone_id=gone, kept_id=kept))
        one.person_id = kept
    ctx.session.flush()


def _entries_return(ctx: PluginContext, kept: int, gone: int) -> None:
    moved = select(Moved.row_id).where(Moved.gone_id == gone, Moved.kind == _ENTRY)
    theirs = Entry.person_id == kept, Entry.idea_id.in_(moved)
    ctx.session.execute(update(Entry).where(*theirs).values(person_id=gone))


def _votes_pass(ctx: PluginContext, kept: int, gone: int) -> None:
    given = select(Vote.idea_id).where(Vote.person_id == gone, Vote.given)
    ideas, now = _held(ctx, ctx.session.scalars(given).all()), ctx.clock.now()
    for idea in ideas:
        theirs, own = ctx.session.get(Vote, (idea, gone)), ctx.session.get(Vote, (idea, kept))
        if theirs is None or not theirs.given:
            continue
        had = own is not None and own.given
        if not had:
            # The log has theirs, which it is told is taken back; this one it has only if it had it before.
            values = {"given": True, "counts": False, "follows": theirs.follows, "by_id": theirs.by_id, "at": now}
            logged = own is not None and own.logged
            ctx.session.merge(Vote(idea_id=idea, person_id=kept, logged=logged, **values))
        ctx.session.merge(VoteMoved(idea_id=idea, gone_id=gone, kept_id=kept, passed_on=not had))
        theirs.given, theirs.at = False, now
    _recount(ctx, ideas.values())


def _votes_return(ctx: PluginContext, kept: int, gone: int) -> None:
    moved = {
        one.idea_id: one.passed_on
        for one in ctx.session.scalars(select(VoteMoved).where(VoteMoved.gone_id == gone)).all()
    }
    ideas, now = _held(ctx, moved), ctx.clock.now()
    for idea in ideas:
        theirs, own = ctx.session.get(Vote, (idea, gone)), ctx.session.get(Vote, (idea, kept))
        # Taken back as one person, it was taken back for both.
        if theirs is not None and own is not None and own.given:
            theirs.given, theirs.at = True, now
            if moved[idea]:
                own.given, own.at = False, now
    ctx.session.execute(delete(VoteMoved).where(VoteMoved.gone_id == gone))
    _recount(ctx, ideas.values())


def _held(ctx: PluginContext, ideas: Collection[int]) -> Mapping[int, int]:
    """The leader of each; nobody votes for them until the transaction ends."""
    rows = ctx.session.execute(select(Idea.id, Idea.into_id).where(Idea.id.in_(ideas))).all()
    voters.hold_all(ctx, *{one for row in rows for one in (row.id, row.into_id) if one is not None})
    # Read again: a merge may have come between.
    again = ctx.session.execute(select(Idea.id, Idea.into_id).where(Idea.id.in_(ideas)).order_by(Idea.id))
    return {row.id: row.into_id or row.id for row in again}


def _recount(ctx: PluginContext, leaders: Collection[int]) -> None:
    ctx.session.flush()
    for one in sorted(set(leaders)):
        voters.recount(ctx, one)
