"""From events to points for initiative. Pure, like all scoring. Customers have no points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from renown.api import Curve, Entry, Limit, Party, Rules, ScoredEvent
from renown_ideation.answers import answering
from renown_ideation.ideas import writing
from renown_ideation.rewards import rules, support

MEASURE = "ideation.initiative"
UNIT = 1000
_RULES = {
    (writing.SUBMITTED, "Create"): rules.SUBMITTED,
    (support.SUPPORTED, "Like"): rules.SUPPORTED,
    (answering.DELIVERED, "Accept"): rules.DELIVERED,
}


def score(events: Sequence[ScoredEvent], versions: Rules) -> Iterator[Entry]:
    """One entry at most of each event, for the author of the idea."""
    for event in events:
        name = _RULES.get((event.verb, event.activity))
        author = event.owner if name is not None else None
        if name is None or author is None or author.affiliation != "employee" or author.bot:
            continue
        if name == rules.SUPPORTED and _own(event, author):
            continue
        body = next((one.body for one in versions.of(event) if one.name == name), None)
        if body is not None and body["points"]:
            raw = round(body["points"] * UNIT)
            yield Entry(event.id, author.identity, MEASURE, name, raw, None, _limits(name, body, raw, event, author))


def _own(event: ScoredEvent, author: Party) -> bool:
    """Whether it is a vote by one of the idea's authors, or by no human."""
    actor = event.actor
    return actor is None or actor.bot or actor.person == author.person or event.state == support.OWN


def _limits(name: str, body: Mapping[str, Any], raw: int, event: ScoredEvent, author: Party) -> tuple[Limit, ...]:
    """Innermost first. The names are part of the limits' keys: never changed."""
    found: list[Limit] = []
    pair, cap = body.get("pair"), body.get("daily_cap")
    if pair is not None and event.actor is not None:
        found.append(Limit(f"same-pair limit for {name}", (author.person, event.actor.person), Curve.cap(raw * pair)))
    if cap is not None:
        found.append(Limit(f"daily limit for {name}", (author.person,), Curve.cap(round(cap * UNIT))))
    return tuple(found)
