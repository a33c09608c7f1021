"""Seeded harm to a JSON value and to its bytes: what senders, proxies and attackers make of a payload."""

from __future__ import annotations

import copy
import gzip
import json
import re
from random import Random
from typing import Any

#: What stands in a field instead: other types, edges of numbers and times, and texts that databases refuse.
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 0.1, 1e308, -0.0,
    float("nan"), float("inf"), "", " ", "\0", "a\0b", "\ud800", "half \udc00", "\u202eevil", "x" * 300, "y" * 70_000,
    "9" * 19, "99999999999.999999", "0000000000.000000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2024-05-06T07:00:00", "2024-02-30T07:00:00Z", "<script>alert(1)</script>", "../../etc/passwd", "javascript:x",
    "'; DROP TABLE core_event;--", "%s%n{0}{}", "<@" * 60, "@" * 60, "created", "deleted", "renown", "renown.erased.v1",
    "collab.delete.v1", "Undo", "Delete", [], {}, [[]], [None], {"": None}, {"id": 1}, {"id": "\0"}, {"type": []},
)  # fmt: skip
#: What arrives instead of the right media type.
MEDIA = (
    "", "text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/json; charset=utf-16", "application/cloudevents+json; charset=latin-1", "application/xml", "a/b;" * 50,
)  # fmt: skip
_DEEP = re.compile(rb'"deep:(\d+)"')


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value, as what holds it and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict | list):
            for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
                found.append((holder, key))
                waiting.append(holder[key])
    return found


def harmed(value: Any, random: Random, times: int = 3) -> Any:
    """A copy with one to `times` places cut, filled with something strange, or grown."""
    value = copy.deepcopy(value)
    for _ in range(random.randint(1, times)):
        everywhere = places(value)
        if not everywhere:
            return random.choice(STRANGE)
        holder, key = random.choice(everywhere)
        what = random.randrange(8)
        if what == 0:
            del holder[key]
        elif what == 1:
            holder[key] = f"deep:{random.choice((40, 63, 64, 65, 500, 20_000))}"
        elif what == 2 and isinstance(holder[key], str):
            at = random.randint(0, len(holder[key]))
            holder[key] = holder[key][:at] + random.choice(("\0", "\ud83d", "\u2028", "\x7f")) + holder[key][at:]
        elif what == 3 and isinstance(holder[key], list):
            holder[key] = holder[key] * random.choice((2, 300)) or [[]] * 300
        elif what == 4 and isinstance(holder, dict):
            holder[random.choice(("", "\0", "\ud800", "id", "x" * 5000))] = holder.pop(key)
        elif what == 5:
            other, place = random.choice(everywhere)
            holder[key] = copy.deepcopy(other[place]) if len(json.dumps(other[place])) < 50_000 else None
        else:
            holder[key] = random.choice(STRANGE)
    return value


def written(value: Any) -> bytes:
    """JSON as careless senders write it: NaN, lone surrogates, and nesting deeper than a writer could follow."""
    raw = json.dumps(value).encode()
    return _DEEP.sub(lambda found: b"[" * int(found[1]) + b"]" * int(found[1]), raw)


def torn(raw: bytes, random: Random) -> bytes:
    """Bytes that are no longer sound JSON, or only by chance."""
    at = random.randint(0, len(raw))
    match random.randrange(9):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + bytes([random.randrange(256)]) + raw[at + 1 :]
        case 2:
            return raw[:at] + random.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\0", b"\xc3", b"\n", b"\r\n")) + raw[at:]
        case 3:
            return raw.decode("utf-8", "replace").encode("utf-16")
        case 4:
            return raw.decode("utf-8", "replace").encode("latin-1", "replace") + b"\xe9"
        case 5:
            return b"\xef\xbb\xbf" + raw
        case 6:
            return raw + raw
        case 7:
            return random.randbytes(random.randint(0, 200))
        case _:
            return raw[at:]


def packed(raw: bytes, random: Random) -> tuple[bytes, str]:
    """The bytes under a Content-Encoding, and its name: right, cut, damaged, a bomb, or unknown."""
    sound = gzip.compress(raw, 1)
    match random.randrange(5):
        case 0:
            return sound, "gzip"
        case 1:
            return sound[: random.randint(0, len(sound))], "gzip"
        case 2:
            return torn(sound, random), "gzip"
        case 3:
            return gzip.compress(b"[" + b" " * (64 << 20) + b"]", 1), "gzip"
        case _:
            return sound, random.choice(("br", "deflate", "gzip, gzip", "\xe9"))
