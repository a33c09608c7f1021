"""Exports read to the end, batch by batch. One that was stopped can be started again: nothing is taken twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from renown import audit
from renown.db.engine import Database
from renown.db.texts import of_error
from renown.events import consume
from renown.events.receive import LINES, Refusal, parse
from renown.jobs import runs
from renown.sources import intake, post, registry
from renown.sources.connector import BadPayload, Connector, SourceInfo
from renown.sources.exports import gzip_lines
from renown.sources.intake import Counts, Item
from renown.sources.reception import Reception

#: The network that is none: a file of CloudEvents, one a line, each under the source that it names.
EVENTS = "events"

#: Events in a transaction, and how many while readers of the log are behind; by more than `LAG`, none. What comes in
#: live meanwhile waits behind so many.
BATCH, BATCH_WHILE_BEHIND, LAG = 5000, 2000, 2000
#: Seconds that an import stands still at most, after each batch, for readers that are behind.
_PATIENCE, _PAUSE = 2.0, 0.05

T = TypeVar("T")


class CannotImport(runs.Failed):
    """The text says which network or source, and why."""


class Progress(Protocol):
    """Told how many records were read; may raise to stop the import. What was taken so far stays."""

    def advance(self, by: int = 1, total: int | None = None) -> None: ...


def run(
    reception: Reception,
    network: str,
    path: Path,
    source_name: str | None = None,
    progress: Progress | None = None,
    *,
    catch_up: Callable[[], bool] | None = None,
) -> Counts:
    """Import a file, and bring readers and boards up to date before returning.

    `catch_up` does one bounded piece of what follows from the log and says whether there may be more. A source that
    does not exist is connected once a record of the file was read. Raises CannotImport, and BadPayload, naming the
    file, where it cannot be read any further; what was read of it until then stays.
    """
    if not path.is_file():
        raise CannotImport(f"{path}: there is no such file")
    counts = Counts()
    total: int | None = None
    try:
        if network == EVENTS:
            _require_events(path)
            taken = _events(reception, path, source_name)
        else:
            connector = _connector(reception, network)
            if source_name is None:
                raise CannotImport("source: name the source that this is an export of, as --source slack:acme")
            total = _tried(connector, path, source_name)
            taken = _records(reception, connector, path, _source(reception, connector, source_name))
        for number, part in taken:
            counts.add(part)
            # A long import keeps the first reasons; all of them are on the source's page.
            del counts.details[100:]
            if progress is not None:
                progress.advance(number, total)
            _give_way(reception, catch_up)
    except BadPayload as error:
        told = str(error) if str(error).startswith(path.name) else f"{path.name}: {error}"
        before = counts.accepted + counts.duplicates
        raise BadPayload(f"{told} ({before:,} events before that were taken)" if before else told) from error
    finally:
        while catch_up is not None and catch_up():
            pass
    return counts


def work(reception: Reception, catch_up: Callable[[], bool]) -> runs.Work:
    """Imports that administrators start on a page: a run with the parameters network, path and source.

    The file was uploaded for it and goes when it was read to its end.
    """

    def import_(_db: Database, progress: runs.Progress, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        path = Path(parameters["path"])
        # Taken up again it reads from the beginning: what is there already is not taken twice.
        progress.done = 0
        counts = run(reception, parameters["network"], path, parameters["source"], progress, catch_up=catch_up)
        path.unlink()
        return counts.figures()

    return import_


def _records(
    reception: Reception, connector: Connector, path: Path, source: SourceInfo
) -> Iterator[tuple[int, Counts]]:
    first = 0
    for batch in _batches(reception, _read(connector, path, source)):
        yield len(batch), intake.take(reception, source, batch, first=first)
        first += len(batch)


def _batches(reception: Reception, records: Iterator[T]) -> Iterator[list[T]]:
    """Where reading fails, what was read before comes first."""
    failed: BadPayload | None = None
    while failed is None:
        batch: list[T] = []
        try:
            for record in islice(records, _size(reception)):
                batch.append(record)  # noqa: PERF402 - what was read before a fault must be in it
        except BadPayload as error:
            failed = error
        if batch:
            yield batch
        elif failed is None:
            return
    raise failed


def _tried(connector: Connector, path: Path, name: str) -> int | None:
    """How many records there are, where that is cheap to tell. Raises BadPayload where not even one can be read."""
    trial = SourceInfo(0, name, "", connector.network, connector.affiliation, connector.vouches, False, True)
    total = connector.size(path)
    next(_read(connector, path, trial), None)
    return total


def _read(connector: Connector, path: Path, source: SourceInfo) -> Iterator[Item]:
    try:
        yield from connector.backfill(path, source)
    except SystemExit as error:
        # A command would end as if all had been read.
        raise BadPayload(f"{path.name}: its reader exited instead of reading it ({of_error(error)})") from error


def _require_events(path: Path) -> None:
    """Raises BadPayload where lines are there, and none of them is an object with an id or a source."""
    first: Refusal | None = None
    for line in gzip_lines(path):
        for item in parse(line, LINES):
            if not isinstance(item, Refusal) or item.id is not None or item.source is not None:
                return
            first = first or item
    if first is not None:
        error = first.errors[0]
        why = f"{error.field}: {error.message}".removeprefix(": ")
        raise BadPayload(f"{path.name} is no file of CloudEvents, one a line: the first line {why}")


def _events(reception: Reception, path: Path, source_name: str | None) -> Iterator[tuple[int, Counts]]:
    lines = (line for line in gzip_lines(path) if line.strip())
    only = None if source_name is None else frozenset({source_name})
    first = 0
    for batch in _batches(reception, lines):
        items = parse(b"\n".join(batch), LINES, reception.words(external=True))
        yield len(batch), post.take(reception, items, sources=only, first=first, live=False)
        first += len(batch)


def _size(reception: Reception) -> int:
    with reception.db.read() as conn:
        return BATCH_WHILE_BEHIND if consume.lag(conn, reception.able(conn)) else BATCH


def _give_way(reception: Reception, catch_up: Callable[[], bool] | None) -> None:
    """Let readers that are behind catch up, doing their work here where no other process does it."""
    pause, waited = threading.Event(), 0.0
    while waited < _PATIENCE:
        with reception.db.read() as conn:
            if consume.lag(conn, reception.able(conn)) <= LAG:
                return
        if catch_up is None or not catch_up():
            pause.wait(_PAUSE)
            waited += _PAUSE


def _connector(reception: Reception, network: str) -> Connector:
    connectors = reception.connectors()
    found = [one for one in connectors.values() if one.export == network]
    if not found:
        kinds = sorted({EVENTS, *(one.export for one in connectors.values() if one.export)})
        raise CannotImport(f"{network}: there is no such export; there are {', '.join(kinds)}")
    return found[0]


def _source(reception: Reception, connector: Connector, name: str) -> SourceInfo:
    def work(conn: Connection) -> SourceInfo:
        row = registry.by_name(conn, name)
        if row is None:
            row = registry.add(conn, reception.keyring, connector.network, name, connector=connector)
            audit.record(conn, "source.added", actor_id=None, via="system", target=f"source:{row.id}")
        if row.network != connector.network:
            raise CannotImport(f"source: {name} is connected to {row.network}, not {connector.network}")
        if row.state in ("paused", "removed"):
            raise CannotImport(f"source: {name} is {row.state}")
        return registry.info(row)

    return reception.db.retrying(work)


__all__ = ["BATCH", "EVENTS", "BadPayload", "CannotImport", "Progress", "run", "work"]
