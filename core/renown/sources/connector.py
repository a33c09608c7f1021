"""What a network's plugin brings: how its deliveries are checked, read, and how its exports are read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema

from renown.events.types import CloudEvent


class BadSignature(Exception):
    """The delivery is not from who it says it is. The text names the header and what was wrong, never a secret."""


class BadPayload(Exception):
    """The delivery or the file cannot be read at all. The text names the field or the place."""


@dataclass(frozen=True)
class Skipped:
    """A record that is no event for us. `reason` is one of a few fixed sentences; `what` names the record's kind."""

    reason: str
    what: str = ""
    key: str = ""


@dataclass(frozen=True)
class Answer:
    """What to answer at once instead of taking the delivery as events (a challenge, a ping)."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Inbound:
    """One delivery as it arrived. Header names are lower case; `body` is raw; `at` is when it came (microseconds)."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: int


@dataclass(frozen=True)
class SourceInfo:
    """A connected source, as its connector sees it. `settings` is loaded by the connector's schema."""

    id: int
    name: str
    slug: str
    network: str
    affiliation: str
    vouches: bool
    keep_text: bool
    keep_private: bool
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One line of what the wizard tells and asks: a scope, a permission, a thing to copy."""

    label: str
    text: str


class Connector:
    """Subclass it per network. Methods are pure: no session, no clock, no network."""

    network: str
    title: str
    #: Asked for in the wizard, and typed.
    settings: type[Schema] | None = None
    #: Step by step what the administrator does in the network's own pages; {url} and {secret} are filled in.
    steps: Sequence[Field] = ()
    #: What is read, in words for a works council.
    reads: Sequence[Field] = ()
    #: A public forum's accounts are customers; a company's own network vouches for employees.
    affiliation: str = "employee"
    vouches: bool = False
    #: The kind of export `backfill` takes, as `renown import NETWORK FILE` names it; NULL where there is none.
    export: str | None = None

    def verify(self, inbound: Inbound, secrets: Sequence[str]) -> None:
        """Check the raw bytes against every active secret in constant time. Raises BadSignature."""
        raise BadSignature("this network has no signature check")

    def answer(self, inbound: Inbound) -> Answer | None:
        """A handshake's answer, after `verify`."""
        return None

    def normalise(self, inbound: Inbound, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        """The events in a verified delivery, in order. Raises BadPayload where it cannot be read."""
        raise NotImplementedError

    def backfill(self, path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
        """The events of an export, streamed in a fixed order, so that a stopped import can be started again."""
        raise BadPayload(f"{self.title} has no export that can be read")

    def size(self, path: Path) -> int | None:
        """How many records `backfill` will give, where that is cheap to tell."""
        return None

    def object_at(self, url: str, place: Callable[[str, str], str | None]) -> str | None:
        """The id, as in `object.id` of events, of what a page of the network shows; None where that is not to be told.

        `place(address, name)` gives the id of a place (`target.id`) of the source that has this address or name.
        """
        return None


def hmac_sha256(secret: str, message: bytes) -> str:
    """In hexadecimal digits, as most networks sign."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def matches(given: str, expected: Sequence[str]) -> bool:
    """Whether `given` is one of `expected`, in a time that tells nothing about which or where they differ."""
    sound = given.encode("utf-8", "surrogatepass")
    found = False
    for one in expected:
        found |= hmac.compare_digest(sound, one.encode())
    return found
