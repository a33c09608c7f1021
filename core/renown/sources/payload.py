"""Reading a network's JSON without trusting it: each value by name, and an error that says which name was wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from renown.sources.connector import BadPayload

#: What CloudEvents ids and ours may be long.
KEY_LENGTH = 256
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# Chinese, Japanese and Korean signs stand for a word each; elsewhere a word is a run of letters and digits.
_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:['’-]\\w+)*"
)


class BlankField(BadPayload):
    """A field that is there but empty, where an event needs it. Real networks do send such records."""


class Payload:
    """A decoded JSON object. Getters raise BadPayload naming the path of what is missing or of another type."""

    __slots__ = ("_value", "path")

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise BadPayload(f"{path or 'the payload'} is {_named(value)}, not an object")
        self._value: dict[str, Any] = value
        self.path = path

    @classmethod
    def parse(cls, raw: bytes | str, path: str = "") -> Payload:
        """Raises BadPayload where it is no JSON object."""
        return cls(parse_json(raw, path), path)

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _bad(self, name: str, wanted: str) -> BadPayload:
        value = self._value.get(name)
        if value is None:
            return BadPayload(f"{self._at(name)} is missing")
        return BadPayload(f"{self._at(name)} is {_named(value)}, not {wanted}")

    def text(self, name: str, limit: int = KEY_LENGTH) -> str:
        """A text that an event is made of. Raises BlankField where it is empty."""
        value = self._value.get(name)
        if not isinstance(value, str):
            raise self._bad(name, "a text")
        if not value:
            raise BlankField(f"{self._at(name)} is empty")
        if len(value) > limit:
            raise BadPayload(f"{self._at(name)} is longer than {limit} characters")
        if not _sound(value):
            raise BadPayload(f"{self._at(name)} holds characters that are not text")
        return value

    def maybe_text(self, name: str, limit: int = KEY_LENGTH) -> str | None:
        """As `text`, but None where it is missing, null or empty."""
        return self.text(name, limit) if self._value.get(name) not in (None, "") else None

    def label(self, name: str, limit: int = KEY_LENGTH) -> str | None:
        """A name or title for people: cut to `limit`, and None where there is no usable one."""
        value = self._value.get(name)
        return clean_text(value, limit) or None if isinstance(value, str) else None

    def prose(self, name: str) -> str:
        """What somebody wrote: "" where there is nothing. Raises BadPayload where it is no text."""
        value = self._value.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._bad(name, "a text")
        return value

    def number(self, name: str) -> int:
        """A whole number that is not negative, as networks use for ids."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._bad(name, "a whole number")
        if not 0 <= value < 2**63:
            raise BadPayload(f"{self._at(name)} is out of range")
        return value

    def maybe_number(self, name: str) -> int | None:
        return None if self._value.get(name) is None else self.number(name)

    def flag(self, name: str) -> bool:
        """False where it is missing or null."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._bad(name, "true or false")
        return bool(value)

    def moment(self, name: str) -> datetime:
        """An RFC 3339 time, or seconds since 1970."""
        value = self._value.get(name)
        try:
            if isinstance(value, str) and value:
                found = datetime.fromisoformat(value).astimezone(UTC)
                if datetime.fromisoformat(value).tzinfo is None:
                    raise BadPayload(f"{self._at(name)} has no time zone")
            elif isinstance(value, int) and not isinstance(value, bool):
                found = datetime.fromtimestamp(value, UTC)
            else:
                raise self._bad(name, "a time")
        except (ValueError, OverflowError, OSError):
            raise BadPayload(f"{self._at(name)} is not a time") from None
        if not _EARLIEST <= found < _LATEST:
            raise BadPayload(f"{self._at(name)} is out of range")
        return found

    def object(self, name: str) -> Payload:
        value = self._value.get(name)
        if not isinstance(value, dict):
            raise self._bad(name, "an object")
        return Payload(value, self._at(name))

    def maybe(self, name: str) -> Payload | None:
        """The object, or None where it is missing or null."""
        return None if self._value.get(name) is None else self.object(name)

    def plain(self, name: str) -> dict[str, Any]:
        """The object as it is, to be put into another."""
        return dict(self.object(name)._value)

    def items(self, name: str) -> Iterator[Payload]:
        """The objects of a list; nothing where it is missing or null."""
        for index, value in enumerate(self.values(name)):
            yield Payload(value, f"{self._at(name)}[{index}]")

    def texts(self, name: str, limit: int = KEY_LENGTH) -> list[str]:
        """The texts of a list; empty where it is missing or null."""
        return [Payload({"it": v}, f"{self._at(name)}[{i}]").text("it", limit) for i, v in enumerate(self.values(name))]

    def values(self, name: str) -> list[Any]:
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._bad(name, "a list")
        return value


def parse_json(raw: bytes | str, path: str = "") -> Any:
    """JSON as plain values. Raises BadPayload where it is none."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        refused = error
    try:
        # A text that was cut in the middle of an emoji: valid JSON, and one such text must not cost all the others.
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadPayload(f"{path or 'the payload'} is not JSON: {refused}") from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def natural_key(*parts: str | int, limit: int = KEY_LENGTH) -> str:
    """The parts joined by colons. Where that is too long, its end gives way to a digest of the whole."""
    whole = ":".join(map(str, parts))
    if len(whole) <= limit:
        return whole
    return f"{whole[: limit - 33]}~{hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()}"


def clean_text(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, without those that databases and pages refuse."""
    if not _sound(text):
        text = "".join(char for char in text if _sound(char))
    return text.strip()[:limit]


def count_words(text: str) -> int:
    """How many words were written, markup taken off before."""
    return len(_WORD.findall(text))


def text_digest(text: str) -> str:
    """What tells whether two texts are the same, without keeping either. Case and spacing do not count."""
    plain = " ".join(text.casefold().split())
    return "sha256:" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _sound(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))


def _named(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
