"""From what acts are worth to entries: what no longer follows is reversed, what is missing is posted. In memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from msgspec import Struct

from renown.ledger.limits import Sums

#: (rule, measure, identity): an act has at most one living entry of each.
Slot = tuple[int, int, int]

REFUSED = "quota"


class Wanted(Struct, gc=False):
    """An entry that an act should have now."""

    slot: Slot
    raw: int
    day: int
    team: int
    reason: str | None = None
    limits: tuple[int, ...] = ()
    quota: int | None = None
    most: int = 0


class Line(Struct, gc=False):
    """A row of core_entry. New ones have ids below 0 until they are written: -1 for the first."""

    id: int
    slot: Slot
    event: int
    act: int
    raw: int
    amount: int
    day: int
    team: int
    reason: str | None
    reverses: int
    limits: tuple[int, ...]
    quota: int | None


class _Living:
    """What became of one slot of one act: its living entry, and the last reversal."""

    __slots__ = ("line", "reversal")

    def __init__(self) -> None:
        self.line: Line | None = None
        self.reversal = 0


class Ledger:
    """The entries of the acts at hand, as loaded and as they change; `new` are those to write, in order.

    `order` sorts the entries of one act; of the measures in `unlisted` no `totals` are kept.
    """

    def __init__(
        self,
        sums: Sums,
        quotas: dict[int, int],
        order: Callable[[Slot], Any],
        lines: Iterable[Line] = (),
        unlisted: Collection[int] = (),
    ) -> None:
        self.new: list[Line] = []
        self.totals: defaultdict[tuple[int, int, int, int], int] = defaultdict(int)
        self.sums = sums
        self.quotas = quotas
        self._order = order
        self._unlisted = unlisted
        self.quotas_touched: set[int] = set()
        self._acts: defaultdict[int, dict[Slot, _Living]] = defaultdict(dict)
        for line in lines:
            self._follow(line)

    def _follow(self, line: Line) -> None:
        """Lines come in the order in which they were written."""
        living = self._acts[line.act].setdefault(line.slot, _Living())
        if living.line is not None and line.reverses == living.line.id:
            living.line, living.reversal = None, line.id
        else:
            living.line = line

    def settle(self, event: int, acts: Sequence[tuple[int, list[Wanted]]]) -> None:
        """At `event`, let each act have exactly the entries that are wanted for it.

        All reversals come before all postings, so that a quota is free again for the act that takes another's place.
        """
        missing: list[tuple[int, Wanted]] = []
        for act, wanted in acts:
            slots = self._acts.get(act)
            if not slots:
                missing += [(act, want) for want in self._sorted(wanted)]
                continue
            right = {want.slot: want for want in wanted}
            for slot in sorted(slots, key=self._order):
                living = slots[slot]
                line = living.line
                if line is not None and (slot not in right or right[slot].raw != line.raw):
                    self._reverse(event, living, line)
            for want in self._sorted(wanted):
                here = slots.get(want.slot)
                if here is None or here.line is None:
                    missing.append((act, want))
        let_through: dict[tuple[int, int], bool] = {}
        for act, want in missing:
            self._post(event, act, want, let_through)

    def _reverse(self, event: int, living: _Living, line: Line) -> None:
        amount = 0 if line.reason == REFUSED else self.sums.apply(line.limits, -line.raw)
        if line.quota is not None:
            self._release(line)
        reversal = self._write(
            event,
            line.act,
            line.slot,
            -line.raw,
            amount,
            line.day,
            line.team,
            line.reason,
            line.id,
            line.limits,
            line.quota,
        )
        living.line, living.reversal = None, reversal.id

    def _release(self, line: Line) -> None:
        """A quota counts acts: the act is let go of with the last of its entries that the quota let through."""
        assert line.quota is not None
        others = (other.line for other in self._acts[line.act].values() if other.line is not line)
        if not any(other is not None and other.quota == line.quota for other in others):
            self.quotas[line.quota] -= 1
            self.quotas_touched.add(line.quota)

    def _post(self, event: int, act: int, want: Wanted, let_through: dict[tuple[int, int], bool]) -> None:
        slots = self._acts[act]
        living = slots.get(want.slot)
        if living is None:
            living = slots[want.slot] = _Living()
        reason, ids, quota = want.reason, want.limits, want.quota
        if quota is not None and not self._let_through(act, quota, want.most, let_through):
            reason, ids, quota = REFUSED, (), None
            amount = 0
        else:
            amount = self.sums.apply(ids, want.raw)
        made_by = event if living.reversal else act
        living.line = self._write(
            made_by, act, want.slot, want.raw, amount, want.day, want.team, reason, living.reversal, ids, quota
        )

    def _let_through(self, act: int, quota: int, most: int, decided: dict[tuple[int, int], bool]) -> bool:
        found = decided.get((act, quota))
        if found is None:
            held = any(other.line is not None and other.line.quota == quota for other in self._acts[act].values())
            found = held or self.quotas.get(quota, 0) < most
            if found and not held:
                self.quotas[quota] = self.quotas.get(quota, 0) + 1
                self.quotas_touched.add(quota)
            decided[act, quota] = found
        return found

    def _write(
        self,
        event: int,
        act: int,
        slot: Slot,
        raw: int,
        amount: int,
        day: int,
        team: int,
        reason: str | None,
        reverses: int,
        limits: tuple[int, ...],
        quota: int | None,
    ) -> Line:
        line = Line(-1 - len(self.new), slot, event, act, raw, amount, day, team, reason, reverses, limits, quota)
        self.new.append(line)
        if slot[1] not in self._unlisted:
            self.totals[slot[1], slot[2], day, team] += amount
        return line

    def _sorted(self, wanted: list[Wanted]) -> list[Wanted]:
        return wanted if len(wanted) < 2 else sorted(wanted, key=lambda want: self._order(want.slot))
