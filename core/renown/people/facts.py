"""What is known of people at a position of the log: loaded once for a batch, then looked up in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from renown.db.sets import listed
from renown.db.spelled import Spelled, spelled_among
from renown.people.affiliations import KINDS

_STRENGTH = {kind: place for place, kind in enumerate(KINDS)}


class Who(NamedTuple):
    """An account as it stood: `person` follows merges, `team` is 0 where there is none."""

    identity: int
    person: int
    affiliation: str
    team: int
    bot: bool


class _Edge(NamedTuple):
    other: int
    known: int
    undone: int | None


class _Dated(NamedTuple):
    value: Any
    from_day: int | None
    to_day: int | None
    known: int
    dropped: int | None


class Facts:
    """Pure look-ups. Ask only for accounts and people that were loaded, or who were merged with them.

    `known` is the position as of which affiliation and team are known, `position` the one as of which merges hold
    (`known` where it is not given). A person asked for is the one that the others count as at that position.
    """

    def __init__(self) -> None:
        self._own: dict[int, int] = {}
        self._bots: set[int] = set()
        self._accounts: dict[int, list[int]] = defaultdict(list)
        self._source: dict[int, int] = {}
        self._up: dict[int, list[_Edge]] = defaultdict(list)
        self._down: dict[int, list[_Edge]] = defaultdict(list)
        self._affiliations: dict[int, list[_Dated]] = defaultdict(list)
        self._teams: dict[int, list[_Dated]] = defaultdict(list)
        self._core = 0
        self._always: dict[int, Who] = {}
        #: By source: what its accounts are, newest first, each known from a position.
        self._defaults: dict[int, list[tuple[int, str]]] = {}

    def person(self, identity: int, position: int) -> int:
        """Whom the account counts as."""
        return self.root(self._own[identity], position)

    def root(self, person: int, position: int) -> int:
        up = self._up
        while person in up:
            for edge in up[person]:
                if edge.known <= position and (edge.undone is None or position < edge.undone):
                    person = edge.other
                    break
            else:
                return person
        return person

    def group(self, person: int, position: int) -> tuple[int, ...]:
        """All people who count as this one, itself first, the others by number."""
        if person not in self._down:
            return (person,)
        found, waiting = [], [person]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting.extend(edge.other for edge in filter(_holds(position), self._down.get(one, ())))
        return (person, *sorted(found[1:]))

    def identities(self, person: int, position: int) -> tuple[int, ...]:
        """All accounts that count as this person."""
        return tuple(sorted(one for each in self.group(person, position) for one in self._accounts[each]))

    def affiliation(self, person: int, day: int, known: int, position: int | None = None) -> str:
        """What was said of the person for that day, else the best that a source gives its accounts."""
        group = self.group(person, known if position is None else position)
        said = _covering(self._affiliations, group, day, known)
        if said is not None:
            return str(said)
        # The core's own source holds accounts of anybody (for adjustments by hand), and says nothing of them.
        accounts = [one for each in group for one in self._accounts[each] if self._source[one] != self._core]
        if not accounts:
            return KINDS[0]
        return min((self._default(one, known) for one in accounts), key=_STRENGTH.__getitem__)

    def team(self, person: int, day: int, known: int, position: int | None = None) -> int:
        group = self.group(person, known if position is None else position)
        return _covering(self._teams, group, day, known) or 0

    def who(self, identity: int, day: int, known: int, position: int) -> Who:
        same = self._always.get(identity)
        if same is not None:
            return same
        person = self.person(identity, position)
        affiliation = "bot" if identity in self._bots else self.affiliation(person, day, known, position)
        return Who(identity, person, affiliation, self.team(person, day, known, position), affiliation == "bot")

    def _settle(self) -> None:
        """Note the accounts of which nothing ever changed: most of them, so that looking them up costs nothing."""
        for identity, person in self._own.items():
            changing = (self._up, self._down, self._affiliations, self._teams)
            if len(self._defaults[self._source[identity]]) == 1 and not any(person in one for one in changing):
                self._always[identity] = self.who(identity, 0, 0, 0)

    def _default(self, identity: int, known: int) -> str:
        if identity in self._bots:
            return "bot"
        history = self._defaults[self._source[identity]]
        return next((kind for since, kind in history if since <= known), history[-1][1])


def load(conn: Connection, identities: Collection[int] = (), people: Collection[int] = ()) -> Facts:
    """All that is known, at any position, of these accounts and people and of everybody merged with them."""
    facts = Facts()
    found = set(people)
    found.update(person for (person,) in _PERSONS.rows(conn, {"given": listed(conn, identities)}))
    found |= _merges(conn, facts, found)
    given = {"given": listed(conn, found)}
    for identity, person, source, bot in _ACCOUNTS.rows(conn, given):
        facts._own[identity] = person
        facts._accounts[person].append(identity)
        facts._source[identity] = source
        if bot:
            facts._bots.add(identity)
    for into, dated in ((facts._affiliations, _AFFILIATIONS), (facts._teams, _TEAMS)):
        for person, *fact in dated.rows(conn, given):
            into[person].append(_Dated(*fact))
    _defaults(conn, facts)
    facts._settle()
    return facts


_PERSONS = spelled_among("SELECT DISTINCT person_id FROM core_identity WHERE id {among}", "INTEGER")
_ACCOUNTS = spelled_among("SELECT id, person_id, source_id, bot FROM core_identity WHERE person_id {among}", "INTEGER")
_MERGES = spelled_among(
    "SELECT id, gone_id, kept_id, known, undone FROM core_merge WHERE gone_id {among} OR kept_id {among} ORDER BY id",
    "INTEGER",
)
_FACT = "SELECT person_id, {what}, from_day, to_day, known, dropped FROM {table} WHERE person_id {{among}} ORDER BY id"
_AFFILIATIONS = spelled_among(_FACT.format(what="kind", table="core_affiliation"), "INTEGER")
_TEAMS = spelled_among(_FACT.format(what="team_id", table="core_team_member"), "INTEGER")
# The rooms above this one keep sources; of theirs, only what accounts are is read here.
_SOURCES = Spelled("SELECT id, name, affiliation FROM core_source")
_SAID = Spelled("SELECT source_id, known, kind FROM core_source_affiliation ORDER BY known DESC")


def _merges(conn: Connection, facts: Facts, people: Collection[int]) -> set[int]:
    """Load the merges that touch these people, and those that touch whom they lead to."""
    seen, frontier, taken = set(people), set(people), set()
    while frontier:
        found = _MERGES.rows(conn, {"given": listed(conn, frontier)})
        frontier = set()
        for merge, gone, kept, known, undone in found:
            if merge not in taken:
                taken.add(merge)
                facts._up[gone].append(_Edge(kept, known, undone))
                facts._down[kept].append(_Edge(gone, known, undone))
                frontier |= {gone, kept} - seen
        seen |= frontier
    return seen


def _defaults(conn: Connection, facts: Facts) -> None:
    sources = _SOURCES.rows(conn, {})
    facts._core = next((source for source, name, _ in sources if name == "renown"), 0)
    facts._defaults = {source: [(0, affiliation)] for source, _, affiliation in sources}
    history: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for source, known, kind in _SAID.rows(conn, {}):
        history[source].append((known, kind))
    facts._defaults.update(history)


def _holds(position: int) -> Callable[[_Edge], bool]:
    return lambda edge: edge.known <= position and (edge.undone is None or position < edge.undone)


def _covering(facts: dict[int, list[_Dated]], group: Iterable[int], day: int, known: int) -> Any:
    """The first fact that holds on `day`, as known at `known`; the group's first person goes before the others."""
    for person in group:
        for fact in facts.get(person, ()):
            if (
                fact.known <= known
                and (fact.dropped is None or known < fact.dropped)
                and (fact.from_day is None or fact.from_day <= day)
                and (fact.to_day is None or day < fact.to_day)
            ):
                return fact.value
    return None


__all__ = ["Facts", "Who", "load"]
