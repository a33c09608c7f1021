"""What is known of people at a position of the log: loaded once for a batch, then looked up in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, column, or_, select, table
from sqlalchemy.orm import InstrumentedAttribute

from renown.db.sets import among
from renown.people.affiliations import KINDS
from renown.people.models import Affiliation, Identity, Merge, SourceAffiliation, TeamMember

#: The rooms above this one keep sources; of theirs, only what accounts are is read here.
_source = table("core_source", column("id"), column("name"), column("affiliation"))
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
    found.update(conn.scalars(select(Identity.person_id).where(among(conn, Identity.id, identities))))
    found |= _merges(conn, facts, found)
    for row in conn.execute(
        select(Identity.id, Identity.person_id, Identity.source_id, Identity.bot).where(
            among(conn, Identity.person_id, found)
        )
    ).all():
        facts._own[row.id] = row.person_id
        facts._accounts[row.person_id].append(row.id)
        facts._source[row.id] = row.source_id
        if row.bot:
            facts._bots.add(row.id)
    _dated(conn, facts._affiliations, Affiliation, Affiliation.kind, found)
    _dated(conn, facts._teams, TeamMember, TeamMember.team_id, found)
    _defaults(conn, facts)
    facts._settle()
    return facts


def _merges(conn: Connection, facts: Facts, people: Collection[int]) -> set[int]:
    """Load the merges that touch these people, and those that touch whom they lead to."""
    seen, frontier, taken = set(people), set(people), set()
    while frontier:
        touching = or_(among(conn, Merge.gone_id, frontier), among(conn, Merge.kept_id, frontier))
        frontier = set()
        for row in conn.execute(select(Merge.__table__).where(touching).order_by(Merge.id)):
            if row.id not in taken:
                taken.add(row.id)
                facts._up[row.gone_id].append(_Edge(row.kept_id, row.known, row.undone))
                facts._down[row.kept_id].append(_Edge(row.gone_id, row.known, row.undone))
                frontier |= {row.gone_id, row.kept_id} - seen
        seen |= frontier
    return seen


def _dated(
    conn: Connection,
    into: dict[int, list[_Dated]],
    dated: type[Affiliation] | type[TeamMember],
    value: InstrumentedAttribute[Any],
    people: Collection[int],
) -> None:
    columns = (dated.person_id, value, dated.from_day, dated.to_day, dated.known, dated.dropped)
    for person, *fact in conn.execute(
        select(*columns).where(among(conn, dated.person_id, people)).order_by(dated.id)
    ).all():
        into[person].append(_Dated(*fact))


def _defaults(conn: Connection, facts: Facts) -> None:
    sources = conn.execute(select(_source)).all()
    facts._core = next((row.id for row in sources if row.name == "renown"), 0)
    facts._defaults = {row.id: [(0, row.affiliation)] for row in sources}
    history: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in conn.execute(select(SourceAffiliation.__table__).order_by(SourceAffiliation.known.desc())):
        history[row.source_id].append((row.known, row.kind))
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
