"""Giving thanks, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select, update

from renown.api import Curve, Data, Entry, Limit, ObjectRef, PluginContext, Rules, ScoredEvent, to_date
from renown_thanks.models import Card

MEASURE = "thanks.received"
RULE = "given"
GIVEN = "thanks.given.v1"


class TooMany(Exception):
    """Somebody thanked as often as the settings allow."""


def give(ctx: PluginContext, giver: int, receiver: int, text: str) -> Card:
    """Raises TooMany, and ValueError for thanks to oneself."""
    if giver == receiver:
        raise ValueError("thanks go to somebody else")
    today = ctx.clock.today()
    given = select(func.count()).where(Card.giver_id == giver, Card.day == today)
    if ctx.session.scalar(given) >= ctx.settings["a_day"]:
        raise TooMany(f"{ctx.settings['a_day']} thanks a day are enough; there is another day tomorrow")
    card = Card(giver_id=giver, receiver_id=receiver, text=text.strip()[:280], day=today, at=ctx.clock.now())
    thing = ObjectRef(id=f"{giver}-{receiver}-{card.at}", kind="thanks:card", attributedTo=ctx.people.actor(receiver))
    card.event = ctx.events.append(GIVEN, Data(type="Offer", actor=ctx.people.actor(giver), object=thing))
    ctx.session.add(card)
    return card


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


def received(ctx: PluginContext, person: int, limit: int = 5) -> Sequence[Card]:
    """The newest first."""
    cards = select(Card).where(Card.receiver_id == person).order_by(Card.id.desc()).limit(limit)
    return ctx.session.scalars(cards).all()


def told(ctx: PluginContext, person: int) -> list[dict[str, Any]]:
    """Every card that somebody gave or was given, for that person."""
    mine = select(Card).where((Card.giver_id == person) | (Card.receiver_id == person)).order_by(Card.id)
    return [
        {"day": to_date(card.day).isoformat(), "given": card.giver_id == person, "text": card.text}
        for card in ctx.session.scalars(mine)
    ]


def move(ctx: PluginContext, gone: int, kept: int) -> None:
    """After a merge, cards are those of the person who remains."""
    for column in (Card.giver_id, Card.receiver_id):
        ctx.session.execute(update(Card).where(column == gone).values({column.key: kept}))


def forget(ctx: PluginContext, person: int) -> None:
    """Take away what somebody wrote and was written to."""
    mine = (Card.giver_id == person) | (Card.receiver_id == person)
    ctx.session.execute(update(Card).where(mine).values(text=""))
