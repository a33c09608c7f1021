"""What exactly is wrong with one item, and in which field. Slow and thorough: only suspects come here."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from msgspec import Struct

#: Brackets within brackets, the envelope being the first.
MAX_DEPTH = 64

_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
#: A string, to the end of the text where it never ends: found in one pass, whatever quotes are in it.
STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
#: Of an item in which everything is wrong, this many errors are told.
MAX_ERRORS = 100
_STRINGS = re.compile(STRING, re.DOTALL)


class FieldError(Struct):
    """`field` is a path such as `data.actor.id`, empty for the item as a whole."""

    field: str
    message: str


class Diagnosis(Struct):
    """`id` and `source` where they can be read."""

    errors: list[FieldError]
    id: str | None = None
    source: str | None = None


def suspicious(raw: bytes | msgspec.Raw) -> bool:
    """Whether the item may hold what the decoder lets pass: NUL, or more depth than we take."""
    text = bytes(raw)
    return b"\\u0000" in text or text.count(b"{") + text.count(b"[") > MAX_DEPTH


def diagnose(raw: bytes, error: Exception | None = None) -> Diagnosis:
    """Everything that is wrong with the item. Without `error` there may be nothing."""
    if too_deep(raw):
        return Diagnosis([FieldError("", f"is nested deeper than {MAX_DEPTH}")])
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as unreadable:
        reason = "is not UTF-8" if isinstance(unreadable, UnicodeDecodeError) else f"is not valid JSON: {unreadable}"
        return Diagnosis([FieldError("", reason)])
    errors: list[FieldError] = []
    _walk(value, "", errors)
    if not errors and error is not None:
        errors.append(_of(error, value))
    return Diagnosis(errors[:MAX_ERRORS], _text_of(value, "id"), _text_of(value, "source"))


def _of(error: Exception, value: Any) -> FieldError:
    text = str(error)
    path = _PATH.search(text)
    field, message = (path[1], text[: path.start()]) if path else ("", text)
    missing = re.search(r"missing required field `(\w+)`", message)
    if missing:
        return FieldError(f"{field}.{missing[1]}".lstrip("."), "is missing")
    return FieldError(field, message[:1].lower() + message[1:])


def _text_of(value: Any, name: str) -> str | None:
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, str):
        return None
    return found[:256].encode("utf-8", "replace").decode().replace("\0", "")


def _walk(value: Any, path: str, errors: list[FieldError]) -> None:
    if len(errors) >= MAX_ERRORS:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            where = f"{path}.{name}".lstrip(".")
            _check_text(name, path, errors)
            _walk(inner, where if name.isprintable() else path, errors)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _walk(inner, f"{path}[{index}]", errors)
    elif isinstance(value, str):
        _check_text(value, path, errors)
    elif isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        errors.append(FieldError(path, "is not a finite number"))


def _check_text(value: str, path: str, errors: list[FieldError]) -> None:
    if "\0" in value:
        errors.append(FieldError(path, "contains a NUL character"))
    if any("\ud800" <= character <= "\udfff" for character in value):
        errors.append(FieldError(path, "contains half of a surrogate pair"))


def too_deep(raw: bytes) -> bool:
    """Whether a JSON text, sound or not, nests deeper than `MAX_DEPTH`."""
    depth = 0
    for byte in _STRINGS.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False
