"""What became of the last calls into plugins, for the author's view on the admin page. Per process, in memory."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Literal

Outcome = Literal["ok", "raised", "slow"]
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
    """All calls of one hook of one plugin since the process began."""

    calls: int = 0
    faults: int = 0
    slow: int = 0
    micros: int = 0
    longest: int = 0


class CallLog:
    def __init__(self) -> None:
        self._lock = Lock()
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
            counts.faults += call.outcome == "raised"
            counts.slow += call.outcome == "slow"
            counts.micros += call.micros
            counts.longest = max(counts.longest, call.micros)

    def news(self) -> dict[tuple[str, str], Counts]:
        """By plugin and hook, what came in and was not `told` yet; `longest` is not kept so."""
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
                    )
            return found

    def told(self, news: Mapping[tuple[str, str], Counts]) -> None:
        """These have been written down."""
        with self._lock:
            for key, counts in news.items():
                before = self._told.get(key, Counts())
                self._told[key] = Counts(
                    before.calls + counts.calls,
                    before.faults + counts.faults,
                    before.slow + counts.slow,
                    before.micros + counts.micros,
                )

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
