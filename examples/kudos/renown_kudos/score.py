"""From events to entries. Pure: no session, no clock.

A thank-you is a Like by whoever gives of a thing that belongs to whoever gets. So the rules of other plugins for what
colleagues like count it as well, and taking it back is the ledger's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renown.api import Curve, Entry, Limit, Rules, ScoredEvent, collab

MEASURE = "kudos.received"
RULE = "received"
KIND = "kudos:thank-you"
#: The verb of reactions: what is liked in Slack, on a forum and here is one thing to whoever counts.
EVENT = collab("react")
#: Where this plugin's own events come from. Others may send reactions; only these were held to an allowance.
SOURCE = "renown:kudos"
UNIT = 1000


def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterator[Entry]:
    """A thank-you counts for whoever got it, up to so many a day."""
    for event in events:
        if event.source != SOURCE or event.kind != KIND or event.activity != "Like":
            continue
        owner, actor = event.owner, event.actor
        if owner is None or actor is None or owner.person == actor.person:
            continue
        for rule in rules.of(event):
            if event.private and not rule.body["private"]:
                continue
            most = Limit("a day", (owner.person,), Curve.cap(rule.body["most"] * UNIT))
            yield Entry(event.id, owner.identity, MEASURE, rule.name, rule.body["points"] * UNIT, limits=(most,))
