"""What scoring is shown of an act: names instead of numbers, and people as they were known at its place in the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from renown.clock import day_of
from renown.events.models import BACKFILL, BOT, PRIVATE, Space, SpaceName
from renown.events.types import ACTIVITIES
from renown.ledger.acts import Act
from renown.ledger.entries import Party, ScoredEvent
from renown.people.facts import Facts
from renown.sources.models import Source


class Names:
    """Words for the log's numbers, kept over batches and shared by threads: none of them ever changes."""

    def __init__(self) -> None:
        self.terms: dict[int, str] = {}
        self.sources: dict[int, tuple[str, str]] = {}
        self.spaces: dict[int, str] = {}
        self._verbs: dict[int, tuple[str, str]] = {}

    def load(self, conn: Connection, acts: Iterable[Act]) -> Called:
        """Learn the names of the sources and spaces that these acts mention; gives what the spaces were called."""
        sources = {act.source_id for act in acts} - self.sources.keys()
        if sources:
            rows = conn.execute(select(Source.id, Source.name, Source.network).where(Source.id.in_(sources)))
            self.sources.update((row.id, (row.name, row.network)) for row in rows)
        here = {act.space_id for act in acts if act.space_id is not None}
        spaces = sorted(here - self.spaces.keys())
        for start in range(0, len(spaces), 500):
            rows = conn.execute(select(Space.id, Space.key).where(Space.id.in_(spaces[start : start + 500])))
            self.spaces.update((row.id, row.key) for row in rows)
        return Called(conn, sorted(here))

    def verb(self, number: int) -> tuple[str, str]:
        """The whole type, and "react" for "collab.react.v1" or else the whole again."""
        found = self._verbs.get(number)
        if found is None:
            term = self.terms[number]
            parts = term.split(".")
            found = self._verbs[number] = (term, parts[1] if parts[0] == "collab" else term)
        return found


class Called:
    """What the spaces of one batch were called, by the positions from which that was known."""

    def __init__(self, conn: Connection, spaces: Sequence[int]) -> None:
        self._known: dict[int, tuple[list[int], list[str]]] = {}
        for start in range(0, len(spaces), 500):
            rows = conn.execute(
                select(SpaceName.space_id, SpaceName.known, SpaceName.name)
                .where(SpaceName.space_id.in_(spaces[start : start + 500]))
                .order_by(SpaceName.space_id, SpaceName.known)
            )
            for row in rows:
                known, names = self._known.setdefault(row.space_id, ([], []))
                known.append(row.known)
                names.append(row.name)

    def at(self, space: int, position: int) -> str | None:
        called = self._known.get(space)
        if called is None:
            return None
        found = bisect_right(called[0], position)
        return called[1][found - 1] if found else None


class Eyes:
    """Shows acts to scoring, for one generation and batch."""

    def __init__(self, names: Names, called: Called, facts: Facts, base: int, zone: ZoneInfo) -> None:
        self._names = names
        self._called = called
        self._facts = facts
        self._base = base
        self._zone = zone
        self._fresh: dict[tuple[int, int], Party] = {}

    def forget(self) -> None:
        """The log tells something new of people: what was found for acts at its end no longer holds."""
        self._fresh.clear()

    def day(self, act: Act) -> int:
        return day_of(act.occurred_at, self._zone)

    def party(self, identity: int, act: Act, day: int, at: int) -> Party:
        """People are merged as of `at`; affiliation and team are as known at the act, or at the generation's base."""
        if act.id == at:
            found = self._fresh.get((identity, day))
            if found is None:
                found = self._fresh[identity, day] = self._party(identity, day, max(at, self._base), at)
            return found
        return self._party(identity, day, max(act.id, self._base), at)

    def _party(self, identity: int, day: int, known: int, at: int) -> Party:
        who = self._facts.who(identity, day, known, known)
        return Party(identity, self._facts.person(identity, at), who.affiliation, who.team, who.bot)

    def show(self, act: Act, told: Act, at: int) -> ScoredEvent:
        """The act with the facts that `told` tells, as of position `at`."""
        names, quality = self._names, act.quality
        source, network = names.sources[act.source_id]
        type_, verb = names.verb(act.verb)
        space = told.space_id
        day = day_of(act.occurred_at, self._zone)
        actor = None if act.actor_id is None else self.party(act.actor_id, act, day, at)
        if actor is not None and quality & BOT and not actor.bot:
            actor = Party(actor.identity, actor.person, actor.affiliation, actor.team, True)
        return ScoredEvent(
            act.id,
            source,
            network,
            act.key,
            type_,
            verb,
            ACTIVITIES[act.type],
            None if told.kind is None else names.terms[told.kind],
            actor,
            None if told.owner_id is None else self.party(told.owner_id, act, day, at),
            None if told.asker_id is None else self.party(told.asker_id, act, day, at),
            act.object_id,
            told.parent_id,
            None if space is None else names.spaces[space],
            space,
            told.words,
            act.value,
            act.content,
            act.state,
            act.occurred_at,
            day,
            quality & PRIVATE != 0,
            quality & BACKFILL != 0,
            act.extra,
            None if space is None else self._called.at(space, told.id if told.id > self._base else self._base),
            () if act.extra is None else tuple([self.party(one, act, day, at) for one in act.mentioned]),
        )
