"""A delivery's payload as the live view may show it: its shape, ids and times, and nothing that somebody wrote."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

#: Values shown, and how deep.
_MOST, _DEEPEST = 300, 12
#: Longer texts, and those with a blank, are somebody's words.
_LONGEST = 64
_WRITTEN = ("text", "body", "title", "message", "description", "content", "name", "topic", "purpose", "label", "value")
_HIDDEN = ("token", "secret", "signature", "password", "authorization", "cookie", "key", "email")


def redacted(raw: bytes) -> Any | None:
    """The payload with texts replaced by their length, e-mails and secrets left out; None if it is no JSON object."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _shown(value, "", 0, [_MOST]) if isinstance(value, dict) else None


def _shown(value: Any, name: str, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {
            str(key)[:_LONGEST]: _shown(inner, str(key).lower(), depth + 1, left)
            for key, inner in islice(value.items(), 60)
        }
    if isinstance(value, list):
        return [_shown(inner, name, depth + 1, left) for inner in value[:20]]
    if not isinstance(value, str):
        return value
    hidden, written = _of_name(name)
    if hidden or "@" in value:
        return "[hidden]"
    # Of all blanks only the plain one counts as printable.
    if written or len(value) > _LONGEST or " " in value or not value.isprintable():
        return f"[{len(value)} characters]"
    return value


@lru_cache(maxsize=4096)
def _of_name(name: str) -> tuple[bool, bool]:
    """Whether values of a field that is called so are hidden, and whether somebody wrote them. Few names come often."""
    return any(part in name for part in _HIDDEN), any(part in name for part in _WRITTEN)
