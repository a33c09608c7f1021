"""Numbers that may be a minute old: found again by whoever asks then, and kept by each process for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from renown.api import SECOND, PluginContext

_MINUTE = 60 * SECOND
#: Of one kind, before all are found anew.
_MOST = 10_000


def found(
    ctx: PluginContext, kind: str, keys: Sequence[str], find: Callable[[Sequence[str]], Mapping[str, int]]
) -> Mapping[str, int]:
    """What `find` finds of these, in their order. What it does not find it is asked for again."""
    kept: dict[str, tuple[int, int]] = ctx.memory.setdefault(kind, {})
    now = ctx.clock.now()
    # Threads share it: each is looked up once, and where it is too much another takes its place.
    there = {one: kept.get(one) for one in keys}
    known = {one: found[0] for one, found in there.items() if found and abs(now - found[1]) < _MINUTE}
    if len(known) == len(there):
        return known
    new = find([one for one in keys if one not in known])
    if len(kept) > _MOST:
        kept = ctx.memory[kind] = {}
    kept.update({one: (number, now) for one, number in new.items()})
    return {one: known[one] if one in known else new[one] for one in keys if one in known or one in new}
