"""Limits: concave curves over running sums, applied in the order of the log. All of it is exact in integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from renown.ledger.entries import Curve, Limit, Quota

_MOST = 2**62
#: Room in `core_limit_use.curve` and `core_entry.limits`.
TEXT, NESTED = 200, 5
#: Ids that a process remembers for a generation.
_KEPT = 50_000


class BadLimit(ValueError):
    """A limit that would not be a limit. The text says what is wrong with it."""


def value(curve: Curve, total: int) -> int:
    """F(total), rounded down to a thousandth; `total` itself up to 0."""
    if total <= 0:
        return total
    paid = below = 0
    for upto, rate in curve.steps:
        if upto is None or total <= upto:
            return (paid + (total - below) * rate) // 1000
        paid += (upto - below) * rate
        below = upto
    return paid // 1000


@lru_cache(maxsize=4096)
def text(curve: Curve) -> str:
    """The curve's one spelling, for keys and rows: "10000:1000 20000:500 *:0". Raises BadLimit."""
    check(curve)
    spelled = " ".join(f"{'*' if upto is None else upto}:{rate}" for upto, rate in curve.steps)
    if len(spelled) > TEXT:
        raise BadLimit(f"a curve's text has at most {TEXT} characters")
    return spelled


@lru_cache(maxsize=4096)
def parse(spelled: str) -> Curve:
    """The curve that `text` wrote. Raises BadLimit."""
    try:
        parts = [part.split(":") for part in spelled.split(" ")]
        curve = Curve(tuple((None if upto == "*" else int(upto), int(rate)) for upto, rate in parts))
    except ValueError:
        raise BadLimit(f"not a curve: {spelled!r}") from None
    check(curve)
    return curve


def check(curve: Curve) -> None:
    """Raises BadLimit unless the curve rises ever more slowly from 0, at most as steeply as the identity."""
    if not curve.steps:
        raise BadLimit("a curve needs a step")
    below, before = 0, 1000
    for number, (upto, rate) in enumerate(curve.steps, start=1):
        last = number == len(curve.steps)
        if (upto is None) != last:
            raise BadLimit(f"step {number}: only the last step, and it must, goes on for ever (None)")
        if upto is not None and not below < upto <= _MOST:
            raise BadLimit(f"step {number}: ends at {upto}, which must lie above {below}")
        if not 0 <= rate <= before:
            raise BadLimit(f"step {number}: rate {rate} must be from 0 to {before} per mille")
        below, before = upto or below, rate


def key_of(generation: int, measure: str, plugin: str, limit: Limit, day: int) -> int:
    """The id of the sum under this limit on this day: a signed 64-bit digest. Raises BadLimit."""
    if limit.per != "day":
        raise BadLimit(f"limit {limit.name!r}: per {limit.per!r} is not known, only 'day'")
    return _digest(generation, measure, plugin, limit.name, text(limit.curve), limit.key, day)


def quota_key(generation: int, plugin: str, quota: Quota, day: int) -> int:
    """The id of what this quota has let through on this day. It counts acts, so it spans the measures."""
    if quota.per != "day":
        raise BadLimit(f"quota {quota.name!r}: per {quota.per!r} is not known, only 'day'")
    return _digest(generation, "", plugin, quota.name, "quota", quota.key, day)


class Keys:
    """Ids of sums and quotas of one generation, kept over batches: the same people come again, on the same days."""

    def __init__(self, generation: int, plugin: str) -> None:
        self._generation = generation
        self._plugin = plugin
        #: With what each `id()` is of, so that it is nobody else's. Plugins keep the limits that they use often.
        self._sums: dict[tuple[int, int, str], tuple[int, Limit]] = {}
        self._begun: dict[tuple[str, int, str], tuple[blake2b, Curve]] = {}
        self._quotas: dict[tuple[object, ...], int] = {}

    def sum(self, measure: str, limit: Limit, day: int) -> int:
        """As `key_of`."""
        known = (id(limit), day, measure)
        found = self._sums.get(known)
        if found is None:
            if len(self._sums) >= _KEPT:
                self._sums.clear()
            found = self._sums[known] = (self._sum(measure, limit, day), limit)
        return found[0]

    def _sum(self, measure: str, limit: Limit, day: int) -> int:
        if limit.per != "day":
            return key_of(self._generation, measure, self._plugin, limit, day)
        known = (limit.name, id(limit.curve), measure)
        begun = self._begun.get(known)
        if begun is None:
            if len(self._begun) >= _KEPT:
                self._begun.clear()
            parts = (self._generation, measure, self._plugin, limit.name, text(limit.curve))
            begun = self._begun[known] = (_begin(parts), limit.curve)
        return _end(begun[0].copy(), limit.key, day)

    def quota(self, quota: Quota, day: int) -> int:
        """As `quota_key`."""
        known = (quota.key, day, quota.name, quota.per)
        found = self._quotas.get(known)
        if found is None:
            if len(self._quotas) >= _KEPT:
                self._quotas.clear()
            found = self._quotas[known] = quota_key(self._generation, self._plugin, quota, day)
        return found


def _digest(*parts: object) -> int:
    return _end(_begin(parts[:-2]), *parts[-2:])


def _begin(parts: tuple[object, ...]) -> blake2b:
    # repr keeps texts and numbers, and the borders between them, apart.
    return blake2b(f"{repr(parts)[:-1]}, ".encode(), digest_size=8)


def _end(begun: blake2b, *last: object) -> int:
    begun.update(f"{repr(last)[1:]}".encode())
    return int.from_bytes(begun.digest(), "big", signed=True)


def spell_ids(ids: Sequence[int]) -> str | None:
    """Ids of sums as an entry keeps them, innermost first."""
    return " ".join(map(str, ids)) if ids else None


def read_ids(spelled: str | None) -> tuple[int, ...]:
    return tuple(map(int, spelled.split(" "))) if spelled else ()


class Use(Struct, gc=False):
    """One running sum. `label` names the limit to people; `given` is F(raw), once it is touched."""

    curve: Curve
    label: str
    raw: int = 0
    touched: bool = False
    given: int = 0


class Sums:
    """Running sums by id, as far as they are loaded; `apply` moves them."""

    def __init__(self, uses: Iterable[tuple[int, Use]] = ()) -> None:
        self.uses: dict[int, Use] = dict(uses)

    def declare(self, sum_id: int, limit: Limit) -> None:
        """A sum that starts at 0 unless it was loaded."""
        if sum_id not in self.uses:
            self.uses[sum_id] = Use(limit.curve, limit.name[:80])

    def apply(self, ids: Iterable[int], raw: int) -> int:
        """Put `raw` through nested limits, innermost first: what one lets through is what the next one gets."""
        for sum_id in ids:
            use = self.uses[sum_id]
            before = use.given if use.touched else value(use.curve, use.raw)
            use.raw += raw
            use.touched = True
            use.given = value(use.curve, use.raw)
            raw = use.given - before
        return raw
