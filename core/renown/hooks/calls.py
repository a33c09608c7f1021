"""What became of the last calls into plugins, for the author's view on the admin page. Per process, in memory."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Literal

Outcome = Literal["ok", "raised", "refused", "slow"]
#: What counts as a fault; `refused` is a connection of its own.
FAULTS = frozenset({"raised", "refused"})
KEPT = 20


@dataclass(frozen=True)
class Call:
    """One call of a hook. `at` and `micros` are in microseconds."""

    hook: str
    at: int
    micros: int
    outcome: Outcome
    reason: str = ""


@dataclass
class Counts:
    """Calls of one hook of one plugin. `micros` and `longest` are in microseconds."""

    calls: int = 0
    faults: int = 0
    slow: int = 0
    micros: int = 0
    longest: int = 0

    @property
    def mean(self) -> float:
        """Microseconds a call."""
        return self.micros / max(self.calls, 1)

    def plus(self, other: Counts) -> Counts:
        return Counts(
            self.calls + other.calls,
            self.faults + other.faults,
            self.slow + other.slow,
            self.micros + other.micros,
            max(self.longest, other.longest),
        )


class CallLog:
    def __init__(self) -> None:
        # A refusal may come while this very thread is counting: what is collected then may have a last word.
        self._lock = RLock()
        self._last: dict[str, deque[Call]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._counts: dict[tuple[str, str], Counts] = defaultdict(Counts)
        self._told: dict[tuple[str, str], Counts] = {}
        #: Held by who writes the news down.
        self.telling = Lock()

    def add(self, plugin: str, call: Call) -> None:
        with self._lock:
            self._last[plugin].append(call)
            counts = self._counts[plugin, call.hook]
            counts.calls += 1
            counts.faults += call.outcome in FAULTS
            counts.slow += call.outcome == "slow"
            counts.micros += call.micros
            counts.longest = max(counts.longest, call.micros)

    def news(self) -> dict[tuple[str, str], Counts]:
        """By plugin and hook, what came in and was not `told` yet; `longest` is of all calls."""
        with self._lock:
            found = {}
            for key, now in self._counts.items():
                before = self._told.get(key, Counts())
                if now.calls > before.calls:
                    found[key] = Counts(
                        now.calls - before.calls,
                        now.faults - before.faults,
                        now.slow - before.slow,
                        now.micros - before.micros,
                        now.longest,
                    )
            return found

    def told(self, news: Mapping[tuple[str, str], Counts]) -> None:
        """These have been written down."""
        with self._lock:
            for key, counts in news.items():
                self._told[key] = self._told.get(key, Counts()).plus(counts)

    def last(self, plugin: str) -> list[Call]:
        """The last calls into a plugin, newest first."""
        with self._lock:
            return list(reversed(self._last.get(plugin, ())))

    def counts(self, plugin: str) -> dict[str, Counts]:
        """By hook."""
        with self._lock:
            return {hook: counts for (name, hook), counts in sorted(self._counts.items()) if name == plugin}

    def faults(self) -> dict[tuple[str, str], int]:
        """How often each plugin's hooks raised: `renown_plugin_faults_total`."""
        with self._lock:
            return {key: counts.faults for key, counts in sorted(self._counts.items()) if counts.faults}
