"""The ledger once more: slow, in memory, everything weighed again at every position of the log.

It shares with the product the scoring functions of plugins and what they are given, and nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from renown.ledger.entries import Entry, Party, RuleVersion, ScoredEvent
from tests.model.history import Did, History, Told, to_day

#: Rule, version, measure, identity.
Slot = tuple[str, int, str, int]


@dataclass
class Line:
    raw: int
    amount: int
    day: int
    team: int
    limits: tuple[Any, ...]
    quota: Any = None
    refused: bool = False


class Counted:
    """A plugin's ledger over a history. `base` as of a generation."""

    def __init__(
        self,
        history: History,
        plugin: str,
        score: Callable[[Sequence[ScoredEvent], Any], Sequence[Entry]],
        defaults: Sequence[tuple[str, Any]],
        base: int = 0,
        unlisted: str = "",
    ) -> None:
        self.history, self.plugin, self.score, self.defaults, self.base = history, plugin, score, defaults, base
        self.days: Counter[tuple[str, int, int, int]] = Counter()
        #: The same of the measure that has no boards.
        self.unlisted, self.apart = unlisted, Counter[tuple[str, int, int, int]]()
        self.closed: dict[tuple[str, int], Counter[Any]] = {}
        self._living: dict[int, dict[Slot, Line]] = defaultdict(dict)
        self._sums: Counter[Any] = Counter()
        self._quotas: Counter[Any] = Counter()
        for one in history.log:
            if isinstance(one, Told) and one.verb == "closed":
                self.closed[one.said["kind"], one.said["start"]] = self.standings(
                    one.at, one.said["kind"], one.said["start"]
                )
            self._settle(one.at)

    def _settle(self, at: int) -> None:
        missing = []
        for act in self.history.log:
            if act.at > at:
                break
            wanted = self._wanted(act, at)
            living = self._living[act.at]
            for slot in sorted(living, key=_order):
                if slot not in wanted or wanted[slot][0] != living[slot].raw:
                    self._reverse(act.at, slot)
            missing += [(act.at, slot, wanted[slot]) for slot in sorted(wanted, key=_order) if slot not in living]
        decided: dict[Any, bool] = {}
        for act_at, slot, want in missing:
            self._post(act_at, slot, want, decided)

    def _reverse(self, act: int, slot: Slot) -> None:
        line = self._living[act].pop(slot)
        if line.quota is not None and all(one.quota != line.quota for one in self._living[act].values()):
            self._quotas[line.quota] -= 1
        self._add(slot, line, 0 if line.refused else self._through(line.limits, -line.raw))

    def _post(self, act: int, slot: Slot, want: tuple[Any, ...], decided: dict[Any, bool]) -> None:
        raw, day, team, limits, quota, most = want
        line = Line(raw, 0, day, team, limits, quota)
        if quota is not None:
            held = any(one.quota == quota for one in self._living[act].values())
            if (act, quota) not in decided:
                decided[act, quota] = held or self._quotas[quota] < most
                self._quotas[quota] += decided[act, quota] and not held
            if not decided[act, quota]:
                line.refused, line.quota, line.limits = True, None, ()
        if not line.refused:
            line.amount = self._through(limits, raw)
        self._living[act][slot] = line
        self._add(slot, line, line.amount)

    def _add(self, slot: Slot, line: Line, amount: int) -> None:
        into = self.apart if slot[2] == self.unlisted else self.days
        into[slot[2], slot[3], line.day, line.team] += amount

    def _through(self, limits: tuple[Any, ...], raw: int) -> int:
        for key in limits:
            before = self._sums[key]
            self._sums[key] += raw
            raw = curve(key[2], before + raw) - curve(key[2], before)
        return raw

    def _wanted(self, act: Did | Told, at: int) -> dict[Slot, tuple[Any, ...]]:
        past = self.history
        known = max(act.at, self.base)
        if isinstance(act, Told):
            if act.verb != "adjusted" or not act.said["measure"].startswith(f"{self.plugin}."):
                return {}
            aside = past.told("set-aside", at)
            if any(one.said["plugin"] == self.plugin and one.said["cites"] == act.at for one in aside):
                return {}
            identity, day = act.said["identity"], act.said["day"]
            team = past.team(past.owners[identity], day, known)
            slot = ("adjustment", 1, act.said["measure"], identity)
            return {slot: (act.said["amount"], day, team, (), None, 0)}
        if not past.counts(act, at, self.plugin):
            return {}
        facts, day = past.facts(act, at), to_day(act.micros)

        def party(identity: int | None) -> Party | None:
            if identity is None:
                return None
            person = past.owners[identity]
            said = "bot" if identity in past.bots else past.affiliation(person, day, known)
            return Party(identity, past.root(person, at), said, past.team(person, day, known), said == "bot")

        data = act.event.data
        network, verb = "slack", act.event.type.split(".")[1]
        event = ScoredEvent(
            act.at, act.source, network, act.event.id, act.event.type, verb, data.type, facts.get("kind"),
            party(act.actor), party(facts.get("owner")), party(facts.get("asker")), 1, None, facts.get("space"), None,
            facts.get("words"), None, data.content, data.object.state, act.micros, day, False, False, None,
            mentioned=tuple(one for one in map(party, act.mentioned) if one),
        )  # fmt: skip
        rules = self._rules(act.at, day)
        found: dict[Slot, tuple[Any, ...]] = {}
        parties = {one.identity: one for one in (*event.mentioned, event.asker, event.owner, event.actor) if one}
        for entry in self.score([event], SimpleNamespace(of=lambda _: rules)):
            version = next(rule.version for rule in rules if rule.name == entry.rule)
            limits = tuple((entry.measure, one.name, one.curve.steps, one.key, day) for one in entry.limits)
            quota = None if entry.quota is None else (entry.quota.name, entry.quota.key, day)
            most = entry.quota.most if entry.quota else 0
            if entry.raw:
                team = parties[entry.identity].team
                found[entry.rule, version, entry.measure, entry.identity] = (entry.raw, day, team, limits, quota, most)
        return found

    def _rules(self, at: int, day: int) -> tuple[RuleVersion, ...]:
        rules = {name: RuleVersion(number, name, 1, body) for number, (name, body) in enumerate(self.defaults, 1)}
        for one in self.history.told("rule-published", max(self.base, at - 1)):
            said = one.said
            effective = said["effective"]
            if one.at > self.base:
                # Only a recount looks at the past with new eyes.
                effective = max(effective or 0, said["tomorrow"])
            if said["plugin"] == self.plugin and (effective is None or effective <= day):
                rules[said["rule"]] = RuleVersion(1000 + one.at, said["rule"], said["version"], said["body"])
        return tuple(rules[name] for name in sorted(rules))

    # Boards

    def standings(self, at: int, kind: str, start: int, as_of: int = 0) -> Counter[Any]:
        """(measure, scope, subject) -> amount of a period, as people are merged at `at`."""
        found: Counter[Any] = Counter()
        for (measure, identity, day, team), amount in self.days.items():
            if not _holds(kind, start, day, as_of):
                continue
            person = self.history.root(self.history.owners[identity], at)
            found[measure, "organisation", person] += amount
            found[measure, f"source:{self.history.source_of[identity]}", person] += amount
            if team:
                found[measure, "teams", team] += amount
                found[measure, f"team:{team}", person] += amount
        return Counter({key: amount for key, amount in found.items() if amount})

    def leads(self, at: int, kind: str, start: int, today: int, stands: Callable[[int], bool]) -> set[Any]:
        """Who passed whom on which day: (measure, scope, day, leader, amount, former, former's amount, since)."""
        found: set[Any] = set()
        moves: dict[Any, Counter[Any]] = defaultdict(Counter)
        for (measure, identity, day, team), amount in self.days.items():
            if amount and day < today and _holds(kind, start, day, 0):
                person = self.history.root(self.history.owners[identity], at)
                if stands(person):
                    moves[measure, "organisation"][day, person] += amount
                if team:
                    moves[measure, "teams"][day, team] += amount
                    if stands(person):
                        moves[measure, f"team:{team}"][day, person] += amount
        for (measure, scope), moved in moves.items():
            totals: Counter[int] = Counter()
            leader: int | None = None
            since: int | None = None
            for day in sorted({day for day, _ in moved}):
                for (when, subject), amount in moved.items():
                    if when == day:
                        totals[subject] += amount
                best = min(totals, key=lambda one: (-totals[one], one))
                mine: int | None = None if leader is None else totals[leader]
                if best != leader and totals[best] > max(mine or 0, 0):
                    found.add((measure, scope, day, best, totals[best], leader, mine, since))
                    leader, since = best, day
        return found


def _order(slot: Slot) -> tuple[str, str, int]:
    return slot[0], slot[2], slot[3]


def curve(steps: Sequence[tuple[int | None, int]], total: int) -> int:
    """Each step's rate for the part of the total that lies in it; nothing is rounded but the end."""
    if total <= 0:
        return total
    paid, below = 0, 0
    for upto, rate in steps:
        top = total if upto is None else min(total, upto)
        paid += max(0, top - below) * rate
        below = below if upto is None else upto
    return paid // 1000


def spans(day: int) -> list[tuple[str, int]]:
    """The calendar periods of a day: (kind, first day)."""
    it = date(1970, 1, 1) + timedelta(days=day)
    starts = {
        "year": it.replace(month=1, day=1),
        "quarter": it.replace(month=(it.month - 1) // 3 * 3 + 1, day=1),
        "month": it.replace(day=1),
        "week": it - timedelta(days=it.isocalendar().weekday - 1),
    }
    return [(kind, (first - date(1970, 1, 1)).days) for kind, first in starts.items()]


def _holds(kind: str, start: int, day: int, as_of: int) -> bool:
    if kind == "all":
        return True
    return as_of - 29 <= day <= as_of if kind == "rolling" else (kind, start) in spans(day)
