"""A client that keeps its word: what was not answered is sent again, to whichever server answers next."""

from __future__ import annotations

import random
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

import msgspec

from renown.events.types import CloudEvent
from tests.events.kit import event, message

SOURCE = "tool:a"
ACCOUNTS = 30
#: How an event ends that is taken back by a later one.
UNDONE = ":undone"


def story() -> Iterator[CloudEvent]:
    """Messages, each with a like by somebody else; every third like comes before its message, every fifth is undone."""
    number = 0
    while True:
        key, author, giver = f"m{number}", f"U{number % ACCOUNTS}", f"U{(number + 1) % ACCOUNTS}"
        minute, like = number * 20, f"{key}:like{UNDONE if number % 5 == 0 else ''}"
        state: dict[str, Any] = {
            "actor": giver,
            "statekey": f"{giver}:{key}",
            "thing": key,
            "source": SOURCE,
        }
        said = message(key, author, minute=minute, source=SOURCE)
        liked = event(like, minute=minute + 1, **state)
        yield from (liked, said) if number % 3 == 0 else (said, liked)
        if number % 5 == 0:
            yield event(f"{key}:unlike", activity="Undo", minute=minute + 2, **state)
        number += 1


class Feed:
    """Sends what it is given in threads of its own. `answered` are the keys whose 2xx was seen."""

    def __init__(self, token: str, seed: int, threads: int = 3) -> None:
        self.answered: set[str] = set()
        self.accepted = self.resent = self.broken = 0
        self.faults: list[str] = []
        self._token = token
        self._random = random.Random(seed)
        self._changed = threading.Condition()
        self._waiting: list[list[CloudEvent]] = []
        self._sent: list[list[CloudEvent]] = []
        self._busy = 0
        self._address: str | None = None
        self._closed = False
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def give(self, batch: list[CloudEvent]) -> None:
        with self._changed:
            self._waiting.append(batch)
            self._changed.notify_all()

    def connect(self, address: str | None) -> None:
        """Where the server is now; None while there is none."""
        with self._changed:
            self._address = address
            self._changed.notify_all()

    def heard(self, more: int, seconds: float = 60) -> None:
        """Return when so many more events were answered, or nothing is left to send."""
        with self._changed:
            goal = len(self.answered) + more
            self._changed.wait_for(lambda: len(self.answered) >= goal or self._idle or self.faults, seconds)

    def finish(self, seconds: float = 300) -> None:
        """Return when everything was answered."""
        with self._changed:
            done = self._changed.wait_for(lambda: self._idle or self.faults, seconds)
            assert done, f"{len(self._waiting)} batches are not answered"
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(60)

    @property
    def _idle(self) -> bool:
        return not self._waiting and not self._busy

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or (self._address and self._waiting))
                if self._closed or self._address is None:
                    return
                batch, address = self._waiting.pop(0), self._address
                again = bool(self._sent) and self._random.random() < 0.2
                former = self._random.choice(self._sent) if again else None
                self._busy += 1
            told = self._post(address, batch)
            repeated = self._post(address, former) if former is not None and told is not None else None
            with self._changed:
                self._busy -= 1
                if told is None:
                    self.broken += 1
                    self._waiting.insert(0, batch)
                    if self._address == address:
                        self._address = None
                else:
                    self.accepted += told["accepted"]
                    self.answered.update(one.id for one in batch)
                    self._sent.append(batch)
                    if told["rejected"] or told["accepted"] + told["duplicates"] != len(batch):
                        self.faults.append(f"not taken: {told}")
                if repeated is not None:
                    self.resent += 1
                    if repeated["accepted"]:
                        self.faults.append(f"taken twice: {repeated}")
                self._changed.notify_all()

    def _post(self, address: str, batch: list[CloudEvent]) -> Any:
        """The answer, None where there was none. An answer that is no 2xx is a fault."""
        request = urllib.request.Request(
            f"{address}/api/v1/events",
            data=msgspec.json.encode(batch),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/cloudevents-batch+json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return msgspec.json.decode(answer.read())
        except urllib.error.HTTPError as error:
            with self._changed:
                self.faults.append(f"{error.code}: {error.read()[:500]!r}")
            return None
        except (OSError, HTTPException, msgspec.DecodeError):
            return None
