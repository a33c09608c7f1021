"""A file of CloudEvents through the whole product into arrays: received, appended, scored and read as on any server.

Toggles, retractions, deletions, accounts of one person, late objects and everything else that decides what an act
comes to are the product's own business, so this takes the path that they take: a new installation on SQLite in a
temporary folder. A million events take some minutes, nearly all of them in there; a shorter way would have to decide
all of that once more, and could not be believed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from benchmarks.influence.facts import Dated, Facts
from sqlalchemy import Connection, select, text
from tqdm import tqdm

from renown import clock
from renown.api import PluginContext
from renown.app import Renown, build
from renown.clock import DAY
from renown.events import consume
from renown.events.objects import MADE
from renown.events.receive import LINES, Refusal, parse
from renown.events.types import CloudEvent
from renown.people.models import Identity
from renown.people.packed import AFFILIATIONS
from renown.settings import Settings
from renown.sources import post, registry
from renown.sources.connector import BadPayload
from renown.sources.exports import gzip_lines
from renown.sources.models import Source
from renown_influence import crowd, reading
from renown_influence.evidence import World
from renown_influence.graph import Floats, Ints
from renown_influence.parameters import Parameters
from renown_migrations import CORE, upgrade

#: Lines that are taken in at once, and refused ones that are told.
BATCH, TOLD = 5_000, 20
#: Far ahead of every event: whether one lies in the future is asked of the file, not of the machine's clock.
_LATE = 200_000 * DAY


class CannotTake(Exception):
    """The file cannot be read, or there is no event in it. The text says which and why."""


@dataclass
class Counts:
    """What became of the lines. `skipped` were left out by what sources are set to, such as private places."""

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    skipped: int = 0
    refused: int = 0


@dataclass
class Taken:
    """`people` are ids by the source and the id of each account; `refused` the first lines that were, each with why."""

    facts: Facts
    people: Mapping[tuple[str, str], int]
    counts: Counts
    refused: list[str] = field(default_factory=list)


def take(path: Path, affiliations: Mapping[str, str] | None = None) -> Taken:
    """Everybody is an employee but for sources whose name fits a pattern of `affiliations`. Raises CannotTake.

    What is done today is done at the time of the last event.
    """
    with tempfile.TemporaryDirectory(prefix="renown-bench-") as folder, _installed(Path(folder)) as renown:
        log = _Log(renown, path, affiliations or {})
        with clock.set_to(lambda: log.latest):
            log.take()
            _score(renown, log.counts.accepted)
            found = facts(renown)
            return Taken(found, _people(renown, found.world.people.person), log.counts, log.refused)


@contextmanager
def _installed(folder: Path) -> Iterator[Renown]:
    """With the plugins that count, and nothing in it."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    blocked = frozenset({"slack", "github"})
    renown = build(Settings(data=folder, database_url=url, secret_key="b" * 40, blocked_plugins=blocked))
    try:
        upgrade(renown.db, {**CORE, **renown.plugins.migrations})
        renown.begin()
        renown.follower.catch_up(renown.db)
        yield renown
    finally:
        renown.close()


class _Log:
    """Takes the lines of a file into the log. `latest` is the time of the last event so far."""

    def __init__(self, renown: Renown, path: Path, affiliations: Mapping[str, str]) -> None:
        self._renown, self._path, self._affiliations = renown, path, affiliations
        self._sources: set[str] = set()
        self.counts = Counts()
        self.latest = 0
        self.refused: list[str] = []

    def take(self) -> None:
        try:
            lines = ((number, line) for number, line in enumerate(gzip_lines(self._path), 1) if line.strip())
            with tqdm(unit=" lines", disable=None, file=sys.stderr, leave=False) as bar:
                while batch := list(islice(lines, BATCH)):
                    self._batch(batch)
                    bar.update(len(batch))
        except (BadPayload, OSError) as error:
            raise CannotTake(f"{self._path}: {error}") from None
        if not self.counts.accepted:
            why = self.refused[0] if self.refused else "it is empty" if not self.counts.lines else "all are left out"
            raise CannotTake(f"{self._path} has no event that can be taken, one CloudEvent a line: {why}")

    def _batch(self, batch: list[tuple[int, bytes]]) -> None:
        with clock.set_to(lambda: _LATE):
            items = parse(b"\n".join(line for _, line in batch), LINES, self._renown.reception.words(external=True))
        events = [item for item in items if isinstance(item, CloudEvent)]
        self.latest = max(self.latest, *(clock.from_datetime(one.time) for one in events), 0)
        self._connect({one.source for one in events} - self._sources)
        counted = post.take(self._renown.reception, items, live=False)
        self.counts.lines += len(batch)
        self.counts.accepted += counted.accepted
        self.counts.duplicates += counted.duplicates
        self.counts.skipped += counted.skipped
        self.counts.refused += counted.rejected
        for one in sorted(counted.details, key=lambda one: one.index)[: TOLD - len(self.refused)]:
            self.refused.append(f"line {batch[one.index][0]}: {_said(one)}")

    def _connect(self, names: set[str]) -> None:
        for name in sorted(names):
            with self._renown.db.write() as conn:
                source = registry.ensure(conn, self._renown.keyring, name)
                registry.change(conn, source.id, vouches=True, affiliation=self._affiliation(name))
        self._sources |= names

    def _affiliation(self, source: str) -> str:
        fitting = (kind for pattern, kind in self._affiliations.items() if fnmatchcase(source, pattern))
        return next(fitting, "employee")


def _said(refusal: Refusal) -> str:
    return "; ".join(f"{one.field}: {one.message}".removeprefix(": ") for one in refusal.errors[:3])


def _score(renown: Renown, events: int) -> None:
    """Until all plugins have counted everything. Raises CannotTake where one cannot."""
    with tqdm(total=events, unit=" events counted", disable=None, file=sys.stderr, leave=False) as bar:
        while renown.follower.work(renown.db):
            with renown.db.read() as conn:
                behind = min(row.position for row in consume.listed(conn) if row.kind == consume.SCORE)
            bar.update(min(behind, events) - bar.n)
    with renown.db.read() as conn:
        for row in consume.listed(conn):
            if row.state == consume.STOPPED:
                raise CannotTake(f"{row.name} cannot count event {row.failed_event}: {row.error}")


def facts(renown: Renown) -> Facts:
    """All that has been counted so far."""
    with renown.contexts.of("influence").reading() as ctx:
        found = reading.read(ctx)
        people = replace(crowd.everybody(ctx), voice=_voices(ctx))
        calendar = crowd.calendar(ctx, ctx.clock.today(), Parameters.of(ctx.settings))
        zone = ctx.calendar.zone()
    dated = partial(_dated, person=people.person)
    with renown.db.read() as conn:
        points = dated(conn, _POINTS, {})
        made = dated(conn, _THINGS, {"made": MADE})
    made = Dated(made.person, reading.days_of(made.day, zone), made.amount)
    return Facts(found.evidence, World(people, found.activity, calendar), points, made)


def _voices(ctx: PluginContext) -> Floats:
    """One for every employee, also for who was only mentioned, and whom no directory ever named."""
    found = ctx.people.accounts()
    voice = np.zeros(max(found.person, default=0) + 1)
    kind, bot = (np.frombuffer(column, np.int64) for column in (found.affiliation, found.bot))
    voice[np.frombuffer(found.person, np.int64)] = (kind == AFFILIATIONS.index("employee")) & (bot == 0)
    return voice


def _dated(conn: Connection, query: str, values: Mapping[str, int], person: Ints) -> Dated:
    rows = np.array(conn.execute(text(query), values).all(), np.int64).reshape(-1, 3)
    return Dated(person[rows[:, 0]].astype(np.int64), rows[:, 1], rows[:, 2])


_POINTS = """
    SELECT e.identity_id, e.day, sum(e.raw) FROM core_entry e
    JOIN core_measure m ON m.id = e.measure AND m.generation = e.generation
    WHERE m.name = 'activity.points' GROUP BY e.identity_id, e.day
"""
_THINGS = "SELECT owner_id, told_at, 1 FROM core_object WHERE rank = :made AND owner_id IS NOT NULL"


def _people(renown: Renown, person: Ints) -> dict[tuple[str, str], int]:
    named = select(Source.name, Identity.key, Identity.id).join(Source, Source.id == Identity.source_id)
    with renown.db.read() as conn:
        return {(row.name, row.key): int(person[row.id]) for row in conn.execute(named)}
