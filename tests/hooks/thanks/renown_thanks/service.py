"""Giving thanks, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select, update

from renown.api import Curve, Data, Entry, Limit, ObjectRef, PluginContext, Rules, ScoredEvent
from renown_thanks.models import Card

MEASURE = "thanks.received"
RULE = "given"
GIVEN = "thanks.given.v1"


class TooMany(Exception):
    """Somebody thanked as often as the settings allow."""


def give(ctx: PluginContext, giver: int, receiver: int) -> None:
    """Raises TooMany, and ValueError for thanks to oneself."""
    if giver == receiver:
        raise ValueError("thanks go to somebody else")
    if given(ctx, giver) >= ctx.settings["a_day"]:
        raise TooMany(f"{ctx.settings['a_day']} thanks a day are enough; there is another day tomorrow")
    owner = ctx.people.actor(receiver)
    thing = ObjectRef(id=f"{giver}-{receiver}-{ctx.clock.now()}", kind="thanks:card", attributedTo=owner)
    key = ctx.events.append(GIVEN, Data(type="Offer", actor=ctx.people.actor(giver), object=thing))
    ctx.session.add(Card(giver_id=giver, day=ctx.clock.today(), event=key))


def given(ctx: PluginContext, giver: int) -> int:
    """How often somebody thanked others today."""
    wanted = select(func.count()).where(Card.giver_id == giver, Card.day == ctx.clock.today())
    return ctx.session.scalar(wanted) or 0


def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterator[Entry]:
    """Thanks give points to whom they were given, up to a number a day."""
    for event in events:
        if event.type != GIVEN or event.owner is None or event.actor is None:
            continue
        if event.owner.person == event.actor.person:
            continue
        for rule in rules.of(event):
            most = Limit("a day", (event.owner.person,), Curve.cap(rule.body["most"] * 1000))
            points = rule.body["points"] * 1000
            yield Entry(event.id, event.owner.identity, MEASURE, rule.name, points, limits=(most,))


def move(ctx: PluginContext, gone: int, kept: int) -> None:
    """After a merge, cards are those of the person who remains."""
    ctx.session.execute(update(Card).where(Card.giver_id == gone).values(giver_id=kept))
