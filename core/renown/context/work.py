"""What a worker does for plugins beside scoring: tells them what was recorded, runs their jobs and checks."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from renown.clock import DAY, SECOND
from renown.context import switching
from renown.db import stored
from renown.db.engine import Database
from renown.events import consume, terms
from renown.events.models import Consumer
from renown.hooks.dispatch import Contexts, Dispatcher
from renown.hooks.loading import Loaded
from renown.hooks.types import Directory, Job
from renown.jobs import Drain
from renown.ledger import needed
from renown.ledger.acts import reader
from renown.ledger.entries import ScoredEvent
from renown.ledger.seen import Eyes, Names
from renown.people import facts
from renown.people.directory import import_csv
from renown.people.merge import members


def drains(dispatcher: Dispatcher, contexts: Contexts, loaded: Loaded) -> list[Drain]:
    """For every plugin that is installed, on or off: that may change at any time."""
    plugins = dispatcher.plugins
    found = [
        Drain("plugins", Following(dispatcher), every=SECOND // 5, lane="plugins", schedule=False),
        Drain("plugin-checks", partial(_check, dispatcher), every=60 * SECOND, lane="plugin-checks"),
    ]
    for one in plugins.installed:
        on = partial(plugins.is_on, one.name)
        for kind in (Telling, TellingOfPeople):
            if any(hook.startswith(kind.hook) for hook in plugins.hooks_of(one.name)):
                name = f"{kind.kind}:{one.name}"
                work = kind(dispatcher, one.name)
                found.append(Drain(name, work, every=SECOND, lane=name, plugin=one.name, topic="log", schedule=False))
        for job in loaded.of("jobs", one.name):
            running = RunningJob(dispatcher, contexts, one.name, job)
            name, lane = f"{one.name}.{job.name}", f"jobs:{one.name}"
            # A lane of its own: one that never ends holds up nobody else's.
            found.append(Drain(name, running, every=job.every, lane=lane, plugin=one.name, topic="jobs", on=on))
        for directory in loaded.of("directories", one.name):
            reading = ReadingDirectory(dispatcher, contexts, one.name, directory)
            name, lane = f"directory:{directory.name}", f"jobs:{one.name}"
            found.append(Drain(name, reading, every=DAY, lane=lane, plugin=one.name, on=on))
    return found


class Following:
    """Sees what was switched elsewhere, and makes what plugins that were switched on need.

    It looks after their readers, too: a process that knew no better may have stopped one.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._plugins = dispatcher.plugins
        self._seen: int | None = None

    def __call__(self, db: Database) -> bool:
        self._plugins.refresh()
        version = self._plugins.version
        if (version != self._seen or self._is_one_astray(db)) and db.retrying(self._follow):
            self._seen = version
        return False

    def _is_one_astray(self, db: Database) -> bool:
        with db.read() as conn:
            return bool(needed.astray(conn, self._plugins))

    def _follow(self, conn: Connection) -> bool:
        return switching.follow(conn, self._plugins)


class _Reading:
    """A plugin's readers, in turn, while it is on."""

    kind: ClassVar[str]
    #: What the names of the hooks begin with that it calls.
    hook: ClassVar[str]

    def __init__(self, dispatcher: Dispatcher, plugin: str) -> None:
        self._dispatcher = dispatcher
        self._plugin = plugin
        self._names = Names()

    def __call__(self, db: Database) -> bool:
        if not self._dispatcher.plugins.is_on(self._plugin):
            return False
        with db.read() as conn:
            readers = conn.scalars(
                select(Consumer.name).where(Consumer.plugin == self._plugin, Consumer.kind == self.kind)
            ).all()
        # A list, so that none waits for another to be done.
        return any([consume.step(db, name, consume.Apart(self.prepare, late=True)) for name in readers])  # noqa: C419

    def prepare(self, conn: Connection, consumer: Row[Any], rows: Sequence[Row[Any]]) -> consume.Write:
        """Reads, and gives what calls the plugin: in the cursor's transaction, which begins when the hook uses it."""
        raise NotImplementedError


class Telling(_Reading):
    """`events_recorded`: what is in the log, facts as of each position."""

    kind = consume.RECORDED
    hook = "events_recorded"

    def prepare(self, conn: Connection, consumer: Row[Any], rows: Sequence[Row[Any]]) -> consume.Write:
        return partial(self._dispatcher.events_recorded, self._plugin, shown(conn, rows, self._names))


class TellingOfPeople(_Reading):
    """`person_merged`, `person_split`, `person_erased`: tried again for ever."""

    kind = consume.PEOPLE
    hook = "person_"

    def prepare(self, conn: Connection, consumer: Row[Any], rows: Sequence[Row[Any]]) -> consume.Write:
        names, acts = terms.load(conn).names, reader(rows[0]._fields)(rows)
        return lambda conn: self._tell(conn, [(names[act.verb], act.extra or {}) for act in acts])

    def _tell(self, conn: Connection, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        call = self._dispatcher
        for verb, said in told:
            if verb == "renown.merged.v1":
                call.person_merged(self._plugin, said["kept"], said["gone"], conn)
            elif verb == "renown.split.v1":
                call.person_split(self._plugin, said["kept"], said["gone"], conn)
            elif verb == "renown.erased.v1":
                # Merged people are one, but rows of what was over by then still have the ids of before.
                for one in members(conn, said["person"]):
                    call.person_erased(self._plugin, one, conn)


class RunningJob:
    """One job of a plugin, in a transaction of its own, which begins when the job first uses the database."""

    def __init__(self, dispatcher: Dispatcher, contexts: Contexts, plugin: str, job: Job) -> None:
        self._dispatcher = dispatcher
        self._contexts = contexts
        self._plugin = plugin
        self._job = job

    def __call__(self, db: Database) -> bool:
        if not self._dispatcher.plugins.is_on(self._plugin):
            return False

        def work(conn: Connection) -> bool:
            with self._contexts(self._plugin, conn) as ctx:
                return bool(self._job.work(ctx))

        return db.retrying(work, lazily=True)


class ReadingDirectory:
    """Takes a plugin's list of people over, once a day, as a CSV file would be."""

    def __init__(self, dispatcher: Dispatcher, contexts: Contexts, plugin: str, directory: Directory) -> None:
        self._dispatcher = dispatcher
        self._contexts = contexts
        self._plugin = plugin
        self._directory = directory

    def __call__(self, db: Database) -> bool:
        if not self._dispatcher.plugins.is_on(self._plugin):
            return False
        with db.read() as conn, self._contexts(self._plugin, conn) as ctx:
            rows = list(self._directory.rows(ctx))
        with tempfile.TemporaryDirectory() as folder:
            sheet = Path(folder) / "people.csv"
            with sheet.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, sorted({column for row in rows for column in row}))
                writer.writeheader()
                writer.writerows(rows)
            if rows:
                import_csv(db, sheet, via="system")
        return False


def shown(conn: Connection, rows: Sequence[Row[Any]], names: Names) -> list[ScoredEvent]:
    """Rows of the log as plugins see them, each with what was known at its position."""
    zone = ZoneInfo(stored.get(conn, "core", "timezone", "UTC"))
    acts = reader(rows[0]._fields)(rows)
    names.terms.update(terms.load(conn).names)
    called = names.load(conn, acts)
    parties = {one for act in acts for one in (act.actor_id, act.owner_id, act.asker_id, *act.mentioned)}
    eyes = Eyes(names, called, facts.load(conn, [one for one in parties if one is not None]), 0, zone)
    events = []
    for act in acts:
        if names.terms[act.verb].startswith("renown."):
            eyes.forget()
        events.append(eyes.show(act, act, act.id))
    return events


def _check(dispatcher: Dispatcher, db: Database) -> bool:
    """Keep what the plugins' checks and figures say, for pages to read."""
    with db.read() as conn:
        health = [{"plugin": plugin, **asdict(check)} for plugin, check in dispatcher.health(conn)]
        metrics = [{"plugin": plugin, **asdict(sample)} for plugin, sample in dispatcher.metrics(conn)]

    def keep(conn: Connection) -> None:
        stored.put(conn, "core", "plugin_health", health)
        stored.put(conn, "core", "plugin_metrics", metrics)

    db.retrying(keep)
    return False
