"""An installation that was lived in, in which anything may be spoilt, and that goes back to what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import JSON, Connection, inspect, text

from renown import clock
from renown.app import Renown
from renown.cli.ledger import counted
from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.ledger import adjustments, closes, dump, generations, judging, levels, rules, standings
from renown.people import affiliations, merge, teams
from renown_activity.defaults import DAILY_LIMIT_BODY
from tests.events.kit import START, connect, event, message
from tests.holds import kit

#: Of no matter whether a repair makes it the same again.
VOLATILE = {"core_audit", "core_worker", "core_schedule", "core_lead_state", "core_moved"}
CLOCKS = {"changed_at", "moved_at", "stood_at", "first_at", "closed_at", "superseded_at", "live_at", "at"}
#: Rows that hold nothing may stay or go.
EMPTY = {
    # Nobody reads it any more. Whether it is off the list yet depends on how often a worker looks.
    "core_generation": "state NOT IN ('gone', 'dropped')",
    "core_period": "people <> 0 OR closed IS NOT NULL",
    "core_standing_bucket": "count <> 0",
    "core_team_size": "more <> 0",
}


class House:
    """An installation that was lived in, and a copy of all its tables to go back to."""

    def __init__(self, renown: Renown, today: int) -> None:
        self.renown, self.db, self.today = renown, renown.db, today
        with self.db.read() as conn:
            self.live = generations.live(conn, "activity")
            self.measure = conn.scalar(text("SELECT id FROM core_measure WHERE name = 'activity.points'"))
            self.tables = _tables(self.db)
        with self.db.write() as conn:
            for name in self.tables:
                conn.execute(text(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}"))
        self.dump = self._dump()

    def spoil(self, statements: Sequence[str]) -> None:
        names = {"g": self.live, "m": self.measure, "later": self.today + 9, "earlier": self.today - 9}
        with _free(self.db) as conn:
            for statement in statements:
                changed = conn.execute(text(statement.format(**names).replace(":", "\\:"))).rowcount
                assert changed > 0, f"planted nothing: {statement}"

    def differing(self) -> list[str]:
        """Tables that are not what they were."""
        found = []
        with self.db.read() as conn:
            for name in self.tables:
                if name not in VOLATILE:
                    columns = ", ".join(self.tables[name])
                    where = EMPTY.get(name, "true")
                    for one, other in ((name, f"kept_{name}"), (f"kept_{name}", name)):
                        gone = f"SELECT {columns} FROM {one} WHERE {where} EXCEPT SELECT {columns} FROM {other}"
                        found += [f"{one}: {row}" for row in conn.execute(text(gone))]
        return found

    def same(self) -> bool:
        """Whether entries and boards say what they said, whatever the ids."""
        return self._dump() == self.dump

    def _dump(self) -> list[Any]:
        boards = (
            "SELECT m.name, p.scope, p.kind, p.start, {rest} FROM core_measure m JOIN core_period p ON p.measure = m.id"
            " AND p.generation = m.generation JOIN {table} s ON s.period_id = p.id ORDER BY 1, 2, 3, 4, 5, 6"
        )
        plugins = counted(self.renown)
        with self.db.read() as conn:
            counts = [generations.live(conn, plugin) for plugin in plugins]
            return [
                [list(dump.lines(conn, live)) for live in counts if live is not None],
                conn.execute(
                    text(boards.format(rest="s.subject_id, s.amount, s.visible", table="core_standing"))
                ).all(),
                conn.execute(text(boards.format(rest="s.subject_id, s.amount", table="core_standing_close"))).all(),
            ]

    def back(self) -> None:
        with _free(self.db) as conn:
            for name in self.tables:
                conn.execute(text(f"DELETE FROM {name}"))
                conn.execute(text(f"INSERT INTO {name} SELECT * FROM kept_{name}"))


def _tables(db: Database) -> dict[str, list[str]]:
    found = inspect(db.engine)
    return {
        name: [
            f'CAST("{column["name"]}" AS VARCHAR)' if isinstance(column["type"], JSON) else f'"{column["name"]}"'
            for column in found.get_columns(name) if column["name"] not in CLOCKS
        ]
        for name in found.get_table_names() if name.startswith("core_")
    }  # fmt: skip


@contextmanager
def _free(db: Database) -> Iterator[Connection]:
    """A writing transaction in which the database keeps no pointers."""
    with db.write(lazily=True) as conn:
        raw: Any = conn.connection.dbapi_connection
        if db.is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        with conn.begin():
            if not db.is_sqlite:
                conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield conn
        if db.is_sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def lived(url: str) -> Iterator[House]:
    """Eleven weeks of an organisation over a new, migrated database."""
    with ExitStack() as held:
        now = clock.from_datetime(START)
        renown = held.enter_context(kit.house(url))
        held.enter_context(clock.set_to(lambda: now))
        slack, forum = (connect(renown.db, name, affiliation="employee") for name in ("slack:T1", "forum:F1"))
        events = list(_story())
        for part in range(4):
            now += 20 * clock.DAY
            with renown.db.write() as conn:
                due = [one for one in events if clock.from_datetime(one.time) < now]
                log.append(conn, [(slack, [one for one in due if one.source == slack.name])])
                log.append(conn, [(forum, [one for one in due if one.source == forum.name])])
            if part < 2:
                _organise(renown.db, part)
            kit.settle(renown)
            closes.close_due(renown.db, log.append_core)
            now += 3 * clock.DAY
            kit.settle(renown)
            closes.close_due(renown.db, log.append_core)
        kit.settle(renown)
        judging.catch_up(renown.db, now // clock.DAY)
        with renown.db.write() as conn:
            levels.publish(conn, "influence.score", {1: 900, 2: 700}, "run-1")
        standings.catch_up(renown.db)
        yield House(renown, now // clock.DAY)


def _story() -> Iterator[CloudEvent]:
    """Twelve weeks of six people: each week another one writes most; likes, some of them undone; answers accepted."""
    for week in range(12):
        for number in range(6):
            who, other = f"U{number}", f"U{(number + 1) % 6}"
            for more in range(3 if number == week % 5 else 1):
                key, minute = f"m{week}-{number}-{more}", (week * 7 + number % 5) * 1440 + more * 60
                source = "forum:F1" if number == 5 else "slack:T1"
                about: dict[str, Any] = {"source": source, "thing": key, "actor": other, "statekey": f"{key}:{other}"}
                named = [other, "U9"] if number == 0 else []
                tags = ["tea", f"week {week}"] if number == 1 else None
                yield message(key, who, minute=minute, words=9, source=source, mentions=named, hashtags=tags)
                yield event(f"{key}:like", minute=minute + 5, **about)
                if number == week % 4:
                    yield event(f"{key}:unlike", activity="Undo", minute=minute + 9, **about)
        asked: dict[str, Any] = {"kind": "question", "minute": week * 10080 + 20, "words": 12}
        yield event(f"q{week}", "ask", "Create", thing=f"q{week}", actor="U1", **asked)
        said: dict[str, Any] = {"thing": f"a{week}", "parent": f"q{week}", "minute": week * 10080 + 40}
        yield event(f"a{week}", "answer", "Create", actor="U2", kind="answer", words=20, **said)
        yield event(f"ok{week}", "accept", "Accept", actor="U1", **said)


def _organise(db: Database, part: int) -> None:
    with db.write() as conn:
        people = conn.scalars(text("SELECT person_id FROM core_identity ORDER BY id")).all()
        if part == 0:
            for name, team in (("Red", people[:3]), ("Blue", people[3:5])):
                made = teams.add(conn, name)
                for person in team:
                    teams.place(conn, person, made, None, None)
            merge.split(conn, merge.merge(conn, people[0], people[1], "administrator", None), None)
            teams.place(conn, people[2], None, clock.now() // clock.DAY + 3)
            affiliations.affiliate(conn, people[4], "partner", None)
            rules.publish(conn, "activity", "daily-limit", {**DAILY_LIMIT_BODY, "most": 6})
        else:
            merge.merge(conn, people[-1], people[-2], "administrator", None)
            liked = conn.scalar(text("SELECT max(id) FROM core_event WHERE statekey IS NOT NULL"))
            adjustments.set_aside(conn, "activity", liked, "", by=None)
            adjustments.adjust(conn, people[0], "activity.points", 5000, "thanks", by=None)
