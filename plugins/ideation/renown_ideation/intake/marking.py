"""A message that somebody marks, with an emoji or from its menu: its author is asked, and nothing is taken before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from renown.api import DAY, PluginContext, PublicSpace, ScoredEvent
from renown_ideation.intake import asked
from renown_ideation.models import Board, Intake

#: What any network's own type of this act ends in: somebody chose it from a message's menu.
_SUGGESTED = ".suggested.v1"
#: What was marked longer ago, as while the plugin was off, is let be.
_OLD = 7 * DAY
#: Of one person in a day, so that nobody is flooded with questions; and questions before one author.
_MOST, _WAITING = 20, 5


def record(ctx: PluginContext, events: Sequence[ScoredEvent]) -> None:
    """Events of the log, as they come. What is private, old or a machine's is left alone."""
    emoji = str(ctx.settings["idea_emoji"]).strip(": ")
    recent = [one for one in events if one.occurred_at > ctx.clock.now() - _OLD]
    told = [one for one in recent if _is_mark(one, emoji) or _is_unmark(one, emoji)]
    slug = ctx.settings["intake_board"]
    if not told or not slug:
        return
    board = ctx.session.scalar(select(Board).where(Board.slug == slug, Board.closed_at.is_(None)))
    if board is None:
        return
    things = {number for one in told for number in (one.object, one.parent) if number is not None}
    keys, pages = ctx.sources.keys(things), ctx.sources.pages(things)
    places = ctx.spaces.public({one.space_id for one in told if one.space_id is not None})
    for one in told:
        key, place = keys.get(one.object or 0), places.get(one.space_id or 0)
        if key is None or place is None:
            continue
        if _is_unmark(one, emoji):
            _unmark(ctx, one, key)
        else:
            _mark(ctx, board, one, key, pages.get(one.object or 0), keys.get(one.parent or 0), place)


def _is_mark(event: ScoredEvent, emoji: str) -> bool:
    suggested = event.activity == "Offer" and event.type.endswith(_SUGGESTED)
    return _counts(event) and (suggested or (_is_emoji(event, emoji) and event.activity != "Undo"))


def _is_unmark(event: ScoredEvent, emoji: str) -> bool:
    return _counts(event) and _is_emoji(event, emoji) and event.activity == "Undo"


def _is_emoji(event: ScoredEvent, emoji: str) -> bool:
    return bool(emoji) and event.verb in ("react", "accept") and event.content == emoji


def _counts(event: ScoredEvent) -> bool:
    actor, owner = event.actor, event.owner
    if event.object is None or event.private or event.backfill or actor is None:
        return False
    # Who took it off again need not know whose message it was.
    return not actor.bot and (event.activity == "Undo" or (owner is not None and not owner.bot))


def _mark(
    ctx: PluginContext, board: Board, event: ScoredEvent, key: str, url: str | None, thread: str | None,
    place: PublicSpace,
) -> None:  # fmt: skip
    assert event.actor is not None
    assert event.owner is not None
    author, by = event.owner.person, event.actor.person
    if asked.known(ctx, event.source, key):
        return
    if asked.waiting(ctx, author) >= _WAITING or asked.marked(ctx, by) >= _MOST:
        return
    found = Intake(
        source=event.source, object=key, thread=thread or key, author_id=author, by_id=by, url=url, state="asked",
        board_id=board.id, at=ctx.clock.now(),
    )  # fmt: skip
    ctx.session.add(found)
    ctx.session.flush()
    name = ctx.people.names([by]).get(by, "Somebody")
    who = "You marked" if by == author else f"{name} marked"
    title = f"{who} a message of yours as an idea. May it become one?"
    body = f"In {place.name}, {place.source}. Nothing of it is taken before you agree, and nobody else is told."
    url, subject = f"/ideas/from/{found.id}", asked.subject(found.id)
    ctx.notify.tell(author, asked.ASKED, subject, title, body=body, url=url, once=subject)


def _unmark(ctx: PluginContext, event: ScoredEvent, key: str) -> None:
    """The mark is gone before its author answered: so is the question."""
    same = Intake.source == event.source, Intake.object == key, Intake.state == "asked"
    found = ctx.session.scalar(select(Intake).where(*same))
    if found is None or event.actor is None or found.by_id != event.actor.person:
        return
    if found.author_id is not None:
        ctx.notify.withdraw([found.author_id], asked.ASKED, asked.subject(found.id))
    ctx.session.delete(found)
    ctx.session.flush()
