"""Customers helped: an answer counts for whoever gave it when the customer who asked accepts it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renown.api import Curve, Entry, Limit, Rules, ScoredEvent

MEASURE = "care.helped"
RULE = "accepted"


def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterator[Entry]:
    for event in events:
        owner = event.owner
        if owner is None or not _accepted(event):
            continue
        for rule in rules.of(event):
            if rule.body["questions"]:
                most = Limit("a day", (owner.person,), Curve.cap(rule.body["most"] * 1000))
                yield Entry(event.id, owner.identity, MEASURE, rule.name, rule.body["questions"] * 1000, limits=(most,))


def _accepted(event: ScoredEvent) -> bool:
    """In public, by the customer who asked, of what somebody here answered."""
    actor, owner, asker = event.actor, event.owner, event.asker
    if event.verb != "accept" or event.activity != "Accept" or event.private:
        return False
    if actor is None or owner is None or asker is None or actor.person != asker.person:
        return False
    return actor.affiliation == "customer" and owner.affiliation == "employee" and not (actor.bot or owner.bot)
