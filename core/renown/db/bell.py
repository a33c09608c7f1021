"""What wakes a waiting drain before its next tick. A bell that is not heard costs one tick and nothing else."""

from __future__ import annotations

import threading
from collections import defaultdict

#: The channel of PostgreSQL's NOTIFY; its payload is the topic.
CHANNEL = "renown"


class Bell:
    """Topics to be heard by threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, set[threading.Event]] = defaultdict(set)

    def hear(self, topic: str, event: threading.Event) -> None:
        with self._lock:
            self._heard[topic].add(event)

    def forget(self, event: threading.Event) -> None:
        with self._lock:
            for events in self._heard.values():
                events.discard(event)

    def ring(self, topic: str) -> None:
        with self._lock:
            events = list(self._heard[topic])
        for event in events:
            event.set()
