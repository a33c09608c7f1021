"""From events to entries. Pure: the same events and rules give the same entries, on any machine, at any time."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Any

from renown.api import Curve, Entry, Limit, Party, Quota, Rules, RuleVersion, ScoredEvent
from renown_activity.schemas import CLOSED, MAKING, DailyLimit, RuleBody

MEASURE = "activity.points"
#: The rule that limits what all others give together.
DAILY_LIMIT = "daily-limit"
UNIT = 1000
_MANY = 4096


def thousandths(points: float) -> int:
    return round(points * UNIT)


class Patterns:
    """Whether a name fits one of some patterns with * and ?, whatever its case."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._search = re.compile("|".join(fnmatch.translate(one.casefold()) for one in patterns)).match
        self._known: dict[str, bool] = {}

    def fit(self, name: str | None) -> bool:
        if name is None:
            return False
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= _MANY:
                self._known.clear()
            known = self._known[name] = self._search(name.casefold()) is not None
        return known


class Compiled:
    """One version of one rule, ready to be asked."""

    def __init__(self, name: str, body: Mapping[str, Any], most: float | None) -> None:
        self.name = name
        self.verbs: tuple[str, ...] = tuple(dict.fromkeys(body["verbs"]))
        self.activities = frozenset(body["activities"])
        self.kinds = frozenset(body["kinds"])
        self.states = frozenset(state.casefold() for state in body["states"])
        self.emoji = frozenset(body["emoji"])
        self.networks = frozenset(body["networks"])
        self.sources = Patterns(body["sources"]) if body["sources"] else None
        self.spaces = _of_spaces(body["spaces"])
        self.not_spaces = _of_spaces(body["not_spaces"])
        self.min_words: int = body["min_words"]
        self.actors = frozenset(body["actors"])
        self.owners = frozenset(body["owners"])
        self.askers = frozenset(body["askers"])
        self.confirmed: bool = body["confirmed"]
        self.private: bool = body["private"]
        self.backfill: bool = body["backfill"]
        self.bots: bool = body["bots"]
        self.actor_points = thousandths(body["actor_points"])
        self.owner_points = thousandths(body["owner_points"])
        self.anonymous_points = thousandths(body["anonymous_points"])
        self.actor_pair = _pair_curve(self.actor_points, body["pair_full"], body["pair_half"])
        self.owner_pair = _pair_curve(self.owner_points, body["pair_full"], body["pair_half"])
        self.quota: int | None = body["giver_quota"]
        # Read by those whom they limit, and part of the limits' keys: never changed.
        self.pair_name, self.quota_name = f"same-pair limit for {name}", f"giver's quota for {name}"
        caps = ((f"daily limit for {name}", body["daily_cap"]), (DAILY_LIMIT, most))
        self._caps = [(cap, Curve.cap(thousandths(points))) for cap, points in caps if points is not None]
        self._day_limits: dict[int, tuple[Limit, ...]] = {}

    def fits(self, event: ScoredEvent) -> bool:
        """Whether the act itself is one that this rule speaks of, whoever did it."""
        if self.activities and event.activity not in self.activities:
            return False
        if self.kinds and event.kind not in self.kinds:
            return False
        if self.min_words and (event.words is None or event.words < self.min_words):
            return False
        if (event.private and not self.private) or (event.backfill and not self.backfill):
            return False
        if self.states and (event.state is None or event.state.casefold() not in self.states):
            return False
        if self.emoji and event.content not in self.emoji:
            return False
        if self.networks and event.network not in self.networks:
            return False
        if self.sources is not None and not self.sources.fit(event.source):
            return False
        if self.spaces is not None and not _in(self.spaces, event):
            return False
        return self.not_spaces is None or not _in(self.not_spaces, event)

    def fits_people(self, actor: Party | None, owner: Party | None, asker: Party | None) -> bool:
        if actor is not None and actor.bot and not self.bots:
            return False
        if self.actors and (actor is None or actor.affiliation not in self.actors):
            return False
        if self.owners and (owner is None or owner.affiliation not in self.owners):
            return False
        if self.askers and (asker is None or asker.affiliation not in self.askers):
            return False
        return not self.confirmed or (actor is not None and asker is not None and actor.person == asker.person)

    def limits(self, person: int, other: Party | None, pair: Curve | None) -> tuple[Limit, ...]:
        """Innermost first: the pair within the rule within the day."""
        day = self._day_limits.get(person)
        if day is None:
            if len(self._day_limits) >= _MANY:
                self._day_limits.clear()
            day = self._day_limits[person] = tuple(Limit(name, (person,), curve) for name, curve in self._caps)
        if pair is None or other is None:
            return day
        return (Limit(self.pair_name, (person, other.person), pair), *day)


def _of_spaces(patterns: Sequence[str]) -> Patterns | None:
    """By name, with or without the # that people write before a channel's, or by id."""
    return Patterns([one.removeprefix("#") for one in patterns]) if patterns else None


def _in(spaces: Patterns, event: ScoredEvent) -> bool:
    return spaces.fit(event.space_name) or spaces.fit(event.space)


def _pair_curve(points: int, full: int | None, half: int) -> Curve | None:
    if full is None or not points:
        return None
    whole = points * full
    if not half:
        return Curve.cap(whole)
    return Curve(((whole, 1000), (whole + points * half, 500), (None, 0)))


class Index:
    """The rules in force for an event, by verb."""

    def __init__(self, versions: Sequence[RuleVersion]) -> None:
        self.by_verb: dict[str, list[Compiled]] = {}
        most = next((DailyLimit().load(dict(one.body))["most"] for one in versions if one.name == DAILY_LIMIT), None)
        for version in versions:
            if version.name == DAILY_LIMIT:
                continue
            body = RuleBody().load(dict(version.body))
            if body["on"]:
                rule = Compiled(version.name, body, most)
                for verb in rule.verbs:
                    self.by_verb.setdefault(verb, []).append(rule)


_indexes: dict[tuple[int, ...], tuple[tuple[RuleVersion, ...], Index]] = {}


def index_of(versions: Sequence[RuleVersion]) -> Index:
    """The index of these versions, made once. Ids alone would not do: drafts and other databases reuse them."""
    key = tuple([version.id for version in versions])
    found = _indexes.get(key)
    if found is not None and all(a is b or a == b for a, b in zip(found[0], versions, strict=True)):
        return found[1]
    index = Index(versions)
    if len(_indexes) >= 64:
        _indexes.clear()
    _indexes[key] = (tuple(versions), index)
    return index


def score(events: Sequence[ScoredEvent], rules: Rules) -> list[Entry]:
    """The entries of each event, in the order of the events and, within one, of the rules."""
    entries: list[Entry] = []
    last: Sequence[RuleVersion] | None = None
    index: Index | None = None
    for event in events:
        versions = rules.of(event)
        if index is None or versions is not last:
            index, last = index_of(versions), versions
        found = index.by_verb.get(event.verb)
        if found is not None and not _undoes(event):
            for rule in found:
                if rule.fits(event) and rule.fits_people(event.actor, event.owner, event.asker):
                    _pay(entries, event, rule)
    return entries


def _pay(entries: list[Entry], event: ScoredEvent, rule: Compiled) -> None:
    actor, owner, asker = event.actor, event.owner, event.asker
    made = _made(event)
    if (rule.confirmed or event.verb == "accept") and owner and asker and owner.person == asker.person:
        return  # an answer to oneself; a third person's like of it is another matter
    if event.verb == "resolve" and not rule.confirmed and (event.state or "").casefold() in CLOSED:
        return
    if actor is None:
        if rule.anonymous_points and owner is not None and not owner.bot:
            limits = rule.limits(owner.person, None, None)
            entries.append(Entry(event.id, owner.identity, MEASURE, rule.name, rule.anonymous_points, None, limits))
        return
    if owner is not None and owner.person == actor.person and not made:
        return
    if asker is not None and made and asker.person == actor.person:
        return
    if rule.actor_points and not actor.bot:
        other = asker if made else owner
        limits = rule.limits(actor.person, other, rule.actor_pair)
        entries.append(Entry(event.id, actor.identity, MEASURE, rule.name, rule.actor_points, None, limits))
    if rule.owner_points and owner is not None and not owner.bot and owner.person != actor.person:
        limits = rule.limits(owner.person, actor, rule.owner_pair)
        quota = None if rule.quota is None else Quota(rule.quota_name, (actor.person,), rule.quota)
        entries.append(Entry(event.id, owner.identity, MEASURE, rule.name, rule.owner_points, None, limits, quota))


def _undoes(event: ScoredEvent) -> bool:
    """What takes something back or away is no contribution, whatever verb it says."""
    return event.activity == "Undo" or (event.activity == "Delete" and event.verb != "delete")


def _made(event: ScoredEvent) -> bool:
    """Whether the object came into the world by this act, so that its owner is who acts."""
    if event.verb in MAKING:
        return True
    # Some networks tell a review as a thing of its own under the change, others as an act on the change.
    return event.activity == "Create" and (event.verb != "review" or event.asker is not None)
