"""Keeps what was read of the ledger and the log, packed, and adds what is newer: no run reads all of it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select

from renown.api import DAY, PluginContext, from_datetime, to_datetime
from renown_influence import store, tags
from renown_influence.activity import Activity
from renown_influence.evidence import Evidence
from renown_influence.models import Reading
from renown_influence.parameters import Parameters
from renown_influence.score import AGAINST, EVIDENCE

_KEPT = "evidence"
#: The ledger's names of its columns.
_EVIDENCE = ("identity", "actor", "day", "space", "amount")
#: Events whose columns are in memory at once.
_PIECE = 5_000_000
#: Days of which it is kept who did anything: as many before the oldest evidence that says anything as a calendar may
#: begin before it, and as many in any case as a page looks back. What is to come may be from two days ahead.
_BEFORE, _LEAST, _AHEAD = 21, 300, 2


@dataclass(frozen=True)
class Read:
    """What was read up to an entry of a generation and a position of the log. `against` is for quality alone.

    `activity` is known from the day `since` on: one act with a wrong date in 1970 is no reason to keep all days since.
    `tagged` is evidence again, by hashtag; `about` what it is made of, as far as that is newer than what is kept.
    """

    generation: int
    entry: int
    position: int
    zone: str
    evidence: Evidence
    against: Evidence
    activity: Activity
    since: int = 0
    tagged: Evidence = field(default_factory=Evidence.empty)
    about: tags.Newer | None = None

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
            about=self.about and self.about.without(gone),
        )


def _without(rows: Evidence, gone: NDArray[np.bool_]) -> Evidence:
    theirs = gone[rows.owner] | gone[rows.rater]
    return rows.only(~theirs) if theirs.any() else rows


def read(ctx: PluginContext, parameters: Parameters | None = None) -> Read:
    """All there is, and who did anything on days that say something by these parameters (None: by the settings).

    After a recount, in another time zone, or once something is tagged for the first time, from the beginning.
    """
    kept, today = _load(ctx), ctx.clock.today()
    since = today - max((parameters or Parameters.of(ctx.settings)).horizon + _BEFORE, _LEAST)
    newer = ctx.ledger.packed(EVIDENCE, after=kept.entry)
    zone, pairs, there = ctx.calendar.zone(), ctx.hashtags.packed(), tags.there(ctx)
    if newer.generation != kept.generation or zone.key != kept.zone or (len(pairs) and not there):
        kept = Read(newer.generation, 0, 0, zone.key, Evidence.empty(), Evidence.empty(), Activity.none())
        newer = ctx.ledger.packed(EVIDENCE)
    elif since < kept.since:
        kept = replace(kept, position=0, activity=Activity.none())
    columns = {name: np.frombuffer(getattr(newer, name), np.int64) for name in (*_EVIDENCE, "rule", "about", "parent")}
    evidence = Evidence(*(columns[name].astype(np.int32) for name in _EVIDENCE))
    against = np.isin(columns["rule"], [number for number, name in newer.rules.items() if name == AGAINST])
    about = tags.newer(columns, ~against, anew=not kept.entry) if there or len(pairs) else None
    days = range(since, today + _AHEAD + 1)
    activity, position = _acts(ctx, kept.activity.since(since), kept.position, zone, days)
    return Read(
        newer.generation,
        newer.id[-1] if newer.id else kept.entry,
        position,
        zone.key,
        kept.evidence.plus(evidence.only(~against)),
        kept.against.plus(evidence.only(against)),
        activity,
        since,
        tags.evidence(ctx, pairs, about),
        about,
    )


def keep(ctx: PluginContext, found: Read) -> None:
    """For the next run."""
    arrays = {"bits": found.activity.bits, "wide": np.array([found.activity.first, *found.activity.bits.shape])}
    for prefix, rows in (("for-", found.evidence), ("against-", found.against)):
        arrays |= {prefix + name: getattr(rows, name) for name in Evidence.__dataclass_fields__}
    store.save(ctx, _KEPT, arrays)
    tags.keep(ctx, found.about)
    ctx.session.execute(delete(Reading))
    values = {name: getattr(found, name) for name in ("generation", "entry", "position", "since", "zone")}
    ctx.session.execute(insert(Reading), values | {"id": 1})


def forget(ctx: PluginContext) -> None:
    """The next run reads everything again."""
    store.drop(ctx, _KEPT)
    tags.forget(ctx)
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
        row.since,
    )


def _acts(ctx: PluginContext, activity: Activity, position: int, zone: ZoneInfo, days: range) -> tuple[Activity, int]:
    """Who did anything on which of these days, with what came behind a position; and the last position."""
    while True:
        last = position + _PIECE
        found = ctx.events.packed(("id", "actor_id", "occurred_at"), position + 1, last)
        if not found["id"]:
            return activity, position
        actor, at = (np.frombuffer(found[name], np.int64) for name in ("actor_id", "occurred_at"))
        # A day more on either side: which one it is there, its zone says.
        known = (actor > 0) & (at >= (days.start - 1) * DAY) & (at < (days.stop + 1) * DAY)
        who, day = actor[known].astype(np.int32), days_of(at[known], zone)
        known = (day >= days.start) & (day < days.stop)
        activity = activity.plus(who[known], day[known])
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
