"""How linked work elsewhere stands, as its events say. When all of it is closed, the idea's owner is reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from renown.api import STANDING, PluginContext, ScoredEvent
from renown_ideation import states
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Link

CLOSED = "ideation.work-closed"
#: The state of work that goes on.
OPEN = "open"

_Key = tuple[str, str]


def follow(ctx: PluginContext, events: Sequence[ScoredEvent]) -> None:
    """Bring links to what these events say of the things that they lead to; the last word counts, by time."""
    said = [one for one in events if one.verb in STANDING and one.object is not None]
    if not said:
        return
    sources = set(ctx.session.scalars(select(Link.source).where(Link.source.is_not(None)).distinct()))
    said = [one for one in said if one.source in sources]
    if said:
        _note(ctx, _newest(ctx, said))


def _newest(ctx: PluginContext, said: Sequence[ScoredEvent]) -> Mapping[_Key, ScoredEvent]:
    keys = ctx.sources.keys({one.object for one in said if one.object is not None})
    found: dict[_Key, ScoredEvent] = {}
    for one in sorted(said, key=lambda one: (one.occurred_at, one.id)):
        found[one.source, keys[one.object or 0]] = one
    return found


def _note(ctx: PluginContext, newest: Mapping[_Key, ScoredEvent]) -> None:
    wanted = select(Link).where(
        Link.source.in_({source for source, _ in newest}), Link.object.in_({key for _, key in newest})
    )
    touched = set()
    for link in ctx.session.scalars(wanted.order_by(Link.id).with_for_update()):
        event = newest.get((link.source or "", link.object or ""))
        if event is not None and (link.state_at is None or link.state_at <= event.occurred_at):
            link.state, link.state_at = (event.state or STANDING[event.verb])[:24], event.occurred_at
            touched.add(link.idea_id)
    ctx.session.flush()
    remind(ctx, touched)


def remind(ctx: PluginContext, ideas: Collection[int]) -> None:
    """Whoever owns one of these that still waits for its answer, once all its linked work is closed. Nothing is said
    to anybody else by itself."""
    rows = ctx.session.execute(
        select(Idea, Board)
        .join(Board, Board.id == Idea.board_id)
        .where(Idea.id.in_(ideas), Idea.state.in_(states.OPEN), Idea.standing == "shown")
    ).all()
    for idea, board in rows:
        followed = [one for one in _links(ctx, idea.id) if one.object is not None]
        whom = idea.owner_id or board.steward_id
        if whom is None or not followed or any(one.state in ("", OPEN) for one in followed):
            continue
        last = max(one.state_at or 0 for one in followed)
        ctx.notify.tell(
            whom,
            CLOSED,
            f"idea:{idea.id}",
            f"All linked work is closed: {idea.title}",
            body="Is it there? Those who wait for it are told nothing until you answer.",
            url=writing.path(board, idea),
            once=f"closed:{idea.id}:{last}",
        )


def _links(ctx: PluginContext, idea: int) -> Sequence[Link]:
    return ctx.session.scalars(select(Link).where(Link.idea_id == idea)).all()
