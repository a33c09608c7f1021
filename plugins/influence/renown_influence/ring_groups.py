"""Dense groups among links: everybody linked to three quarters of the others at least."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import ceil

#: Whom each is linked with, both ways.
Links = Mapping[int, Collection[int]]


def links(pairs: Iterator[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def cores(given: Links) -> Iterator[tuple[int, ...]]:
    """Groups of three or more, each once. They may overlap; one that lies within another may come as well."""
    seen: set[tuple[int, ...]] = set()
    for one in sorted(given):
        group = grown(given, core(given, {one, *given[one]}))
        if group and group not in seen:
            seen.add(group)
            yield group


def core(given: Links, people: Collection[int]) -> tuple[int, ...]:
    """What is left of these people when whoever is linked with too few of the rest goes, one after the other."""
    near = {one: {other for other in given.get(one, ()) if other in people} for one in people}
    while len(near) >= 3:
        last = min(near, key=lambda one: (len(near[one]), one))
        if len(near[last]) >= needed(len(near)):
            return tuple(sorted(near))
        for other in near.pop(last):
            near[other].discard(last)
    return ()


def grown(given: Links, group: tuple[int, ...]) -> tuple[int, ...]:
    """With whoever is linked with enough of them, though not with the one from whom the group was found."""
    found = set(group)
    while found:
        around: dict[int, int] = {}
        for one in found:
            for other in given[one]:
                if other not in found:
                    around[other] = around.get(other, 0) + 1
        joining = max(around, key=lambda one: (around[one], -one), default=None)
        if joining is None or not _dense(given, found | {joining}):
            break
        found.add(joining)
    return tuple(sorted(found))


def _dense(given: Links, people: set[int]) -> bool:
    return all(sum(other in people for other in given[one]) >= needed(len(people)) for one in people)


def needed(size: int) -> int:
    """With how many others each must be linked in a group of this size."""
    return ceil(0.75 * (size - 1))
