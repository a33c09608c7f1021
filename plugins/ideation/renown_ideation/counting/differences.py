"""Where two values of JSON differ, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

#: So many are told; the first says what is wrong, and thousands say no more.
_MOST = 10
_MISSING = object()


def differences(said: Any, found: Any) -> list[str]:
    """`path: says this, the ballots give that`, the first ten."""
    return list(islice(_walk(said, found, ""), _MOST))


def _walk(said: Any, found: Any, path: str) -> Iterator[str]:
    if isinstance(said, dict) and isinstance(found, dict):
        for name in sorted(said.keys() | found.keys()):
            below = f"{path}.{name}" if path else str(name)
            yield from _walk(said.get(name, _MISSING), found.get(name, _MISSING), below)
    elif isinstance(said, list) and isinstance(found, list):
        if len(said) != len(found):
            yield f"{path}: says {len(said)}, the ballots give {len(found)}"
        for at, (one, other) in enumerate(zip(said, found, strict=False)):
            yield from _walk(one, other, f"{path}[{at}]")
    elif type(said) is not type(found) or said != found:
        yield f"{path}: says {_shown(said)}, the ballots give {_shown(found)}"


def _shown(value: Any) -> str:
    return "nothing" if value is _MISSING else repr(value)[:80]
