"""What is said about an idea: in public or among staff, changed for a quarter of an hour, taken away by its author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from renown.api import DAY, SECOND, Data, ObjectRef, PluginContext, Prepared, Ref, Viewer, count_words, text_digest
from renown_ideation import gate
from renown_ideation.answers import followers
from renown_ideation.ideas import texts, voters
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Comment, Idea, Moderation, Participant
from renown_ideation.moderation import holding, trust
from renown_ideation.rewards import gone

COMMENTED = "ideation.commented"
EVENT = "ideation.commented.v1"
#: How long its author may change one.
CHANGED_FOR = 15 * 60 * SECOND
_PAGE = 50


@dataclass(frozen=True)
class Page:
    comments: Sequence[Comment]
    #: For the address of those before; None where these are the first.
    before: int | None
    #: Why those of them that wait do, by comment, with the day by which that is decided.
    held: Mapping[int, tuple[str, int]]
    #: Why those of them that are taken down are.
    down: Mapping[int, str]


def of(ctx: PluginContext, viewer: Viewer, idea: Idea, before: int | None = None) -> Page:
    """The newest that the viewer may read, or those before one, oldest first."""
    found = _readable(gate.answers(viewer, idea), viewer.at_least("moderator"), before is not None)
    rows = found.scalars(ctx, idea=idea.id, me=viewer.person_id, before=before)
    shown = list(reversed(rows[:_PAGE]))
    return Page(shown, shown[0].id if len(rows) > _PAGE else None, _held(ctx, shown), _down(ctx, shown))


@cache
def _readable(answers: bool, moderator: bool, goes_on: bool) -> Prepared:
    """One more than a page has, the newest first."""
    wanted: list[ColumnElement[bool]] = [Comment.idea_id == bindparam("idea"), Comment.standing != "deleted"]
    if not answers:
        wanted.append(Comment.staff.is_(False))
    if not moderator:
        wanted.append(or_(Comment.standing == "shown", Comment.by_id == bindparam("me")))
    if goes_on:
        wanted.append(Comment.id < bindparam("before"))
    return Prepared(select(Comment).where(*wanted).order_by(Comment.id.desc()).limit(_PAGE + 1))


def add(
    ctx: PluginContext,
    viewer: Viewer,
    board: Board,
    idea: Idea,
    given: Mapping[str, str],
    *,
    suspect: str | None = None,
) -> Comment:
    """`suspect`: why a moderator looks at it in any case. Raises Refused."""
    me = viewer.person_id or gate.absent()
    body, staff = texts.comment(given), given.get("staff") == "yes"
    if staff and not gate.answers(viewer, idea):
        raise Refused({"staff": ["Only staff write to staff."]})
    _room(ctx, me)
    why = None if staff else suspect or trust.why(ctx, viewer, board, body)
    made = Comment(idea_id=idea.id, by_id=me, body=body, staff=staff, standing="shown", at=ctx.clock.now())
    ctx.session.add(made)
    ctx.session.flush()
    if why is not None:
        holding.comment(ctx, board, made, why)
    elif not staff:
        announce(ctx, idea, made)
    _takes_part(ctx, idea.id, me)
    ctx.session.flush()
    return made


def announce(ctx: PluginContext, idea: Idea, made: Comment) -> None:
    """What follows once it is to be seen: it is counted; and the first time those who take part are told, and the
    event log has it."""
    count(ctx, idea, 1)
    if made.by_id is None or made.event_key is not None:
        return
    author = ctx.people.actor(made.by_id)
    thing = ObjectRef(
        id=f"comment:{made.id}", kind="comment", attributedTo=author, inReplyTo=Ref(id=f"idea:{idea.id}"),
        words=count_words(made.body), digest=text_digest(made.body),
    )  # fmt: skip
    said = Data(type="Create", actor=author, object=thing)
    made.event_key = ctx.events.append(EVENT, said, key=f"commented:{made.id}")
    title = f"A comment on: {idea.title}"
    followers.tell(ctx, idea.id, COMMENTED, title, made.body[:400], made.by_id, voters=False)


def mine(ctx: PluginContext, viewer: Viewer, idea: int, number: int) -> Comment | None:
    """One of the viewer's own that is not deleted."""
    found = ctx.session.get(Comment, number)
    if found is None or found.idea_id != idea or found.standing == "deleted" or viewer.person_id is None:
        return None
    return found if found.by_id == viewer.person_id else None


def changeable(ctx: PluginContext, found: Comment) -> bool:
    return found.standing in ("shown", "waiting") and ctx.clock.now() < found.at + CHANGED_FOR


def change(ctx: PluginContext, viewer: Viewer, board: Board, found: Comment, given: Mapping[str, str]) -> bool:
    """By its author, marked as edited. False where the new text waits for a moderator, and the old one stands.

    Raises Refused.
    """
    body = texts.comment(given)
    if not changeable(ctx, found):
        raise Refused({"body": ["A comment can be changed for 15 minutes. Write another one."]})
    if body == found.body:
        return True
    why = None if found.staff or found.standing != "shown" else trust.why(ctx, viewer, board, body)
    if why is not None:
        holding.comment_change(ctx, board, found, body, why)
        return False
    found.body, found.edited_at = body, ctx.clock.now()
    ctx.session.flush()
    return True


def delete(ctx: PluginContext, idea: Idea, found: Comment) -> None:
    """By its author: the text goes, and the number of comments with it. Locks in the order in which deciding does."""
    waiting = and_(Moderation.comment_id == found.id, Moderation.decided.is_(None))
    now = ctx.clock.now()
    ctx.session.execute(update(Moderation).where(waiting).values(decided="gone", decided_at=now))
    voters.hold_all(ctx, idea.id)
    ctx.session.refresh(found, with_for_update=True)
    if found.standing == "shown" and not found.staff:
        count(ctx, idea, -1)
    found.standing, found.body, found.held = "deleted", "", None
    gone.follow(ctx, found)
    ctx.session.flush()


def count(ctx: PluginContext, idea: Idea, more: int) -> None:
    ctx.session.execute(update(Idea).where(Idea.id == idea.id).values(comments=Idea.comments + more))


def _held(ctx: PluginContext, shown: Sequence[Comment]) -> Mapping[int, tuple[str, int]]:
    waiting = [one.id for one in shown if one.standing == "waiting" or one.held is not None]
    if not waiting:
        return {}
    found = select(Moderation).where(
        Moderation.comment_id.in_(waiting), Moderation.decided.is_(None), Moderation.by_id.is_(None)
    )
    return {one.comment_id or 0: (one.reason, one.due_at) for one in ctx.session.scalars(found)}


def _down(ctx: PluginContext, shown: Sequence[Comment]) -> Mapping[int, str]:
    down = [one.id for one in shown if one.standing == "taken down"]
    if not down:
        return {}
    found = select(Moderation).where(Moderation.comment_id.in_(down), Moderation.decided == "taken down")
    answers = ctx.session.scalars(found.order_by(Moderation.id))
    return {one.comment_id or 0: one.answer for one in answers if not one.change}


def _takes_part(ctx: PluginContext, idea: int, person: int) -> None:
    if ctx.session.get(Participant, (idea, person, "commenter")) is None:
        ctx.session.add(Participant(idea_id=idea, person_id=person, role="commenter", follows=True, at=ctx.clock.now()))


def _room(ctx: PluginContext, person: int) -> None:
    most, since = ctx.settings["most_comments"], ctx.clock.now() - DAY
    written = select(func.count()).where(Comment.by_id == person, Comment.at > since)
    if (ctx.session.scalar(written) or 0) >= most:
        raise Refused({"body": [f"At most {most} comments in a day. What you wrote is kept here: send it tomorrow."]})
