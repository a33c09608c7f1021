"""Asking an expert what they think of an idea. They are told why it is they; to decline costs nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from renown.api import PluginContext, Prepared, Viewer, clean_text
from renown_ideation import colleagues, states
from renown_ideation.experts import suggesting
from renown_ideation.ideas import voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Asked, Board, Idea

ASKED = "ideation.asked"
_WORD = 400


def of(ctx: PluginContext, idea: int) -> Sequence[Asked]:
    return ctx.session.scalars(select(Asked).where(Asked.idea_id == idea).order_by(Asked.id)).all()


def mine(ctx: PluginContext, viewer: Viewer, idea: int, *, held: bool = False) -> Asked | None:
    """What the viewer was asked about an idea. `held`: nobody else changes it until the transaction ends."""
    if viewer.person_id is None or not viewer.employee:
        return None
    found: Asked | None = (_HELD if held else _MINE).scalar(ctx, idea=idea, person=viewer.person_id)
    return found


_OF_ONE = select(Asked).where(Asked.idea_id == bindparam("idea"), Asked.person_id == bindparam("person"))
_MINE, _HELD = Prepared(_OF_ONE), Prepared(_OF_ONE.with_for_update())


def waiting(ctx: PluginContext, person: int) -> Sequence[int]:
    """Ideas that somebody was asked about and did not answer yet."""
    found = select(Asked.idea_id).where(Asked.person_id == person, Asked.state == "asked").order_by(Asked.id)
    return ctx.session.scalars(found).all()


def open_to_judge(idea: Idea) -> bool:
    """Once it is decided, nobody judges it any more."""
    return idea.state in states.OPEN or idea.state == "parked"


def ask(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, typed: str, word: str) -> Asked:
    """By handle or e-mail, with a word of one's own. Raises Refused."""
    voters.hold_all(ctx, idea.id)
    word = clean_text(word, 2 * _WORD)
    person = _checked(ctx, board, idea, typed)
    reason = suggesting.reason(ctx, viewer, board, idea, person)
    if len(word) > _WORD:
        raise Refused({"word": [f"At most {_WORD} characters."]})
    if not word and not reason:
        raise Refused({"word": ["Say why you ask them: they read it."]})
    by, now = viewer.person_id, ctx.clock.now()
    made = Asked(idea_id=idea.id, person_id=person, reason=reason, word=word, by_id=by, at=now, state="asked")
    ctx.session.add(made)
    ctx.session.flush()
    _tell(ctx, board, idea, made)
    ctx.audit.record("ask", by=by, target=f"idea:{idea.id}", person=person)
    return made


def decline(ctx: PluginContext, asked: Asked) -> None:
    """At no cost: nothing is said of it but that they did not judge it."""
    asked.state, asked.answered_at = "declined", ctx.clock.now()
    ctx.session.flush()
    settled(ctx, asked)


def take_back(ctx: PluginContext, idea: Idea, person: int, by: int) -> None:
    """They need not answer any more. Whoever did already stays."""
    found = ctx.session.scalar(
        select(Asked).where(Asked.idea_id == idea.id, Asked.person_id == person, Asked.state == "asked")
    )
    if found is None:
        return
    settled(ctx, found)
    ctx.session.delete(found)
    ctx.session.flush()
    ctx.audit.record("unask", by=by, target=f"idea:{idea.id}", person=person)


def settled(ctx: PluginContext, asked: Asked) -> None:
    """What they were told asks for nothing any more."""
    ctx.notify.withdraw([asked.person_id], ASKED, f"idea:{asked.idea_id}")


def _checked(ctx: PluginContext, board: Board, idea: Idea, typed: str) -> int:
    if not open_to_judge(idea) or idea.standing != "shown":
        raise Refused({"who": ["It is decided, or not shown: nobody judges it now."]})
    person = colleagues.required(ctx, typed, "who")
    if ctx.session.scalar(select(Asked.id).where(Asked.idea_id == idea.id, Asked.person_id == person)) is not None:
        raise Refused({"who": ["They were asked already."]})
    if not suggesting.askable(ctx, board, idea, [person]):
        raise Refused({"who": ["They cannot be asked: they wrote it, may not read it, are away, or said “Not now”."]})
    return person


def _tell(ctx: PluginContext, board: Board, idea: Idea, asked: Asked) -> None:
    said = [
        f"You stand {asked.reason}." if asked.reason else "",
        f"“{asked.word}”" if asked.word else "",
        "It is a few clicks. If you would rather not, decline: it costs nothing.",
    ]
    ctx.notify.tell(
        asked.person_id,
        ASKED,
        f"idea:{idea.id}",
        f"What do you think of it? {idea.title}",
        body="\n\n".join(filter(None, said)),
        url=writing.below(board, idea, "card"),
        once=f"asked:{asked.id}:{asked.at}",
    )
