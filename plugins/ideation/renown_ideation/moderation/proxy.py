"""Votes that staff enter for a customer, who is told by mail and takes one back by a signed link, without account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import NotACustomer, NotConfigured, PluginContext, SignInRefused, TooMany, clean_text
from renown_ideation.ideas import voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Entry, Idea, Invited, Vote
from renown_ideation.states import CLOSED

_PURPOSE = "proxy"
#: Seconds for which the link in the mail works.
_KEPT = 400 * 86_400
_NOTE = 200
#: Of one who enters them, and for one customer, in a quarter of an hour.
PER_STAFF, PER_CUSTOMER = 40, 5


@dataclass(frozen=True)
class Entered:
    person: int
    by: int | None
    note: str
    at: int
    withdrawn_at: int | None


def enter(ctx: PluginContext, board: Board, idea: Idea, by: int, given: Mapping[str, str]) -> int:
    """A vote for whoever has this e-mail, known here or not. Gives the person. Raises Refused."""
    note = clean_text(given.get("note", ""), 2 * _NOTE)
    if len(note) > _NOTE:
        raise Refused({"note": [f"At most {_NOTE} characters: this is {len(note)}."]})
    email = given.get("email", "").strip()
    _possible(ctx)
    _open(ctx, board, idea, email)
    _room(ctx, by, email)
    person = _customer(ctx, email, clean_text(given.get("name", ""), 80))
    before = ctx.session.get(Entry, (idea.id, person))
    if before is not None and before.withdrawn_at is not None:
        raise Refused({"email": ["They took back a vote that was entered for them here. They vote themselves."]})
    try:
        cast = voters.vote(ctx, idea.id, person, by=by)
    except voters.NotOpen as error:
        raise Refused({"email": [str(error)]}) from None
    except LookupError:
        raise Refused({"email": ["A moderator looks at this idea first."]}) from None
    if not cast.changed:
        raise Refused({"email": ["They voted for it already."]})
    ctx.session.merge(Entry(idea_id=idea.id, person_id=person, by_id=by, note=note, at=ctx.clock.now()))
    ctx.session.flush()
    _write(ctx, board, idea, person, email)
    ctx.audit.record("proxy-vote", by=by, target=f"idea:{idea.id}", person=person, details={"note": note})
    return person


def of(ctx: PluginContext, idea: int) -> Sequence[Entered]:
    """All that were entered for an idea, also those that were taken back, the newest first. For staff."""
    found = select(Entry).where(Entry.idea_id == idea).order_by(Entry.at.desc(), Entry.person_id)
    return [Entered(one.person_id, one.by_id, one.note, one.at, one.withdrawn_at) for one in ctx.session.scalars(found)]


def read(ctx: PluginContext, token: str) -> tuple[int, int]:
    """The idea and the person that a link in a mail is for. Raises NotSigned."""
    idea, person = ctx.sign.read(_PURPOSE, token, _KEPT)
    return int(idea), int(person)


def stands(ctx: PluginContext, idea: int, person: int) -> bool:
    """Whether the vote that was entered counts still, and was not given or taken back by the customer since."""
    top = _root(ctx, person)
    vote = ctx.session.get(Vote, (idea, top))
    return vote is not None and vote.given and vote.by_id is not None


def withdraw(ctx: PluginContext, idea: int, person: int) -> None:
    """By the customer. Nobody enters another for them here. Raises voters.NotOpen where what is counted is settled."""
    top = _root(ctx, person)
    if stands(ctx, idea, person):
        with suppress(LookupError):
            voters.vote(ctx, idea, top, given=False)
    entry = ctx.session.get(Entry, (idea, person)) or ctx.session.get(Entry, (idea, top))
    if entry is not None and entry.withdrawn_at is None:
        entry.withdrawn_at = ctx.clock.now()
        ctx.session.flush()
        ctx.audit.record("proxy-withdrawn", by=None, target=f"idea:{idea}", person=top)


def _customer(ctx: PluginContext, email: str, name: str) -> int:
    try:
        return ctx.customers.introduce(email, name)
    except NotACustomer:
        raise Refused({"email": ["They work here: they vote themselves."]}) from None
    except SignInRefused as error:
        raise Refused({"email": [str(error)]}) from None
    except ValueError:
        raise Refused({"email": ["Write an e-mail address, like ana@example.com."]}) from None


def _possible(ctx: PluginContext) -> None:
    """Whoever cannot be told is not voted for."""
    told = ctx.mail.possible()
    try:
        ctx.urls.absolute("/")
    except NotConfigured:
        told = False
    if not told:
        raise Refused({"email": ["This site cannot send mail so far, so they could not be told."]})


def _room(ctx: PluginContext, by: int, email: str) -> None:
    try:
        ctx.limits.take("proxy", by, PER_STAFF)
        ctx.limits.take("proxy-for", email.lower(), PER_CUSTOMER)
    except TooMany as error:
        raise Refused({"email": [str(error)]}) from None


def _open(ctx: PluginContext, board: Board, idea: Idea, email: str) -> None:
    """Before anybody is made known here for nothing."""
    found = ctx.people.find(email) if board.audience == "invited" else None
    invited = found is not None and ctx.session.get(Invited, (board.id, found.id)) is not None
    if board.audience != "public" and not invited:
        raise Refused({"email": ["Customers do not read this board."]})
    if idea.standing != "shown" or idea.state in CLOSED or board.closed_at is not None:
        raise Refused({"email": ["Nobody votes for it now."]})


def _write(ctx: PluginContext, board: Board, idea: Idea, person: int, email: str) -> None:
    path = writing.path(board, idea)
    back = ctx.urls.absolute(f"/ideas/entered/{ctx.sign.make(_PURPOSE, [idea.id, person])}")
    body = (
        "Somebody who works here entered a vote for you, because you said that you would like this:\n\n"
        f"{idea.title}\n{ctx.urls.absolute(path)}\n\n"
        f"Is that not so? Take it back here, without signing in; nobody enters another then:\n{back}\n\n"
        "You need do nothing if it is."
    )
    ctx.mail.send(email, f"A vote was entered for you: {idea.title}", body)


def _root(ctx: PluginContext, person: int) -> int:
    found = ctx.people.get(person)
    return found.id if found is not None else person
