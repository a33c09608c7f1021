"""Writers whose transactions stand still in the middle, where a test wants them to, until it lets them go."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal

from sqlalchemy import Connection, event

from renown.db.engine import LOG_LOCK, Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.sources.connector import SourceInfo

#: Before it asks for the log's lock (there is none on SQLite, where it has all from its beginning), or when it has it
#: and all but commits.
Stage = Literal["before", "after"]


class Writer:
    """Appends events in a thread and a database connection of its own."""

    def __init__(self, url: str, stage: Stage | None, source: SourceInfo, events: Sequence[CloudEvent]) -> None:
        self.stage = stage
        self.reached = threading.Event()
        self._free = threading.Event()
        self._db = Database(url)
        if stage == "before":
            event.listen(self._db.engine, "before_cursor_execute", self._at_the_lock)
        self._pool = ThreadPoolExecutor(1)
        self._batches = [(source, list(events))]
        self.done: Future[log.Appended] = self._pool.submit(self._db.retrying, self._append)
        self.done.add_done_callback(lambda _: self.reached.set())

    def free(self) -> None:
        self._free.set()

    def close(self) -> None:
        self.free()
        self._pool.shutdown()
        self._db.close()

    def _append(self, conn: Connection) -> log.Appended:
        appended = log.append(conn, self._batches)
        if self.stage == "after":
            self._stand()
        return appended

    def _at_the_lock(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if f"pg_advisory_xact_lock({LOG_LOCK})" in statement:
            self._stand()

    def _stand(self) -> None:
        self.reached.set()
        assert self._free.wait(120), "nobody let it go"
