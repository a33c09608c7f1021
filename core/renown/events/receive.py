"""From bytes to events of the contract. Each item stands for itself: a bad one is refused by field, never its batch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct

from renown import clock
from renown.events.diagnose import MAX_DEPTH, STRING, FieldError, diagnose, suspicious
from renown.events.types import KINDS, VERBS, CloudEvent, collab

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
MEDIA_TYPES = (SINGLE, BATCH, LINES)

#: Microseconds that an act may lie in the future.
MAX_AHEAD = clock.DAY
#: Items of one body. Beyond, they are crumbs that cost more to refuse one by one than they can be worth.
MAX_ITEMS = 50_000

_decode = msgspec.json.Decoder(CloudEvent).decode
_decode_items = msgspec.json.Decoder(list[Raw]).decode
_encode = msgspec.json.Encoder().encode
_CORE_TYPES = frozenset(collab(verb) for verb in VERBS)
_CORE_KINDS = frozenset(KINDS)
_TOKEN = re.compile(STRING + rb"|[\[\]{},]", re.DOTALL)
_EARLIEST = clock.to_datetime(0)
_BLANK = b" \t\r\n"


class UnreadableBody(Exception):
    """The body as a whole cannot be read, so no item of it can be told from another."""


class UnknownMediaType(UnreadableBody):
    """The media type is none of `MEDIA_TYPES`."""


class Refusal(Struct, kw_only=True):
    """Why one item was not taken. `index` counts from 0; `id` and `source` are set where they could be read."""

    index: int
    id: str | None
    errors: list[FieldError]
    source: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The event types and object kinds that plugins declare, beside the contract's own."""

    types: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


def parse(raw: bytes, content_type: str, vocabulary: Vocabulary = Vocabulary()) -> list[CloudEvent | Refusal]:
    """The items of a body, each an event or its refusal, in order. Raises UnreadableBody."""
    latest = clock.to_datetime(clock.now() + MAX_AHEAD)
    items = _items(raw, content_type)
    if len(items) > MAX_ITEMS:
        raise UnreadableBody(f"the body holds more than {MAX_ITEMS:,} items")
    return [_item(index, item, vocabulary, latest) for index, item in enumerate(items)]


def validate(event: CloudEvent, index: int = 0, vocabulary: Vocabulary = Vocabulary()) -> CloudEvent | Refusal:
    """Hold an event that was made in this process to the contract: types, lengths, text, time."""
    try:
        raw = _encode(event)
    except (UnicodeEncodeError, RecursionError, TypeError, OverflowError) as error:
        return Refusal(index=index, id=None, errors=[FieldError("", f"cannot be written: {error}")])
    return _item(index, raw, vocabulary, clock.to_datetime(clock.now() + MAX_AHEAD))


def schema() -> dict[str, Any]:
    """The contract as a JSON Schema, generated from its types."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Collaboration event: CloudEvents 1.0 envelope, ActivityStreams-2-shaped data",
        **msgspec.json.schema(CloudEvent),
    }


def _item(index: int, raw: bytes | Raw, vocabulary: Vocabulary, latest: datetime) -> CloudEvent | Refusal:
    if suspicious(raw):
        found = diagnose(bytes(raw))
        if found.errors:
            return Refusal(index=index, id=found.id, errors=found.errors, source=found.source)
    try:
        event = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        found = diagnose(bytes(raw), error)
        return Refusal(index=index, id=found.id, errors=found.errors, source=found.source)
    errors = _breaches(event, vocabulary, latest)
    return Refusal(index=index, id=event.id, errors=errors, source=event.source) if errors else event


def _breaches(event: CloudEvent, vocabulary: Vocabulary, latest: datetime) -> list[FieldError]:
    """What the types cannot say."""
    errors: list[FieldError] = []
    if event.type not in _CORE_TYPES and event.type not in vocabulary.types:
        reserved = event.type.startswith("renown.")
        errors.append(FieldError("type", "comes from the core alone" if reserved else "is not declared by any plugin"))
    if is_core_name(event.source):
        errors.append(FieldError("source", "is the core's own name"))
    elif not is_readable(event.source):
        errors.append(FieldError("source", "is blank or has characters that cannot be shown"))
    kind = event.data.object.kind
    if kind is not None and kind not in _CORE_KINDS and kind not in vocabulary.kinds:
        errors.append(FieldError("data.object.kind", "is not declared by any plugin"))
    if event.time > latest:
        errors.append(FieldError("time", "is more than 24 hours in the future"))
    elif event.time < _EARLIEST:
        errors.append(FieldError("time", "is before 1970"))
    if event.data.retracts == event.id:
        errors.append(FieldError("data.retracts", "is the event's own id"))
    return errors


def is_core_name(source: str) -> bool:
    """Whether a source's name is reserved for the core's own events."""
    source = source.strip()
    return source[:6].lower() == "renown" and not (source[6:7].isalnum() or source[6:7] in ("-", "_"))


def is_readable(source: str) -> bool:
    """Whether a source's name can be shown: a line of printable characters, not blanks alone."""
    return source.isprintable() and not source.isspace()


def _items(raw: bytes, content_type: str) -> Sequence[bytes | Raw]:
    media, _, parameters = content_type.partition(";")
    media = media.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnknownMediaType(f"the charset is {charset[1]}, not utf-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if media == SINGLE:
        return [raw]
    if media == LINES:
        return [line for line in raw.split(b"\n") if line.strip(_BLANK)]
    if media != BATCH:
        raise UnknownMediaType(f"the media type is {media or 'missing'}, none of {', '.join(MEDIA_TYPES)}")
    try:
        return _decode_items(raw)
    except (msgspec.MsgspecError, RecursionError):
        return list(_split(raw))


def _split(raw: bytes) -> Iterator[bytes]:
    """The items of an array of which one is no sound JSON, told apart by their brackets."""
    body = raw.strip(_BLANK)
    if not body.startswith(b"["):
        raise UnreadableBody("the body is not a JSON array")
    depth, start = 0, 1
    for token in _TOKEN.finditer(body):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
        if depth < 0 or (depth == 0 and token.end() < len(body)):
            raise UnreadableBody("the body's brackets do not match")
        if depth == 0 or (depth == 1 and mark == b","):
            item = body[start : token.start()].strip(_BLANK)
            if item or mark == b",":
                yield item
            start = token.end()
    if depth != 0:
        raise UnreadableBody("the body ends before its array does")


__all__ = [
    "BATCH",
    "LINES",
    "MAX_AHEAD",
    "MAX_DEPTH",
    "MEDIA_TYPES",
    "SINGLE",
    "FieldError",
    "Refusal",
    "UnknownMediaType",
    "UnreadableBody",
    "Vocabulary",
    "is_core_name",
    "is_readable",
    "parse",
    "schema",
    "validate",
]
