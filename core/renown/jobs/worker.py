"""The process that does the jobs: one thread a lane, a tick, and a bell that shortens the wait."""

from __future__ import annotations

import gc
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from time import monotonic

import psycopg
import structlog

from renown import clock
from renown.clock import SECOND
from renown.db.bell import CHANNEL
from renown.db.engine import Database
from renown.db.reach import patience
from renown.db.texts import of_error
from renown.db.trouble import in_words, is_trouble, said
from renown.jobs import Drain, schedule
from renown.jobs.presence import BEAT, Presence

log = structlog.get_logger("renown.jobs")


class Worker:
    """Runs `drains` until told to stop. Several may run beside each other, in any number of processes.

    `on` tells which plugins are on in this one; it is asked at each beat.
    """

    def __init__(
        self,
        db: Database,
        drains: Sequence[Drain],
        *,
        serving: bool = False,
        on: Callable[[], Collection[str]] | None = None,
    ) -> None:
        self.db = db
        self.drains = list(drains)
        self.presence = Presence(db, drains, serving=serving, on=on)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._wakes: list[threading.Event] = []

    def start(self) -> None:
        # What is loaded by now stays to the end: walking through it again and again cost 10 us for each event scored.
        gc.freeze()
        self.presence.beat()
        lanes: dict[str, list[Drain]] = defaultdict(list)
        for drain in self.drains:
            lanes[drain.lane].append(drain)
        for lane, drains in lanes.items():
            wake = threading.Event()
            self._wakes.append(wake)
            for topic in {drain.topic for drain in drains if drain.topic}:
                self.db.bell.hear(topic, wake)
            self._thread(f"lane-{lane}", lambda drains=drains, wake=wake: self._lane(drains, wake))  # type: ignore[misc]
        self._thread("beat", self._beat)
        if not self.db.is_sqlite:
            self._thread("listen", self._listen)

    def stop(self, wait: float = 30, *, outgrown: bool = False) -> None:
        """Let every drain end its piece, then go; after `wait` seconds in any case.

        `outgrown` where it goes since the process has more memory than it may have: that may be its run's doing, as if
        it had died of it.
        """
        self._stop.set()
        for wake in self._wakes:
            wake.set()
        if not outgrown:
            # At once: a run takes hours, and whoever ends this process may not be that patient.
            try:
                self.presence.hand_back()
            except Exception as error:
                _log("stop", error)
        late = monotonic() + wait
        for thread in self._threads:
            thread.join(max(0.0, late - monotonic()))
        left = [thread.name for thread in self._threads if thread.is_alive()]
        if left:
            log.warning("not waited for any longer", threads=left, seconds=wait)
        for wake in self._wakes:
            self.db.bell.forget(wake)
        self.presence.leave()

    def _thread(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"renown-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _lane(self, drains: Sequence[Drain], wake: threading.Event) -> None:
        tick = min(min(drain.every for drain in drains), SECOND) / SECOND
        # Not by the clock: one that is set back would hold the lane up for as long.
        due = {drain.name: 0.0 for drain in drains}
        begun = {drain.name: float("-inf") for drain in drains}
        failing: set[str] = set()
        while not self._stop.is_set():
            woken = wake.is_set()
            wake.clear()
            more = False
            for drain in drains:
                if self._stop.is_set():
                    return
                rings = woken and drain.topic and drain.name not in failing
                if monotonic() < due[drain.name] and not rings:
                    continue
                if self._stop.wait(max(0.0, begun[drain.name] + drain.pace / SECOND - monotonic())):
                    return
                begun[drain.name] = monotonic()
                done = _guarded(self.db, drain)
                if done:
                    more = True
                else:
                    # Whether a scheduled one is due is looked up each second.
                    wait = min(drain.every, SECOND) if drain.schedule else drain.every
                    due[drain.name] = monotonic() + (1 if done is None else wait / SECOND)
                (failing.add if done is None else failing.discard)(drain.name)
            if not more:
                wake.wait(tick)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT / SECOND):
            try:
                self.presence.beat()
            except Exception as error:
                _log("beat", error)

    def _listen(self) -> None:
        # A connection of its own in autocommit: inside a transaction notices would wait for its end.
        address = self.db.engine.url
        url = address.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stop.is_set():
            try:
                with psycopg.connect(url, autocommit=True, **patience(address)) as conn:
                    conn.execute(f"LISTEN {CHANNEL}")
                    while not self._stop.is_set():
                        for notice in conn.notifies(timeout=1, stop_after=100):
                            self.db.bell.ring(notice.payload)
            except psycopg.Error as error:
                log.warning("not listening; ticks go on", error=str(error).strip())
                self._stop.wait(2)


def _guarded(db: Database, drain: Drain) -> bool | None:
    """As `run_once`, and None where not even the database answers: the lane goes on whatever happens."""
    try:
        return run_once(db, drain)
    except Exception as error:
        _log(drain.name, error)
        return None


def _log(job: str, error: BaseException) -> None:
    if is_trouble(error):
        # Seen by every job, each second, while it lasts: a line each is enough.
        log.warning(in_words(error), job=job, error=said(error))
    else:
        log.error("job failed", job=job, exc_info=error)


def run_once(db: Database, drain: Drain) -> bool | None:
    """One piece of one drain. Whether it did something and may have more; a failure is logged, kept on its row: None.

    Raises where the row itself cannot be read or written.
    """
    if not drain.on():
        return False
    if drain.schedule and not db.retrying(lambda conn: schedule.take(conn, drain, db.process)):
        return False
    started = clock.now()
    error: str | None = None
    more = blameless = False
    try:
        more = drain.work(db)
        while more and drain.schedule and schedule.held(db, drain):
            more = drain.work(db)
    except (Exception, SystemExit) as caught:
        # A job that exits would end this lane, and all that runs in it, without a word.
        _log(drain.name, caught)
        error = of_error(caught)
        blameless = is_trouble(caught)
    if drain.schedule:
        schedule.ended(db, drain, started, error, blameless=blameless)
    return more if error is None else None


def drain_all(db: Database, drains: Sequence[Drain], *, rounds: int = 10_000) -> None:
    """Do everything there is to do now, in this thread: after an import, in the demo, in tests. Errors are raised.

    In each round each drain works until it has no more. What did its last piece may have made work for others, so the
    last round is one in which none had more.
    """
    for _ in range(rounds):
        pieces = [_empty(db, drain, rounds) for drain in drains]
        if not any(pieces):
            return
    raise RuntimeError(f"still not done after {rounds} rounds of {', '.join(drain.name for drain in drains)}")


def _empty(db: Database, drain: Drain, most: int) -> int:
    """Have a drain work until it has no more; how often it had."""
    for pieces in range(most):
        if not drain.work(db):
            return pieces
    return most
