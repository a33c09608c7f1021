"""Asks a plugin what acts are worth, and reads its answer with care."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from renown.ledger import limits
from renown.ledger.acts import Act
from renown.ledger.entries import Entry, Limit, Party, Rules, ScoredEvent
from renown.ledger.limits import BadLimit, Keys
from renown.ledger.posting import Wanted
from renown.ledger.rules import RuleBook
from renown.ledger.seen import Eyes

#: `dispatcher.score` of one plugin.
Score = Callable[[Sequence[ScoredEvent], Rules], Sequence[Entry]]

_MOST = 10**15


class BadEntry(ValueError):
    """The plugin gave an entry that cannot be posted. The text names the event and says why."""


class ScoringFailed(Exception):
    """The plugin raised for one event. The text names it."""


class Asking:
    """One plugin's scoring for one generation and batch. Collects the limits that its entries declare."""

    def __init__(self, plugin: str, score: Score, keys: Keys, book: RuleBook, measures: Mapping[str, int]) -> None:
        self._plugin = plugin
        self._score = score
        self._keys = keys
        self._book = book
        self._measures = measures
        self.declared: dict[int, Limit] = {}
        self.quotas: set[int] = set()

    def worth(self, events: Sequence[ScoredEvent], doubtful: Collection[int] = ()) -> list[list[Wanted]]:
        """What each event is worth. An event may come more than once, with different facts.

        The `doubtful` places are those of acts that are set aside later on: should the plugin raise for one of them,
        it is worth nothing.
        """
        answers: list[list[Wanted]] = [[] for _ in events]
        if not events:
            return answers
        if not doubtful and len({event.id for event in events}) == len(events):
            self._round(events, answers)
            return answers
        rounds: list[dict[int, int]] = []
        times: defaultdict[int, int] = defaultdict(int)
        for place, event in enumerate(events):
            if place in doubtful:
                try:
                    self._round([event], [answers[place]])
                except Exception:
                    answers[place].clear()
                continue
            number = times[event.id]
            times[event.id] += 1
            if number == len(rounds):
                rounds.append({})
            rounds[number][event.id] = place
        for one in rounds:
            places = list(one.values())
            self._round([events[place] for place in places], [answers[place] for place in places])
        return answers

    def adjusted(self, act: Act, eyes: Eyes, at: int) -> list[Wanted]:
        """What an administrator gave by hand, where the measure is this plugin's."""
        said = act.extra
        measure = self._measures.get(said["measure"])
        if measure is None:
            return []
        day = eyes.day(act)
        team = eyes.party(said["identity"], act, day, at).team
        slot = (self._book.adjustment, measure, said["identity"])
        return [Wanted(slot, said["amount"], day, team, (said.get("reason") or "")[:64] or None)]

    def _round(self, events: Sequence[ScoredEvent], answers: Sequence[list[Wanted]]) -> None:
        """Each event at most once, so that entries find the one they are for."""
        by_id = {event.id: (event, answer) for event, answer in zip(events, answers, strict=True)}
        for entry in self._given(events):
            found = by_id.get(entry.event)
            if found is None:
                raise BadEntry(f"event {entry.event}: was not asked about")
            event, answer = found
            want = self._read(entry, event)
            if answer and any(other.slot == want.slot for other in answer):
                raise BadEntry(f"event {event.id}: two entries of rule {entry.rule!r} for identity {entry.identity}")
            if want.raw:
                answer.append(want)

    def _given(self, events: Sequence[ScoredEvent]) -> Iterable[Entry]:
        try:
            return self._score(events, self._book)
        except Exception as error:
            if len(events) > 1:
                raise
            # It need not be the event at which the cursor stands: that one may only have made this one count again.
            one = events[0]
            said = f"event {one.id} ({one.key} of {one.source}): {type(error).__name__}: {error}"
            raise ScoringFailed(said) from error

    def _read(self, entry: Entry, event: ScoredEvent) -> Wanted:
        measure = self._measures.get(entry.measure)
        rule = self._book.ids(event.id, event.day).get(entry.rule)
        party = _party(event, entry.identity)
        if measure is None:
            raise BadEntry(f"event {event.id}: {entry.measure!r} is no sum measure of {self._plugin!r}")
        if rule is None:
            raise BadEntry(f"event {event.id}: no rule {entry.rule!r} holds for it")
        if party is None:
            raise BadEntry(f"event {event.id}: identity {entry.identity} has no part in it")
        if not isinstance(entry.raw, int) or abs(entry.raw) > _MOST:
            raise BadEntry(f"event {event.id}: raw must be a whole number of thousandths, up to {_MOST}")
        if entry.reason is not None and len(entry.reason) > 64:
            raise BadEntry(f"event {event.id}: a reason has at most 64 characters")
        want = Wanted((rule, measure, entry.identity), entry.raw, event.day, party.team, entry.reason)
        if entry.limits:
            want.limits = self._limits(entry, event)
        if entry.quota is not None:
            want.quota = self._keys.quota(entry.quota, event.day)
            want.most = entry.quota.most
            self.quotas.add(want.quota)
        return want

    def _limits(self, entry: Entry, event: ScoredEvent) -> tuple[int, ...]:
        ids = []
        for limit in entry.limits:
            sum_id = self._keys.sum(entry.measure, limit, event.day)
            self.declared[sum_id] = limit
            ids.append(sum_id)
        if len(ids) > limits.NESTED or len(set(ids)) < len(ids):
            raise BadLimit(f"event {event.id}: at most {limits.NESTED} limits, each once")
        return tuple(ids)


def _party(event: ScoredEvent, identity: int) -> Party | None:
    for party in (event.actor, event.owner, event.asker):
        if party is not None and party.identity == identity:
            return party
    return next((party for party in event.mentioned if party.identity == identity), None)
