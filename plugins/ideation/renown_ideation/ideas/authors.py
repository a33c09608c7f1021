"""Who writes an idea: its author, and those who were asked to write it with them and agreed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select

from renown.api import PluginContext, Prepared, TooMany, Viewer
from renown_ideation import gate
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea, Invitation, Participant
from renown_ideation.moderation import trust

INVITED = "ideation.invited"
#: With its author.
_MOST = 10
#: Invitations by one person, and to one idea, in a quarter of an hour, whoever is or is not known here.
PER_PERSON = 10


def of(ctx: PluginContext, idea: int) -> Sequence[Participant]:
    """The author first."""
    return _WRITERS.scalars(ctx, idea=idea)


_WRITERS = Prepared(
    select(Participant)
    .where(Participant.idea_id == bindparam("idea"), Participant.role.in_(gate.WRITERS))
    .order_by(Participant.role, Participant.at, Participant.person_id)
)


def writes(ctx: PluginContext, viewer: Viewer, idea: Idea) -> bool:
    """Whether the viewer may change its text. While it is being worked out, those who would make it write as well."""
    if viewer.person_id is None:
        return False
    if idea.state == "elaborating" and (viewer.at_least("moderator") or idea.owner_id == viewer.person_id):
        return True
    return gate.is_author(ctx, viewer, idea.id)


def invite(ctx: PluginContext, viewer: Viewer, idea: Idea, path: str, whom: str) -> None:
    """Ask somebody to write it too: a colleague by handle, anybody by their whole e-mail.

    Nobody is told whether an e-mail is known here, be it by what counts. Raises Refused.
    """
    typed = whom.strip()
    _proper(ctx, viewer, idea)
    if not viewer.employee and "@" not in typed:
        raise Refused({"whom": ["Type their e-mail whole."]})
    found = ctx.people.find(typed) if typed else None
    # By handle, only those whom one may look up anyway.
    if found is not None and "@" not in typed and found.id not in ctx.people.shown(viewer, [found.id]):
        found = None
    if found is None and "@" not in typed:
        raise Refused({"whom": ["Nobody known here has this handle."]})
    board = ctx.session.get_one(Board, idea.board_id)
    reads = found is not None and found.id in gate.readers(ctx, board, [found.id])
    full = _asked(ctx, idea.id) >= _MOST
    if "@" not in typed and not reads:
        raise Refused({"whom": ["They may not read this board."]})
    if "@" not in typed and full:
        raise Refused({"whom": [f"At most {_MOST} people write an idea."]})
    if found is not None and reads and not full and found.id != viewer.person_id:
        _ask(ctx, viewer, idea, path, found.id)


def answer(ctx: PluginContext, viewer: Viewer, idea: int, agrees: bool) -> None:
    """What the one who was asked says. Raises LookupError where they were not."""
    me = viewer.person_id or 0
    found = ctx.session.get(Invitation, (idea, me))
    if found is None or found.state != "asked":
        raise LookupError(idea)
    found.state, found.at = ("accepted" if agrees else "declined"), ctx.clock.now()
    if agrees:
        ctx.session.merge(Participant(idea_id=idea, person_id=me, role="coauthor", follows=True, at=ctx.clock.now()))
    ctx.session.flush()


def leave(ctx: PluginContext, viewer: Viewer, idea: int) -> None:
    """A co-author writes it no more. What they wrote stays."""
    me = viewer.person_id or 0
    ctx.session.execute(
        delete(Participant).where(
            Participant.idea_id == idea, Participant.person_id == me, Participant.role == "coauthor"
        )
    )
    found = ctx.session.get(Invitation, (idea, me))
    if found is not None:
        found.state, found.at = "left", ctx.clock.now()
    ctx.session.flush()


def invited(ctx: PluginContext, viewer: Viewer, idea: int) -> bool:
    """Whether the viewer was asked and has not answered."""
    me = viewer.person_id
    return me is not None and _INVITED.scalar(ctx, idea=idea, person=me) == "asked"


_INVITED = Prepared(
    select(Invitation.state).where(Invitation.idea_id == bindparam("idea"), Invitation.person_id == bindparam("person"))
)


def _proper(ctx: PluginContext, viewer: Viewer, idea: Idea) -> None:
    """Its title goes to whoever is asked: so somebody must have seen it, or trust whoever asks."""
    trusted = viewer.employee or trust.known(ctx, viewer.person_id)
    if not trusted and (idea.standing != "shown" or idea.state == "draft"):
        raise Refused({"whom": ["Ask others once your idea is shown."]})
    try:
        ctx.limits.take("invite", viewer.person_id, PER_PERSON)
        ctx.limits.take("invite-to", idea.id, PER_PERSON)
    except TooMany as error:
        raise Refused({"whom": [str(error)]}) from None


def _asked(ctx: PluginContext, idea: int) -> int:
    open_ = select(func.count()).where(Invitation.idea_id == idea, Invitation.state.in_(("asked", "accepted")))
    return 1 + (ctx.session.scalar(open_) or 0)


def _ask(ctx: PluginContext, viewer: Viewer, idea: Idea, path: str, person: int) -> None:
    if ctx.session.get(Participant, (idea.id, person, "author")) is not None:
        return
    before = ctx.session.get(Invitation, (idea.id, person))
    # Who said no is not asked again and again; who was asked has it before them.
    if before is not None and before.state != "left":
        return
    now = ctx.clock.now()
    ctx.session.merge(Invitation(idea_id=idea.id, person_id=person, by_id=viewer.person_id, state="asked", at=now))
    ctx.session.flush()
    title = f"You are asked to write an idea together: {idea.title}"
    ctx.notify.tell(person, INVITED, f"idea:{idea.id}", title, url=path, once=f"invited:{idea.id}:{person}:{now}")
