"""Who hears of an idea: its authors, those who take part, and everybody who voted, until they stop it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, union, update

from renown.api import NotConfigured, PluginContext, Prepared
from renown_ideation import gate
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Participant, Telling, Vote

_BATCH = 200
_STOP = "stop"
#: Seconds for which a link in a message works.
_KEPT = 400 * 86_400


def tell(
    ctx: PluginContext, idea: int, kind: str, title: str, body: str, by: int | None, *, voters: bool = True
) -> None:
    """Have all who follow an idea told, by the job: there may be a hundred thousand of them.

    `voters` False: only those who take part in it otherwise, or follow it by their own choice.
    """
    ctx.session.add(Telling(idea_id=idea, kind=kind, title=title[:200], body=body, by_id=by, voters=voters))
    ctx.session.flush()
    ctx.jobs.wake("tell")


def waiting(now: int) -> Select[int]:
    return select(Telling.id)


def work(ctx: PluginContext) -> bool:
    """A job. Whether there may be more."""
    news = ctx.session.scalar(select(Telling).order_by(Telling.id).limit(1).with_for_update(skip_locked=True))
    if news is None:
        return False
    idea, board = ctx.session.execute(
        select(Idea, Board).join(Board, Board.id == Idea.board_id).where(Idea.id == news.idea_id)
    ).one()
    people = list(ctx.session.scalars(_next(idea.id, news.after, news.voters)))
    may_read = gate.readers(ctx, board, people, idea)
    subject, url = f"idea:{idea.id}", writing.path(board, idea)
    for person in people:
        if person != news.by_id and person in may_read:
            once = f"news:{news.id}"
            body = "\n\n".join(filter(None, (news.body, _leaving(ctx, idea.id, person))))
            ctx.notify.tell(person, news.kind, subject, news.title, body=body, url=url, once=once)
    if len(people) < _BATCH:
        ctx.session.delete(news)
    else:
        news.after = people[-1]
    ctx.session.flush()
    return True


def follows(ctx: PluginContext, idea: int, person: int) -> bool:
    """Whether they hear of it, be it for one that was merged into it."""
    return bool(_FOLLOWS.scalar(ctx, idea=idea, person=person))


def stop(ctx: PluginContext, idea: int, person: int) -> None:
    """They hear no more of it, nor of those that it was merged with, whatever they take part as.

    `person` may have been merged into another since the link was written.
    """
    known = ctx.people.get(person)
    top = person if known is None else known.id
    into = select(Idea.into_id).where(Idea.id == idea).scalar_subquery()
    group = _group(func.coalesce(into, idea))
    part = update(Participant).where(Participant.idea_id.in_(group), Participant.person_id == top)
    vote = update(Vote).where(Vote.idea_id.in_(group), Vote.person_id == top)
    for theirs in (part, vote):
        ctx.session.execute(theirs.values(follows=False), execution_options={"synchronize_session": False})
    ctx.session.expire_all()


def follow(ctx: PluginContext, idea: int, person: int) -> None:
    ctx.session.merge(Participant(idea_id=idea, person_id=person, role="follower", follows=True, at=ctx.clock.now()))
    ctx.session.execute(
        update(Participant).where(Participant.idea_id == idea, Participant.person_id == person).values(follows=True)
    )
    ctx.session.execute(update(Vote).where(Vote.idea_id == idea, Vote.person_id == person).values(follows=True))


def leaving(ctx: PluginContext, token: str) -> tuple[int, int]:
    """The idea and the person that a link in a message is for. Raises NotSigned."""
    idea, person = ctx.sign.read(_STOP, token, _KEPT)
    return int(idea), int(person)


def _leaving(ctx: PluginContext, idea: int, person: int) -> str:
    """How to hear no more of it, without signing in. Nothing where the site does not know its own address."""
    try:
        return f"To hear no more of it: {ctx.urls.absolute('/ideas/stop/' + ctx.sign.make(_STOP, [idea, person]))}"
    except NotConfigured:
        return ""


def _group(leader: Any) -> Select[int]:
    return select(Idea.id).where((Idea.id == leader) | (Idea.into_id == leader))


_FOLLOWS = Prepared(
    select(
        or_(
            select(Participant.idea_id)
            .where(Participant.idea_id.in_(_group(bindparam("idea"))), Participant.person_id == bindparam("person"))
            .where(Participant.follows)
            .exists(),
            select(Vote.idea_id)
            .where(Vote.idea_id.in_(_group(bindparam("idea"))), Vote.person_id == bindparam("person"))
            .where(Vote.given, Vote.follows)
            .exists(),
        )
    )
)


def _next(idea: int, after: int, voters: bool) -> Select[int]:
    """Of the whole group: those who are for an idea that was merged into this one hear of it as well."""
    group = _group(idea)
    part = select(Participant.person_id).where(
        Participant.idea_id.in_(group), Participant.follows, Participant.person_id > after
    )
    if not voters:
        return part.distinct().order_by(Participant.person_id).limit(_BATCH)
    voted = select(Vote.person_id).where(Vote.idea_id.in_(group), Vote.given, Vote.follows, Vote.person_id > after)
    both = union(part, voted).subquery()
    return select(both.c.person_id).order_by(both.c.person_id).limit(_BATCH)
