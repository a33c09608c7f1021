"""JSON objects of other tools, read leniently: absent and null say nothing, numbers may stand for texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from renown.api import BadPayload
from renown_ideation.moving.values import Wrong

Thing = Mapping[str, Any]


def parse(name: str, raw: bytes) -> Any:
    """Raises BadPayload."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadPayload(f"{name} is not JSON: {error}") from None


def listed(name: str, raw: bytes) -> Iterator[tuple[str, Thing]]:
    """The objects of a list, each with where it stands, counted from 1. Raises BadPayload."""
    found = parse(name, raw)
    if not isinstance(found, list):
        raise BadPayload(f"{name} is not a list")
    for number, one in enumerate(found, 1):
        if not isinstance(one, Mapping):
            raise BadPayload(f"{name}, item {number} is not an object")
        yield f"{name}, item {number}", one


def text(thing: Thing, field: str) -> str:
    """Raises Wrong."""
    found = thing.get(field)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise Wrong(field, "It is not a text.")
    return str(found)


def number(thing: Thing, field: str) -> int:
    """From 0 on; absent is 0. Raises Wrong."""
    found = thing.get(field)
    if found is None:
        return 0
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 1_000_000_000:
        raise Wrong(field, "It is not a whole number.")
    return found


def flag(thing: Thing, field: str, default: bool) -> bool:
    """Raises Wrong."""
    found = thing.get(field)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise Wrong(field, "It is neither true nor false.")
    return found


def inner(thing: Thing, field: str) -> Thing:
    """An object in an object; empty where there is none. Raises Wrong."""
    found = thing.get(field)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Wrong(field, "It is not an object.")
    return found


def several(thing: Thing, field: str) -> list[Thing]:
    """Objects in a list. Raises Wrong."""
    found = thing.get(field)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Wrong(field, "It is not a list of objects.")
    return found
