"""Canonical JSON: RFC 8785 (JCS) without fractions, so that one value has one sequence of bytes and one hash."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256 as _sha256
from typing import Any, NoReturn

from renown_ideation.counting.errors import Refused

#: The largest integer that every JSON reader keeps exact.
LARGEST = 2**53 - 1
_PLAIN = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def canonical(value: Any) -> bytes:
    """Keys by UTF-16 code units, no blanks, shortest escapes, UTF-8. Raises Refused for what JSON lines cannot keep."""
    try:
        return _written(value).encode()
    except UnicodeEncodeError as error:
        raise Refused("a text has half of a surrogate pair, which is no character") from error


def _written(value: Any) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return str(_whole(value))
        case str():
            return _PLAIN(value)
        case list() | tuple():
            return f"[{','.join(map(_written, value))}]"
        case dict():
            names = sorted(value, key=_code_units)
            return "{" + ",".join(f"{_PLAIN(name)}:{_written(value[name])}" for name in names) + "}"
    raise Refused(f"a {type(value).__name__} has no place in canonical JSON")


def _code_units(name: Any) -> bytes:
    if not isinstance(name, str):
        raise Refused("a key that is no text has no place in canonical JSON")
    return name.encode("utf-16-be", "surrogatepass")


def _whole(value: int) -> int:
    if abs(value) > LARGEST:
        raise Refused(f"the integer {str(value)[:24]} is beyond 2^53 - 1")
    return value


def parse(line: bytes) -> Any:
    """The value of a line that is in canonical form. Raises Refused, which says what is not."""
    try:
        value = _DECODER.decode(line.decode())
        same = canonical(value) == line
    except UnicodeDecodeError as error:
        raise Refused(f"is not UTF-8: byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise Refused(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise Refused("is nested too deeply") from error
    if not same:
        raise Refused("is not in canonical form: keys sorted, no blanks, no needless escapes")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"has the key {twice!r} twice")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise Refused(f"has the number {text[:24]}: only integers are counted")


def _integer(text: str) -> int:
    if len(text) > 17:
        raise Refused(f"has the integer {text[:24]}, which is beyond 2^53 - 1")
    return _whole(int(text))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_no_fraction, parse_constant=_no_fraction, parse_int=_integer
)


def sha256(lines: Iterable[bytes]) -> str:
    """In hex, over lines of which each is ended by a newline."""
    found = _sha256()
    for line in lines:
        found.update(line + b"\n")
    return found.hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return _sha256(canonical(value)).hexdigest()
