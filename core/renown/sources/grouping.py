"""Single deliveries that arrive together share one commit: the first waits a moment and commits for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from renown.db.engine import Database

if TYPE_CHECKING:
    from renown.sources.intake import Counts, Prepared

#: Seconds that the first one waits for others, and how many make it go at once.
WAIT, ENOUGH = 0.012, 200

Commit = Callable[[Database, "Sequence[Prepared]"], "list[Counts]"]


class Grouping:
    """Shared by the threads of one process."""

    def __init__(self, wait: float = WAIT, enough: int = ENOUGH) -> None:
        self._wait = wait
        self._enough = enough
        self._changed = threading.Condition()
        self._queue: list[tuple[Prepared, Future[Counts]]] = []
        self._led = False

    def commit(self, db: Database, prepared: Prepared, commit: Commit) -> Counts:
        """Returns after the transaction that holds `prepared` has committed; raises what made it fail."""
        mine: Future[Counts] = Future()
        with self._changed:
            self._queue.append((prepared, mine))
            leads = not self._led
            if leads:
                self._led = True
                self._changed.wait_for(lambda: len(self._queue) >= self._enough, self._wait)
                group, self._queue, self._led = self._queue, [], False
            elif len(self._queue) >= self._enough:
                self._changed.notify_all()
        if leads:
            _commit_all(db, group, commit)
        return mine.result()


def _commit_all(db: Database, group: list[tuple[Prepared, Future[Counts]]], commit: Commit) -> None:
    try:
        counts = commit(db, [prepared for prepared, _ in group])
    except BaseException as error:
        if len(group) == 1:
            group[0][1].set_exception(error)
            return
        # One of them may have spoilt it for the others: each for itself.
        for one in group:
            _commit_all(db, [one], commit)
        return
    for (_, waiting), count in zip(group, counts, strict=True):
        waiting.set_result(count)
