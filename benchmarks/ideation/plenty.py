"""Many ideas with many votes, as years of use would have left them: for `benchmarks.ideation.speed`.

Ideas and their words are made here, the same each time, and indexed by the product; votes are written by one statement
for all ideas, so that ten million take minutes. Some ideas have thousands, most have a few. `check` compares what was
planted with what the product itself would count.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, text
from tests import tables

from renown import clock
from renown.app import Renown, build
from renown.db.engine import Database
from renown.settings import Settings
from renown_ideation import boards
from renown_ideation.ideas import index, voters
from renown_ideation.models import Idea, Shard, Vote

#: Ids of people begin above this.
BASE = 1_000
SLUG = "product"
_WORDS = 20_000
_STATES = ("submitted", "acknowledged", "review", "planned", "delivered", "declined")
_BATCH = 5_000
_YEAR = 365 * clock.DAY
#: Each place has so many votes of the one before it, by the power of its number.
_POWER = 0.55


@dataclass(frozen=True)
class Plenty:
    renown: Renown
    ideas: int
    people: int
    _given: Iterator[int] = field(default_factory=count)

    @property
    def db(self) -> Database:
        return self.renown.db

    def idea(self, number: int) -> int:
        """One of all, whatever the number."""
        return number % self.ideas + 1

    def open_idea(self, number: int) -> int:
        """One that takes votes."""
        return self.idea(number) if _state(self.idea(number)) in _STATES[:4] else self.open_idea(number + 1)

    def person(self, number: int) -> int:
        return BASE + number % self.people + 1

    def voter(self) -> tuple[int, int]:
        """An idea that takes votes, and a person; not the two that this gave before."""
        number = next(self._given)
        return self.open_idea(number * 7_919), self.person(number * 104_729)

    def title(self, number: int) -> str:
        return _text(self.idea(number), 6)


def plant(url: str, ideas: int, people: int) -> Plenty:
    """An empty database's board; without votes yet."""
    settings = Settings(data=Path(tempfile.mkdtemp()), database_url=url, secret_key="b" * 40)
    renown = build(settings)
    tables.make(renown.db)
    renown.begin()
    with renown.db.write() as conn:
        _people(conn, people)
    with renown.contexts.of("ideation").writing() as ctx:
        board = boards.add(ctx, {
            "slug": SLUG, "title": "Product", "audience": "public", "held": "nobody", "acknowledge_days": "2",
            "answer_days": "10",
        }).id  # fmt: skip
        now = ctx.clock.now()
        for rows in _batches(_ideas(board, ideas, people, now)):
            ctx.session.execute(insert(Idea), rows)
        for statement in _BESIDE:
            ctx.session.execute(text(statement))
    for first in range(1, ideas + 1, _BATCH):
        with renown.contexts.of("ideation").writing() as ctx:
            index.put(ctx, *range(first, min(first + _BATCH, ideas + 1)))
    return Plenty(renown, ideas, people)


def vote(here: Plenty, votes: int) -> int:
    """Bring it to about so many votes in all, of different people for each idea; returns how many there are."""
    shares = list(accumulate(place**-_POWER for place in range(1, here.ideas + 1)))
    order = list(range(1, here.ideas + 1))
    random.Random(2).shuffle(order)
    each = [(place + 1) ** -_POWER * votes / shares[-1] for place in range(here.ideas)]
    planned = [{"idea": idea, "votes": min(here.people, round(one))} for idea, one in zip(order, each, strict=True)]
    with here.db.write() as conn:
        if conn.dialect.name == "postgresql":
            # Whether person and idea are there is checked row by row, which would be most of the time.
            conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.exec_driver_sql("CREATE TEMPORARY TABLE planned (idea integer PRIMARY KEY, votes integer)")
        conn.exec_driver_sql("CREATE TEMPORARY TABLE numbers (n integer PRIMARY KEY)")
        conn.execute(text("INSERT INTO planned VALUES (:idea, :votes)"), planned)
        most = max(one["votes"] for one in planned)
        conn.execute(text("INSERT INTO numbers VALUES (:n)"), [{"n": n} for n in range(most)])
        shards = voters.shards(here.renown.contexts.of("ideation"))
        given = {"base": BASE, "people": here.people, "now": clock.now(), "shards": shards}
        for statement in _VOTES:
            conn.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
        conn.exec_driver_sql("DROP TABLE planned")
        conn.exec_driver_sql("DROP TABLE numbers")
        found = conn.scalar(select(func.count()).select_from(Vote)) or 0
    with here.renown.contexts.of("ideation").writing() as ctx:
        for idea in ctx.session.scalars(select(Shard.idea_id).where(Shard.fresh).distinct()).all():
            ctx.session.execute(voters._FOLD, {"idea": idea})
        ctx.session.execute(text("UPDATE ideation_shard SET fresh = false WHERE fresh"))
    _analyse(here.db)
    return found


def check(here: Plenty, sample: int = 50) -> list[str]:
    """Where the product itself comes to another number of voters."""
    wrong = []
    with here.renown.contexts.of("ideation").writing() as ctx:
        for number in random.Random(3).sample(range(here.ideas), min(sample, here.ideas)):
            idea = here.idea(number)
            planted = voters.number(ctx, idea), ctx.session.get_one(Idea, idea).voters
            voters.recount(ctx, idea)
            if {*planted} != {voters.number(ctx, idea)}:
                wrong.append(f"idea {idea}: {planted}, counted {voters.number(ctx, idea)}")
    return wrong


def _people(conn: Connection, people: int) -> None:
    conn.execute(text(_PEOPLE), {"people": people, "base": BASE})
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('core_person', 'id'), (SELECT max(id) FROM core_person))"
        )


def _ideas(board: int, ideas: int, people: int, now: int) -> Iterator[dict[str, Any]]:
    for number in range(1, ideas + 1):
        at = now - _YEAR + number * (_YEAR // (ideas + 1))
        yield {
            "board_id": board, "author_id": BASE + number % people + 1, "title": _text(number, 6),
            "body": _text(-number, 30), "revision": 1, "state": _state(number), "standing": "shown",
            "submitted_at": at, "changed_at": at, "heat": at, "voters": 0, "earlier_votes": 0, "comments": 2,
            "reminded": 0, "due_at": now + clock.DAY if _state(number) in _STATES[:4] else None,
        }  # fmt: skip


def _state(number: int) -> str:
    return _STATES[number * 7 % len(_STATES)]


def _text(seed: int, words: int) -> str:
    """Words of which few are common and most are rare."""
    chance = random.Random(seed)
    return " ".join(f"w{int(_WORDS ** chance.random())}" for _ in range(words))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _analyse(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE" if db.is_sqlite else "VACUUM ANALYZE")


_PEOPLE = """
    INSERT INTO core_person (id, handle, name, status, bot, claimed, created_at)
    WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :people)
    SELECT :base + x, 'p' || x, 'Person ' || x, 0, false, false, 0 FROM n
"""
#: What each idea has beside it: its text, its author, its step, two comments, a tag.
_BESIDE = (
    """
    INSERT INTO ideation_revision (idea_id, number, title, body, by_id, at, note, hidden)
    SELECT id, 1, title, body, author_id, submitted_at, '', false FROM ideation_idea
    """,
    """
    INSERT INTO ideation_participant (idea_id, person_id, role, follows, at)
    SELECT id, author_id, 'author', true, submitted_at FROM ideation_idea
    """,
    """
    INSERT INTO ideation_status (idea_id, before, state, answer, by_id, at, late)
    SELECT id, 'draft', 'submitted', '', author_id, submitted_at, 0 FROM ideation_idea
    """,
    """
    INSERT INTO ideation_comment (idea_id, by_id, body, staff, standing, at)
    SELECT i.id, i.author_id, i.body, false, 'shown', i.submitted_at + n.x
    FROM ideation_idea i CROSS JOIN (SELECT 1 AS x UNION ALL SELECT 2) n
    """,
    "INSERT INTO ideation_tagged (idea_id, tag) SELECT id, 'tag ' || id % 50 FROM ideation_idea",
)
_VOTES = (
    """
    INSERT INTO ideation_vote (idea_id, person_id, given, counts, follows, logged, at)
    SELECT p.idea, :base + (p.idea * CAST(7919 AS bigint) + n.n) % :people + 1, true, true, true, true, :now - n.n
    FROM planned p JOIN numbers n ON n.n < p.votes
    ON CONFLICT (idea_id, person_id) DO NOTHING
    """,
    "DELETE FROM ideation_shard",
    """
    INSERT INTO ideation_shard (idea_id, number, voters, fresh)
    SELECT idea_id, person_id % :shards, count(*), true FROM ideation_vote GROUP BY idea_id, person_id % :shards
    """,
)
