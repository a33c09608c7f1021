"""Rings as one moderator may be told them. Whoever is in a group is told nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from renown.api import Change, PluginContext, Shown, Viewer, to_date, to_datetime
from renown_influence import ring_book, ring_search, ring_words, scale
from renown_influence.models import Epoch, RingNote, RingRow, Run
from renown_influence.pair import LISTED
from renown_influence.raters import SMALLEST
from renown_influence.score import EVIDENCE
from renown_influence.told import FOR


class Member(NamedTuple):
    """Somebody's score in voices, and what it would be without the ring; both again as profiles show it."""

    person: Shown
    score: float
    alone: float
    shown: float
    shown_alone: float


class Pair(NamedTuple):
    """Who endorsed whom, what is left of it, on how many days it came about, and the last of these."""

    owner: Shown
    rater: Shown
    left: float
    days: int
    last: int


@dataclass(frozen=True)
class Told:
    """`people` are those who are shown; `hidden` how many are not, None where they are too few to be counted.

    Where they are, nothing is said of the group as a whole: it would be said of them. `notes` are on this group or on
    one much like it; `done` is the newest that says it was looked into.
    """

    row: RingRow
    people: tuple[Shown, ...]
    hidden: int | None
    notes: tuple[RingNote, ...]
    done: RingNote | None

    @property
    def whole(self) -> bool:
        return self.hidden is not None

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(ring_words.sentences(self.row.evidence)) if self.whole else ()


@dataclass(frozen=True)
class Evidence:
    """`members` are none where their scores told of others.

    `pairs` are of people who are shown, and who did nothing in private for one another. The others are told together
    in `rest` (how many, what is left of them), at least five of them; None where there are none, and where they would
    tell of few people. `links` of all `possible` pairs endorse each other: told where every pair is listed.
    """

    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]
    left_out: bool
    rest: tuple[int, float] | None
    links: tuple[int, int] | None


@dataclass(frozen=True)
class Acts:
    """What one did with the work of another, the newest first: what was done in private, and undone, is not in it."""

    pair: Pair
    entries: tuple[Change, ...]


@dataclass(frozen=True)
class Rings:
    """`kept_back` groups may not be shown; `day` is the run's, None where rings were never looked for."""

    found: tuple[Told, ...]
    kept_back: int
    day: int | None
    looking: bool


def all_of(ctx: PluginContext, viewer: Viewer) -> Rings:
    """Those that nobody has looked into first."""
    looked, looking = ring_search.looked(ctx), ring_search.waiting(ctx) is not None
    if looked is None:
        return Rings((), 0, None, looking)
    rows = [row for row in ring_book.of(ctx, looked.id) if viewer.person_id not in row.people]
    notes = ring_book.notes(ctx, viewer.person_id)
    told = [one for row in rows if (one := _told(ctx, viewer, row, notes)) is not None]
    told.sort(key=lambda one: one.done is not None)
    return Rings(tuple(told), len(rows) - len(told), looked.day, looking)


def one_of(ctx: PluginContext, viewer: Viewer, ring: str) -> Told | None:
    """None alike where there is none, where it may not be shown, and where the viewer is in it."""
    looked = ring_search.looked(ctx)
    row = None if looked is None else ctx.session.get(RingRow, (looked.id, ring))
    if row is None or viewer.person_id in row.people:
        return None
    return _told(ctx, viewer, row, ring_book.notes(ctx, viewer.person_id))


def evidence(ctx: PluginContext, viewer: Viewer, ring: Told) -> Evidence:
    row: Mapping[str, Any] = ring.row.evidence
    shown = {one.id: one for one in ring.people}
    listed, left = _split(list(row["pairs"]), set(_public(ctx, viewer, shown)))
    return Evidence(
        tuple(_members(ctx, ring, shown)) if ring.whole else (),
        tuple(Pair(shown[owner], shown[rater], *rest) for owner, rater, *rest in listed),
        bool(left),
        (len(left), sum(one[2] for one in left)) if ring.whole and len(left) >= SMALLEST else None,
        None if left else (row["links"], row["possible"]),
    )


def acts(ctx: PluginContext, viewer: Viewer, ring: Told, rater: str, owner: str) -> Acts | None:
    """The newest acts behind a pair, by handles. None where the pair is not listed for this viewer."""
    pairs = evidence(ctx, viewer, ring).pairs
    found = next((one for one in pairs if (one.rater.handle, one.owner.handle) == (rater, owner)), None)
    if found is None:
        return None
    return Acts(found, tuple(ctx.ledger.given(viewer, found.owner.id, EVIDENCE, found.rater.id, FOR, LISTED)))


def data(found: Rings) -> dict[str, Any]:
    """As the API and the exports give it."""
    return {
        "day": None if found.day is None else to_date(found.day).isoformat(),
        "looking": found.looking,
        "rings": [ring_data(one) for one in found.found],
        "not_shown": found.kept_back,
    }


def ring_data(ring: Told) -> dict[str, Any]:
    row: Mapping[str, Any] = ring.row.evidence
    return {
        "ring": ring.row.ring,
        "people": [one.handle for one in ring.people],
        "not_shown": ring.hidden,
        **{name: row[name] if ring.whole else None for name in ("times", "chance", "share")},
        "notes": len(ring.notes),
        "looked_into": None if ring.done is None else to_datetime(ring.done.at).isoformat(timespec="seconds"),
    }


def whole_data(ring: Told, found: Evidence) -> dict[str, Any]:
    """With what speaks for it."""
    links, possible = found.links or (None, None)
    count, left = found.rest or (None, None)
    return ring_data(ring) | {
        "links": links,
        "possible": possible,
        "members": [_member(one) for one in found.members],
        "pairs": [_pair(one) for one in found.pairs],
        "more_pairs": count,
        "more_evidence": None if left is None else round(left, 3),
    }


def acts_data(found: Acts) -> dict[str, Any]:
    """A pair with its acts, as the export gives it."""
    return _pair(found.pair) | {
        "acts": [
            {
                "day": to_date(one.day),
                "rule": one.rule,
                "source": one.source,
                "space": one.space,
                "title": one.title,
                "url": one.url,
                "weight": one.amount / 1000,
            }
            for one in found.entries
        ]
    }


def _member(one: Member) -> dict[str, Any]:
    return {
        "person": one.person.handle,
        "score": one.score,
        "alone": one.alone,
        "influence": one.shown,
        "influence_alone": one.shown_alone,
    }


def _pair(one: Pair) -> dict[str, Any]:
    last = to_date(one.last).isoformat() if one.days else None
    return {
        "rater": one.rater.handle,
        "endorsed": one.owner.handle,
        "evidence": one.left,
        "days": one.days,
        "last_day": last,
    }


def _members(ctx: PluginContext, ring: Told, shown: Mapping[int, Shown]) -> Iterator[Member]:
    looked = ctx.session.get_one(Run, ring.row.run_id)
    unit = ctx.session.get_one(Epoch, looked.epoch_id).unit
    row: Mapping[str, Any] = ring.row.evidence
    both = np.array([row["scores"], row["alone"]])
    for one, voices, printed in zip(ring.row.people, both.T, scale.published(both, unit).T, strict=True):
        if one in shown:
            yield Member(shown[one], *voices.tolist(), *(printed / 1000).tolist())


def _told(ctx: PluginContext, viewer: Viewer, row: RingRow, notes: Sequence[RingNote]) -> Told | None:
    """None where the privacy settings show fewer than two of its people."""
    shown = ctx.people.shown(viewer, row.people)
    people = tuple(shown[one] for one in row.people if one in shown)
    if len(people) < 2:
        return None
    hidden = len(row.people) - len(people)
    few = 0 < hidden < SMALLEST
    return Told(
        row, people, None if few else hidden, ring_book.on(notes, row.people), ring_book.done(notes, row.people)
    )


def _public(ctx: PluginContext, viewer: Viewer, shown: Mapping[int, Shown]) -> Iterator[tuple[int, int]]:
    """Owner and rater of whom nothing private counts."""
    for owner in shown:
        try:
            givers = ctx.ledger.givers(viewer, owner, EVIDENCE, FOR)
        except LookupError:
            continue
        yield from ((owner, one.person) for one in givers if one.person in shown and not one.private)


def _split(pairs: Sequence[Any], public: set[tuple[int, int]]) -> tuple[list[Any], list[Any]]:
    """Pairs to be listed, and those to be told together: so many that nobody is found out by what is left."""
    listed = [one for one in pairs if (one[0], one[1]) in public]
    left = [one for one in pairs if (one[0], one[1]) not in public]
    while left and listed and len(left) < SMALLEST:
        left.append(listed.pop())
    return listed, left
