"""One call into a plugin: what it raises stays here, what it spoilt in the session is undone, its time is taken."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from renown import clock
from renown.db.engine import is_unbegun
from renown.db.trouble import Watch, is_busy, is_trouble
from renown.hooks.calls import Call, CallLog, Outcome
from renown.hooks.discovery import describe
from renown.hooks.manager import Plugins

T = TypeVar("T")

#: Faults in a row that open a breaker.
IN_A_ROW = 3
#: Seconds for which this process leaves a hook alone that was slow, or that may rest and failed, three times in a row.
REST = 60.0

log = structlog.get_logger("renown.hooks")


@dataclass(frozen=True)
class Fault:
    """What stands in a result's place when a plugin raised, was slow, or is not called because its breaker is open."""

    plugin: str
    hook: str
    reason: str
    slow: bool = False


class HookFault(Exception):
    """A plugin failed where its caller must decide what follows: its cursor stops, its job is tried again."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.plugin}.{fault.hook}: {fault.reason}")
        self.fault = fault


class Guard:
    """Shared by all threads of a process. `timer` gives seconds."""

    def __init__(self, plugins: Plugins, calls: CallLog, timer: Callable[[], float] = time.perf_counter) -> None:
        self._plugins = plugins
        self._calls = calls
        self._timer = timer
        self._row: dict[tuple[str, str], int] = {}
        self._slow_row: dict[tuple[str, str], tuple[int, float]] = {}
        self._resting: dict[tuple[str, str], float] = {}

    def call(
        self,
        plugin: str,
        hook: str,
        work: Callable[[], T],
        *,
        conn: Connection | None = None,
        budget: float | None = None,
        patience: float | None = None,
        breaker: bool = True,
        rests: bool = False,
    ) -> T | Fault:
        """What `work` gives, or a Fault.

        `budget` and `patience` are in seconds: a result that comes later is left out, or late. With `rests` three
        faults in a row suspend nothing: the hook is left alone for a minute, as a slow one is, and tried again.
        """
        key = (plugin, hook)
        closed = self._held_back(key) if breaker else None
        if closed is not None:
            return closed
        at, begun = clock.now(), self._timer()
        watch = Watch(conn)
        try:
            # On PostgreSQL one failed statement otherwise poisons what follows in the transaction. Of one that is still
            # to begin, all is undone by whoever handed it over.
            with conn.begin_nested() if conn is not None and not is_unbegun(conn) else nullcontext():
                result = work()
        except (Exception, SystemExit) as error:
            given_up = watch.given_up()
            if conn is not None and is_trouble(error) and not is_busy(error) and not given_up:
                # Not the plugin's fault: it would be suspended for an hour without a database, or pass events over.
                raise
            if (
                conn is not None
                and given_up
                and not conn.closed
                and not conn.get_execution_options().get("renown_write", False)
            ):
                # What is only read is read on, on another connection.
                conn.rollback()
            self._note(key, at, begun, "raised", describe(error))
            log.warning("hook raised", plugin=plugin, hook=hook, trace="".join(traceback.format_exception(error)))
            if breaker:
                self._count(key, describe(error), rests)
            return Fault(plugin, hook, describe(error))
        took = self._timer() - begun
        given = patience if budget is None else budget
        if given is not None and took > given:
            reason = f"took {took * 1000:.0f} ms, {given * 1000:.0f} are given"
            self._note(key, at, begun, "slow", reason)
            self._count_slow(key, begun)
            if budget is not None:
                return Fault(plugin, hook, reason, slow=True)
            # What counts is no fault, so it ends a row of them.
            self._row.pop(key, None)
            return result
        self._note(key, at, begun, "ok", "")
        self._row.pop(key, None)
        self._slow_row.pop(key, None)
        return result

    def _held_back(self, key: tuple[str, str]) -> Fault | None:
        reason = self._plugins.suspension(*key)
        if reason is not None:
            return Fault(*key, f"suspended: {reason}")
        until = self._resting.get(key)
        if until is None:
            return None
        if self._timer() < until:
            return Fault(*key, "failed or slow three times in a row; left alone for a minute", slow=True)
        self._resting.pop(key, None)
        return None

    def _note(self, key: tuple[str, str], at: int, begun: float, outcome: Outcome, reason: str) -> None:
        plugin, hook = key
        self._calls.add(plugin, Call(hook, at, round((self._timer() - begun) * 1e6), outcome, reason))

    def _count(self, key: tuple[str, str], reason: str, rests: bool) -> None:
        # Threads share these: what one looks at, another may take away.
        count = self._row[key] = self._row.get(key, 0) + 1
        if count >= IN_A_ROW:
            self._row.pop(key, None)
            if rests:
                self._resting[key] = self._timer() + REST
            else:
                self._plugins.suspend(*key, reason)

    def _count_slow(self, key: tuple[str, str], begun: float) -> None:
        # Slowness is often the machine's, so it is no verdict for all processes and for ever. Calls that went on beside
        # each other while it stood still were slow once.
        former, until = self._slow_row.get(key, (0, begun))
        if begun < until:
            return
        count = former + 1
        self._slow_row[key] = count, self._timer()
        if count >= IN_A_ROW:
            self._slow_row.pop(key, None)
            self._resting[key] = self._timer() + REST
