"""A small organisation written straight into the tables, and its standings counted the slow way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, text, update

from renown import clock
from renown.access.viewer import Viewer
from renown.db import stored
from renown.db.engine import Database
from renown.events.models import Event, Term
from renown.ledger import periods
from renown.ledger.models import DayTotal, Entry, Generation, Measure, Rule
from renown.people.models import Identity, Person, Team
from renown.sources.models import Source

ADMIN = Viewer(role="administrator")
MEMBER = Viewer(role="member")
POINTS = "activity.points"


@dataclass
class World:
    """`accounts`: identity -> (person, source)."""

    db: Database
    accounts: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def build(cls, db: Database, people: int = 6, teams: int = 2) -> World:
        """Source 1 is the company's, source 2 a public forum; each person has an account in source 1, odd ones in 2."""
        world = cls(db)
        with db.write() as conn:
            conn.execute(
                insert(Source),
                [
                    {"id": 1, "name": "chat:acme", "network": "chat", "slug": "chat", "title": "Chat",
                     "affiliation": "employee", "settings": {}, "secrets": []},
                    {"id": 2, "name": "forum:acme", "network": "forum", "slug": "forum", "title": "Forum",
                     "affiliation": "customer", "settings": {}, "secrets": []},
                ],
            )  # fmt: skip
            conn.execute(insert(Team), [{"id": t, "slug": f"t{t}", "name": f"Team {t}"} for t in range(1, teams + 1)])
            conn.execute(insert(Generation), [{"id": g, "plugin": "activity", "state": s} for g, s in _GENERATIONS])
            conn.execute(insert(Measure), [{"id": 1, "name": POINTS, "plugin": "activity", "generation": 1}])
            world.add_people(conn, range(1, people + 1))
        return world

    def add_people(self, conn: Connection, numbers: Iterable[int]) -> None:
        people, identities = [], []
        for number in numbers:
            people.append({"id": number, "handle": f"p{number}", "name": f"Person {number}"})
            for source in (1, 2) if number % 2 else (1,):
                identity = number * 10 + source
                identities.append({"id": identity, "source_id": source, "key": f"u{number}", "person_id": number})
                self.accounts[identity] = (number, source)
        conn.execute(insert(Person), people)
        conn.execute(insert(Identity), identities)

    def give(self, rows: Iterable[tuple[int, int, int, int]], generation: int = 1) -> None:
        """Add (identity, day, team, amount) to the day totals, as a consumer does."""
        sums: dict[tuple[int, int, int], int] = defaultdict(int)
        for identity, day, team, amount in rows:
            sums[identity, day, team] += amount
        statement = text("""
            INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood)
            VALUES (:generation, 1, :identity, :day, :team, :amount, 0)
            ON CONFLICT (generation, measure, identity_id, day, team)
            DO UPDATE SET amount = core_day_total.amount + excluded.amount
        """)
        values = [
            {"generation": generation, "identity": i, "day": d, "team": t, "amount": a}
            for (i, d, t), a in sorted(sums.items())
        ]
        if values:
            with self.db.write() as conn:
                conn.execute(statement, values)

    def post(self, entries: Iterable[dict[str, int | str | None]], generation: int = 1) -> None:
        """Post entries (identity_id, event_id, day, amount, ...) and add them to the day totals."""
        rows = [
            {"generation": generation, "measure": 1, "rule_id": 1, "team": 0, "reverses": 0, "limits": None,
             "reason": None, "raw": entry["amount"], "act_id": entry["event_id"], **entry}
            for entry in entries
        ]  # fmt: skip
        with self.db.write() as conn:
            conn.execute(insert(Entry), rows)
        self.give([(r["identity_id"], r["day"], r["team"], r["amount"]) for r in rows], generation)  # type: ignore[misc]

    def act(self, conn: Connection, position: int, identity: int, at: int, quality: int = 0) -> None:
        """One event in the log."""
        if conn.scalar(select(Term.id).where(Term.id == 1)) is None:
            conn.execute(insert(Term), [{"id": 1, "term": "collab.reply.v1"}, {"id": 2, "term": "message"}])
            conn.execute(insert(Rule).values(id=1, plugin="activity", name="reply", version=1, published=0, body={}))
        conn.execute(
            insert(Event).values(
                id=position, source_id=1, key=f"e{position}", type=0, verb=1, kind=2, actor_id=identity,
                owner_id=identity, occurred_at=at, recorded_at=at, quality=quality,
            )
        )  # fmt: skip

    def point(self, conn: Connection, person: int, root: int) -> None:
        conn.execute(update(Person).where(Person.id == person).values(root_id=root))

    def expected(self, generation: int = 1) -> dict[tuple[str, str, int, int], int]:
        """What stands, by (scope, kind, start, subject), counted from the day totals one by one."""
        sums: dict[tuple[str, str, int, int], int] = defaultdict(int)
        with self.db.read() as conn:
            roots = dict(conn.execute(select(Person.id, Person.root_id)).all())
            as_of = stored.get(conn, "core", "rolling_as_of")
            rows = conn.execute(select(DayTotal.__table__).where(DayTotal.generation == generation)).all()
        for row in rows:
            person, source = self.accounts[row.identity_id]
            person = roots[person] or person
            spans = [*periods.of_day(row.day)]
            if as_of is not None and as_of - 29 <= row.day <= as_of:
                spans.append(periods.ROLLING)
            subjects = [("organisation", person), (f"source:{source}", person)]
            if row.team:
                subjects += [("teams", row.team), (f"team:{row.team}", person)]
            for span in spans:
                for scope, subject in subjects:
                    sums[scope, span.kind, span.start, subject] += row.amount
        return {key: amount for key, amount in sums.items() if amount}

    def standing(self, generation: int = 1) -> dict[tuple[str, str, int, int], int]:
        statement = text("""
            SELECT p.scope, p.kind, p.start, s.subject_id, s.amount FROM core_standing s
            JOIN core_period p ON p.id = s.period_id WHERE p.generation = :generation
        """)
        with self.db.read() as conn:
            rows = conn.execute(statement, {"generation": generation}).all()
        return {(r.scope, r.kind, r.start, r.subject_id): r.amount for r in rows}


_GENERATIONS = ((1, "live"), (2, "building"))


def day(spelled: str) -> int:
    """The number of a day like "2026-05-04"."""
    from datetime import date

    return clock.to_day(date.fromisoformat(spelled))


def noon(number: int) -> int:
    return number * clock.DAY + clock.DAY // 2
