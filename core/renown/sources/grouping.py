"""Single deliveries that arrive while others are being committed share the next commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from renown.db.engine import Database
from renown.db.trouble import is_trouble

if TYPE_CHECKING:
    from renown.sources.intake import Counts, Prepared

#: How many go into one commit at most.
MOST = 500

#: How long a commit waits for those who were in the one before, in seconds: they are likely to come again at once.
COMPANY = 0.005

Commit = Callable[[Database, "Sequence[Prepared]"], "list[Counts]"]


class _Waiting:
    """One delivery on its way. It is `woken` when its outcome is there, or to lead the next group."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.outcome: Counts | BaseException | None = None
        self.woken = threading.Event()
        self.gone = False

    def done(self, outcome: Counts | BaseException) -> None:
        self.outcome = outcome
        self.woken.set()


class Grouping:
    """Shared by the threads of one process that write to one database.

    One of them commits at a time, for all who waited by then: whoever comes meanwhile goes into the next group. Who
    comes alone waits for nobody; after a group the next one waits a moment until it is as large.
    """

    def __init__(self, most: int = MOST, company: float = COMPANY) -> None:
        self._most = most
        self._company = company
        self._lock = threading.Lock()
        self._queue: list[_Waiting] = []
        self._leader: _Waiting | None = None
        self._expected = 1
        self._complete = threading.Event()

    @property
    def waiting(self) -> int:
        """How many deliveries the next commit will hold."""
        return len(self._queue)

    def commit(self, db: Database, prepared: Prepared, commit: Commit) -> Counts:
        """Returns after the transaction that holds `prepared` has committed; raises what made it fail."""
        mine = _Waiting(prepared)
        try:
            with self._lock:
                self._queue.append(mine)
                if len(self._queue) >= self._expected:
                    self._complete.set()
                leads = self._leader is None
                if leads:
                    self._leader = mine
            if not leads:
                mine.woken.wait()
            if mine.outcome is None:
                self._lead(db, commit)
        finally:
            self._leave(mine)
        if isinstance(mine.outcome, BaseException):
            raise mine.outcome
        assert mine.outcome is not None
        return mine.outcome

    def _lead(self, db: Database, commit: Commit) -> None:
        if self._expected > 1:
            self._complete.wait(self._company)
        with self._lock:
            group, self._queue = self._queue[: self._most], self._queue[self._most :]
            self._expected = len(group)
            self._complete.clear()
        try:
            _commit_all(db, group, commit)
        finally:
            # Of one who is interrupted nobody knows what became; what was committed counts as duplicate the next time.
            with self._lock:
                self._queue = [one for one in group if one.outcome is None and not one.gone] + self._queue

    def _leave(self, mine: _Waiting) -> None:
        """Whatever happened, the others go on."""
        with self._lock:
            mine.gone = True
            if mine in self._queue:
                self._queue.remove(mine)
            if self._leader is not mine:
                return
            self._leader = self._queue[0] if self._queue else None
            if self._leader is not None:
                self._leader.woken.set()


def _commit_all(db: Database, group: Sequence[_Waiting], commit: Commit) -> None:
    try:
        counts = commit(db, [one.prepared for one in group])
    except Exception as error:
        if len(group) == 1 or is_trouble(error):
            for one in group:
                one.done(error)
            return
        # One of them may have spoilt it for the others: each for itself.
        for one in group:
            _commit_all(db, [one], commit)
        return
    for one, count in zip(group, counts, strict=True):
        one.done(count)
