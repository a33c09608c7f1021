"""From events to evidence: who relied on whose work. Pure, like all scoring.

An entry stands with the one whose work it was, and its act tells who endorsed it. So toggles, retractions, deletions,
merges and recounts are the ledger's business, as with points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from renown.api import Entry, Party, Rules, RuleVersion, ScoredEvent
from renown_influence.schemas import Weight

EVIDENCE = "influence.evidence"
UNIT = 1000

#: The rule whose entries speak against somebody's work: for quality alone.
AGAINST = "against"
#: Verbs that make a thing: what they endorse is the thing that it belongs to.
_MAKING = frozenset({"create", "reply", "ask", "answer", "publish", "review", "resolve"})
#: Verbs whose own words name people. All others speak of a thing whose mentions counted when it was made: an edit tells
#: again all that it holds, and which of them are new is not to be seen in it.
_NAMING = _MAKING - {"resolve"} | {"assign"}


@dataclass(frozen=True)
class Default:
    name: str
    title: str
    about: str
    weight: float


DEFAULTS = (
    Default("accepted", "Answer accepted", "Somebody said that this answer helped.", 3),
    Default("shared", "Shared", "Somebody passed it on to others.", 2),
    Default("answered", "Answered or replied to", "Somebody took it up and answered.", 1),
    Default("mentioned", "Mentioned", "Somebody named them.", 1),
    Default("commented", "Commented or reviewed", "Somebody commented on it.", 0.5),
    Default("liked", "Liked", "Somebody liked it or voted for it.", 0.5),
    Default(AGAINST, "Voted against", "Somebody disliked it. It counts for quality alone, never for influence.", 0.5),
)


def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterator[Entry]:
    """Entries in the order of the events; within one, who made the thing comes before who is mentioned in it."""
    last: Sequence[RuleVersion] | None = None
    weights: Mapping[str, tuple[int, bool]] = {}
    for event in events:
        actor = event.actor
        if actor is None or actor.bot or event.activity in ("Undo", "Delete"):
            continue
        versions = rules.of(event)
        if versions is not last:
            weights, last = _weights(versions), versions
        for name, party in _endorsed(event):
            weight, private = weights[name]
            if weight and not party.bot and party.person != actor.person and (private or not event.private):
                yield Entry(event.id, party.identity, EVIDENCE, name, weight)


def _weights(versions: Sequence[RuleVersion]) -> dict[str, tuple[int, bool]]:
    loaded = ((one.name, Weight().load(dict(one.body))) for one in versions)
    return {name: (round(body["weight"] * UNIT), body["private"]) for name, body in loaded}


def _endorsed(event: ScoredEvent) -> Iterator[tuple[str, Party]]:
    """Which rule counts it for whom."""
    name = _named(event)
    whose = event.asker if event.verb in _MAKING and event.asker is not None else event.owner
    if name is not None and whose is not None:
        yield name, whose
    if event.verb not in _NAMING or event.activity == "Update":
        return
    people = set()
    for party in event.mentioned:
        if party.person not in people:
            people.add(party.person)
            yield "mentioned", party


def _named(event: ScoredEvent) -> str | None:
    match event.verb:
        case "accept":
            return "accepted" if event.activity == "Accept" else None
        case "share":
            return "shared"
        case "answer":
            return "answered"
        case "reply":
            return "commented" if event.kind == "comment" else "answered"
        case "review":
            return "commented"
        case "react":
            return {"Like": "liked", "Dislike": AGAINST}.get(event.activity)
        case "vote" if event.value != 0:
            against = event.activity == "Dislike" or (event.value is not None and event.value < 0)
            return AGAINST if against else "liked"
    return None
