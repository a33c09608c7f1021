"""A company on which the activity plugin counts, from the events to the boards, with nothing replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from sqlalchemy import select

from renown import clock
from renown.access.viewer import Viewer
from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.ledger import boards, catchup, generations, judging, standings, why
from renown.ledger.models import Entry
from renown.ledger.periods import Kind
from renown.ledger.score import Scorer
from renown.people import affiliations, teams
from renown.people.models import Identity, Person
from renown_activity.plugin import plugin, score
from tests.events.kit import START, connect, event

MEASURE = "activity.points"
FIRST_DAY = clock.to_day(START.date())


def on(day: int, given: CloudEvent) -> CloudEvent:
    """The event, `day` days after the first."""
    return msgspec.structs.replace(given, time=given.time + timedelta(days=day))


class Company:
    """`team` and `customers` name accounts; everybody else is an employee without a team."""

    def __init__(self, db: Database, team: dict[str, str] | None = None, customers: Iterable[str] = ()) -> None:
        self.db = db
        self.source = connect(db, "slack:T1", affiliation="employee")
        self.scorer = Scorer(plugin.name, score)
        self.numbers = 0
        with db.write() as conn:
            defaults = [(rule.name, rule.default_body) for rule in plugin.rules]
            self.generation = generations.ensure(conn, plugin.name, plugin.measures, defaults)
        accounts = {*(team or {}), *customers}
        self.take(event(f"join:{account}", "join", "Join", actor=account, thing="C1") for account in sorted(accounts))
        self.people = self._people()
        with db.write() as conn:
            for account in customers:
                affiliations.affiliate(conn, self.people[account], "customer")
            slugs = {name: teams.add(conn, name) for name in sorted(set((team or {}).values()))}
            for account, name in (team or {}).items():
                teams.place(conn, self.people[account], slugs[name], None)
        self.teams = slugs

    def _people(self) -> dict[str, int]:
        with self.db.read() as conn:
            rows = conn.execute(
                select(Identity.key, Person.id).join(Person).where(Identity.source_id == self.source.id)
            )
            return {row.key: row.id for row in rows}

    def take(self, events: Iterable[CloudEvent]) -> None:
        with self.db.write() as conn:
            log.append(conn, [(self.source, list(events))])

    def count(self, batch: int = 2000) -> None:
        """Bring ledger, boards and lead changes up to date."""
        assert self.generation is not None
        catchup.run(self.db, self.scorer, self.generation, batch=batch)
        standings.catch_up(self.db)
        with self.db.read() as conn:
            today = standings.today(conn)
        judging.catch_up(self.db, today)
        self.people = self._people()

    def helped(
        self, day: int, answerer: str, asker: str, *, accepter: str | None = None, minute: int = 0
    ) -> list[CloudEvent]:
        """A question, its answer and, from the asker or another, that it helped. Too short to count by themselves."""
        self.numbers += 1
        n = self.numbers
        asked = event(f"q{n}", "ask", "Create", actor=asker, thing=f"Q{n}", kind="question", words=1, minute=minute)
        answered = event(
            f"a{n}",
            "answer",
            "Create",
            actor=answerer,
            thing=f"A{n}",
            kind="answer",
            parent=f"Q{n}",
            words=1,
            minute=minute + 1,
        )
        said = event(
            f"y{n}",
            "accept",
            "Accept",
            actor=accepter or asker,
            thing=f"A{n}",
            statekey=f"A{n}:accept",
            minute=minute + 2,
        )
        return [on(day, one) for one in (asked, answered, said)]

    def board(self, kind: Kind = "all", start: int = 0, scope: str = boards.ORGANISATION) -> list[tuple[str, int]]:
        """(account or team, whole points), first to last, as a colleague sees it."""
        with self.db.read() as conn:
            found = boards.board(conn, Viewer(1, "member"), MEASURE, kind, start, scope)
        accounts = {person: account for account, person in self.people.items()}
        names = {number: name for name, number in self.teams.items()} if scope == boards.TEAMS else accounts
        return [(names[line.subject_id], line.amount // 1000) for line in found.lines]

    def explained(self) -> None:
        """Every number on the board is the sum of its entries, and of its parts."""
        with self.db.read() as conn:
            viewer = Viewer(1, "administrator")
            lines = boards.board(conn, viewer, MEASURE, limit=1000, deep=True).lines
            for line in lines:
                found = why.why(conn, viewer, line.subject_id, MEASURE, limit=100_000)
                assert found.amount == line.amount == sum(change.amount for change in found.changes)
                assert sum(part.amount for part in found.parts) == line.amount

    def entries(self, account: str) -> list[tuple[int, int, str | None]]:
        """(raw, amount, reason) of an account's entries in whole points, in order."""
        with self.db.read() as conn:
            rows = conn.execute(
                select(Entry.raw, Entry.amount, Entry.reason)
                .join(Identity, Identity.id == Entry.identity_id)
                .where(Identity.key == account, Entry.generation == self.generation)
                .order_by(Entry.id)
            )
            return [(row.raw // 1000, row.amount // 1000, row.reason) for row in rows]
