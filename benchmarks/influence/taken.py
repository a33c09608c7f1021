"""A file of CloudEvents through the whole product into arrays: received, appended, scored and read as on any server.

Toggles, retractions, deletions, accounts of one person, late objects and everything else that decides what an act
comes to are the product's own business, so this takes the path that they take: a new installation on SQLite in a
temporary folder. A million events take some minutes, nearly all of them in there; a shorter way would have to decide
all of that once more, and could not be believed.
"""

from __future__ import annotations

import sys
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from benchmarks.influence import when
from benchmarks.influence.facts import Dated, Facts
from sqlalchemy import BigInteger, Connection, column, select, text
from tqdm import tqdm

from renown import clock
from renown.api import PluginContext
from renown.app import Renown, build
from renown.clock import DAY
from renown.db.packed import pack
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
#: Far ahead of every event: whether one lies in the future is asked of the file first, not of the machine's clock.
_LATE = 200_000 * DAY
#: Lines of nothing else are passed over; a file may begin with a mark of its byte order.
_BLANK = b" \t\r\n\xef\xbb\xbf"
#: What things that somebody makes are taken to have, in a file that says of none how long it is.
WORDS = 20


class CannotTake(Exception):
    """The file cannot be read, or there is no event in it. The text says which and why."""


@dataclass
class Counts:
    """What became of the lines. `skipped` were left out by what sources are set to, such as private places; `late` ones
    since they lie after today, or their dates cannot be believed (`benchmarks.influence.when`)."""

    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    skipped: int = 0
    refused: int = 0
    late: int = 0


@dataclass
class Taken:
    """`people` are ids by the source and the id of each account; `refused` the first lines that were, each with why;
    `notes` say what else must be known to read the figures."""

    facts: Facts
    people: Mapping[tuple[str, str], int]
    counts: Counts
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take(path: Path, affiliations: Mapping[str, str] | None = None, today: date | None = None) -> Taken:
    """Everybody is an employee but for sources whose name fits a pattern of `affiliations`. Raises CannotTake.

    What is done now is done at the end of `today`, else at the time of the last event that can be believed.
    """
    with tempfile.TemporaryDirectory(prefix="renown-bench-") as folder, _installed(Path(folder)) as renown:
        log = _Log(renown, path, affiliations or {})
        end = log.look(today)
        with clock.set_to(lambda: end):
            log.take(end)
            _score(renown, log.counts.accepted)
            found = facts(renown)
            people = _people(renown, found.world.people.person)
            return Taken(found, people, log.counts, log.refused, log.notes + list(_notes(found)))


def _notes(found: Facts) -> Iterator[str]:
    if not len(found.evidence):
        yield "no event says who relied on whose work: by all methods but points, all are alike"
    if not len(found.points.amount):
        yield "no event is worth points by the activity plugin's default rules: by points, all are alike"


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
    """Takes the lines of a file into the log."""

    def __init__(self, renown: Renown, path: Path, affiliations: Mapping[str, str]) -> None:
        self._renown, self._path, self._affiliations = renown, path, affiliations
        self._sources: set[str] = set()
        self._wordless, self._latest = False, clock.to_datetime(0)
        self.counts = Counts()
        self.refused: list[str] = []
        self.notes: list[str] = []

    def look(self, today: date | None) -> int:
        """The instant at which the file ends. Raises CannotTake where there is nothing in it."""
        times, why, self._wordless = array("q"), "it is empty", True
        for batch in self._batches(" lines looked at"):
            for item in self._parsed(batch):
                if isinstance(item, CloudEvent):
                    times.append(clock.from_datetime(item.time))
                    self._wordless &= item.data.object.words is None and item.data.object.content is None
                elif not times and why == "it is empty":
                    why = f"line {batch[item.index][0]}: {_said(item)}"
        if not times:
            raise self._nothing(why)
        if self._wordless:
            self.notes.append(f"no event says how long anything is: all is taken to have {WORDS} words, for points")
        if today is not None:
            return (clock.to_day(today) + 1) * DAY - 1
        return when.end(np.frombuffer(times, np.int64), clock.now())

    def take(self, end: int) -> None:
        """All that lies no later than `end`."""
        last = clock.to_datetime(end)
        for batch in self._batches(" lines"):
            self._take(batch, last)
        if self.counts.late:
            self.notes.append(
                f"left out since they lie after {last.date()} (to {self._latest.date()}): {self.counts.late:,} events; "
                "--today says otherwise"
            )
        if not self.counts.accepted:
            late = self.notes[-1] if self.counts.late else "all are left out"
            raise self._nothing(self.refused[0] if self.refused else late)

    def _nothing(self, why: str) -> CannotTake:
        return CannotTake(f"{self._path} has no event that can be taken, one CloudEvent a line: {why}")

    def _batches(self, unit: str) -> Iterator[list[tuple[int, bytes]]]:
        """Lines with their numbers, without blank ones. Raises CannotTake."""
        try:
            lines = ((number, line) for number, line in enumerate(gzip_lines(self._path), 1) if line.strip(_BLANK))
            with tqdm(unit=unit, disable=None, file=sys.stderr, leave=False) as bar:
                while batch := list(islice(lines, BATCH)):
                    yield batch
                    bar.update(len(batch))
        except (BadPayload, OSError) as error:
            raise CannotTake(f"{self._path}: {error}") from None

    def _parsed(self, batch: list[tuple[int, bytes]]) -> list[CloudEvent | Refusal]:
        with clock.set_to(lambda: _LATE):
            return parse(b"\n".join(line for _, line in batch), LINES, self._renown.reception.words(external=True))

    def _take(self, batch: list[tuple[int, bytes]], last: datetime) -> None:
        self.counts.lines += len(batch)
        items = []
        for (number, _), item in zip(batch, self._parsed(batch), strict=True):
            if isinstance(item, CloudEvent) and item.time > last:
                self.counts.late += 1
                self._latest = max(self._latest, item.time)
            else:
                items.append((number, item))
        events = [item for _, item in items if isinstance(item, CloudEvent)]
        if self._wordless:
            for one in events:
                one.data.object.words = WORDS
        self._connect({one.source for one in events} - self._sources)
        counted = post.take(self._renown.reception, [item for _, item in items], live=False)
        self.counts.accepted += counted.accepted
        self.counts.duplicates += counted.duplicates
        self.counts.skipped += counted.skipped
        self.counts.refused += counted.rejected
        for one in sorted(counted.details, key=lambda one: one.index)[: TOLD - len(self.refused)]:
            self.refused.append(f"line {items[one.index][0]}: {_said(one)}")

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
    columns = [column(name, BigInteger) for name in ("who", "day", "amount")]
    who, day, amount = (
        np.array(one, np.int64) for one in pack(conn, text(query).bindparams(**values).columns(*columns))
    )
    return Dated(person[who].astype(np.int64), day, amount)


_POINTS = """
    SELECT e.identity_id AS who, e.day, sum(e.raw) AS amount FROM core_entry e
    JOIN core_measure m ON m.id = e.measure AND m.generation = e.generation
    WHERE m.name = 'activity.points' GROUP BY e.identity_id, e.day
"""
_THINGS = (
    "SELECT owner_id AS who, told_at AS day, 1 AS amount FROM core_object WHERE rank = :made AND owner_id IS NOT NULL"
)


def _people(renown: Renown, person: Ints) -> dict[tuple[str, str], int]:
    named = select(Source.name, Identity.key, Identity.id).join(Source, Source.id == Identity.source_id)
    with renown.db.read() as conn:
        return {(row.name, row.key): int(person[row.id]) for row in conn.execute(named)}
