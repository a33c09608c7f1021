"""Keeps what was read of the ledger and the log, packed, and adds what is newer: no run reads all of it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select

from renown.api import DAY, PluginContext, from_datetime, to_datetime
from renown_influence import store
from renown_influence.activity import Activity
from renown_influence.evidence import Evidence
from renown_influence.models import Reading
from renown_influence.score import AGAINST, EVIDENCE

_KEPT = "evidence"
#: Events whose columns are in memory at once.
_PIECE = 5_000_000


@dataclass(frozen=True)
class Read:
    """What was read up to an entry of a generation and a position of the log. `against` is for quality alone."""

    generation: int
    entry: int
    position: int
    zone: str
    evidence: Evidence
    against: Evidence
    activity: Activity

    def without(self, gone: NDArray[np.bool_]) -> Read:
        """Without the accounts that are marked, by number. They stay in the ledger, which is true for others."""
        if not gone.any():
            return self
        bits = self.activity.bits.copy()
        bits[gone[: len(bits)].nonzero()] = 0
        return replace(
            self,
            evidence=_without(self.evidence, gone),
            against=_without(self.against, gone),
            activity=replace(self.activity, bits=bits),
        )


def _without(rows: Evidence, gone: NDArray[np.bool_]) -> Evidence:
    theirs = gone[rows.owner] | gone[rows.rater]
    return rows.only(~theirs) if theirs.any() else rows


def read(ctx: PluginContext) -> Read:
    """All there is. After a recount, or in another time zone, from the beginning."""
    kept = _load(ctx)
    newer = ctx.ledger.packed(EVIDENCE, after=kept.entry)
    zone = ctx.calendar.zone()
    if newer.generation != kept.generation or zone.key != kept.zone:
        kept = Read(newer.generation, 0, 0, zone.key, Evidence.empty(), Evidence.empty(), Activity.none())
        newer = ctx.ledger.packed(EVIDENCE)
    columns = {name: np.frombuffer(getattr(newer, name), np.int64) for name in ("identity", "actor", "day", "space")}
    amount, rule = np.frombuffer(newer.amount, np.int64), np.frombuffer(newer.rule, np.int64)
    evidence = Evidence(*(column.astype(np.int32) for column in (*columns.values(), amount)))
    against = np.isin(rule, [number for number, name in newer.rules.items() if name == AGAINST])
    activity, position = _acts(ctx, kept.activity, kept.position, zone)
    return Read(
        newer.generation,
        newer.id[-1] if newer.id else kept.entry,
        position,
        zone.key,
        kept.evidence.plus(evidence.only(~against)),
        kept.against.plus(evidence.only(against)),
        activity,
    )


def keep(ctx: PluginContext, found: Read) -> None:
    """For the next run."""
    arrays = {"bits": found.activity.bits, "wide": np.array([found.activity.first, *found.activity.bits.shape])}
    for prefix, rows in (("for-", found.evidence), ("against-", found.against)):
        arrays |= {prefix + name: getattr(rows, name) for name in Evidence.__dataclass_fields__}
    store.save(ctx, _KEPT, arrays)
    ctx.session.execute(delete(Reading))
    values = {name: getattr(found, name) for name in ("generation", "entry", "position", "zone")}
    ctx.session.execute(insert(Reading), values | {"id": 1})


def forget(ctx: PluginContext) -> None:
    """The next run reads everything again."""
    store.drop(ctx, _KEPT)
    ctx.session.execute(delete(Reading))


def between(ctx: PluginContext, identities: Sequence[int]) -> NDArray[np.int64]:
    """Owner, rater and day of all that is kept between these accounts, one row each."""
    names, found = ("for-owner", "for-rater", "for-day"), [np.empty((0, 3), np.int64)]
    for piece in store.pieces(ctx, _KEPT, names):
        inside = np.isin(piece["for-owner"], identities)
        inside[inside] = np.isin(piece["for-rater"][inside], identities)
        found.append(np.stack([piece[name][inside] for name in names], axis=1).astype(np.int64))
    return np.concatenate(found)


def acted(ctx: PluginContext, identities: Sequence[int], days: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Whether any of these accounts did anything on each of the days; None where nothing is kept."""
    wide = store.load(ctx, _KEPT, ("wide",)).get("wide")
    if wide is None:
        return None
    first, high, across = (int(one) for one in wide)
    kept = (store.part(ctx, _KEPT, "bits", one * across, (one + 1) * across) for one in identities if 0 <= one < high)
    bits = np.unpackbits(np.bitwise_or.reduce([row for row in kept if row is not None] or [np.zeros(across, np.uint8)]))
    place = days - first
    known = (place >= 0) & (place < len(bits))
    found = np.zeros(len(days), np.bool_)
    found[known] = bits[place[known]] > 0
    return found


def _load(ctx: PluginContext) -> Read:
    row = ctx.session.scalars(select(Reading)).one_or_none()
    arrays = store.load(ctx, _KEPT) if row is not None else {}
    if row is None or not arrays:
        return Read(0, 0, 0, "", Evidence.empty(), Evidence.empty(), Activity.none())
    first, high, wide = (int(one) for one in arrays["wide"])
    names = Evidence.__dataclass_fields__
    return Read(
        row.generation,
        row.entry,
        row.position,
        row.zone,
        Evidence(*(arrays[f"for-{name}"] for name in names)),
        Evidence(*(arrays[f"against-{name}"] for name in names)),
        Activity(first, arrays["bits"].reshape(high, wide)),
    )


def _acts(ctx: PluginContext, activity: Activity, position: int, zone: ZoneInfo) -> tuple[Activity, int]:
    """Who did anything on which day, with what came behind a position; and the last position."""
    while True:
        last = position + _PIECE
        found = ctx.events.packed(("id", "actor_id", "occurred_at"), position + 1, last)
        if not found["id"]:
            return activity, position
        actor, at = (np.frombuffer(found[name], np.int64) for name in ("actor_id", "occurred_at"))
        known = actor > 0
        activity = activity.plus(actor[known].astype(np.int32), days_of(at[known], zone))
        position = found["id"][-1]


def days_of(at: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """The days, in a time zone, of instants in microseconds."""
    if not len(at):
        return at
    first, last = (int(edge) // DAY for edge in (at.min(), at.max()))
    days = np.arange(first - 1, last + 3)
    midnights = np.array([_midnight(int(day), zone) for day in days])
    found: NDArray[np.int64] = days[np.searchsorted(midnights, at, "right") - 1]
    return found


def _midnight(day: int, zone: ZoneInfo) -> int:
    """When a day begins there. A change of the clock at midnight moves it by as much."""
    return from_datetime(to_datetime(day * DAY).replace(tzinfo=zone))
