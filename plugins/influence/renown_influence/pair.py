"""What one rater relied on, and how it becomes what they bring: from each act to the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renown.api import Change, PluginContext, Viewer, to_date
from renown_influence import absence, kept, tally
from renown_influence.absence import Clock, Elapsed
from renown_influence.chain import Chain
from renown_influence.disclosure import Detail
from renown_influence.models import Run
from renown_influence.score import EVIDENCE
from renown_influence.told import FOR, Line, Told

#: Acts that are listed, the newest.
LISTED = 100


@dataclass(frozen=True)
class Act:
    """`left` is what is left of its weight, in the last printed digit of the chain.

    `since` are the owner's own working days, None where they are not told. `newer` than the run: it counts next time.
    """

    entry: Change
    since: Elapsed | None
    left: int
    newer: bool


@dataclass(frozen=True)
class Pair:
    """The acts and the `rest` (what is not listed, or was taken back since the run) add up to `left`.

    `chain` is None where it is not told; `left`, in the last of `digits` after the point, where days are not.
    """

    line: Line
    chain: Chain | None
    digits: int
    left: int | None
    acts: tuple[Act, ...]
    rest: int
    half_life: int


def of(ctx: PluginContext, viewer: Viewer, told: Told, handle: str) -> Pair | None:
    """None where the viewer is not told by name what this person brings. When they were away is for the owner alone."""
    line = next((one for one in told.lines if one.person.handle == handle), None)
    if line is None:
        return None
    one, parameters = line.behind, kept.parameters(told.run)
    friends = one.left / (one.left + told.half) / one.weight
    chain = Chain.of(one.left, told.half, friends, one.total, parameters.shrink, one.voice, parameters.alpha)
    given = ctx.ledger.given(viewer, told.person.id, EVIDENCE, line.person.id, FOR, LISTED)
    shown = chain if told.whole else None
    clock = None if told.detail is Detail.PARTS else absence.clock(ctx, told.person.id, told.run)
    if clock is None:
        return Pair(line, shown, chain.digits, None, _plain(given, told.run), 0, parameters.half_life)
    acts, rest = _acts(given, clock, told.run, chain)
    left = round(chain.left * 10**chain.digits)
    return Pair(line, shown, chain.digits, left, acts, rest, parameters.half_life)


def data(found: Pair) -> dict[str, Any]:
    """As the exports give it. What is not told is None."""
    names = ("half", "friends", "strength", "total", "shrink", "share", "voice", "alpha", "brought")
    chain, left = found.chain, found.left / 10**found.digits if found.left is not None else None
    return {
        "person": found.line.person.handle,
        "name": found.line.person.name,
        "percent": found.line.percent,
        "left": chain.left if chain is not None else left,
        **{name: getattr(chain, name) if chain is not None else None for name in names},
        "acts": [_act(one, found) for one in found.acts],
        "rest": found.rest / 10**found.digits if left is not None else None,
    }


def _act(one: Act, found: Pair) -> dict[str, Any]:
    since = one.since
    return {
        "day": to_date(one.entry.day),
        "rule": one.entry.rule,
        "source": one.entry.source,
        "space": one.entry.space,
        "title": one.entry.title,
        "url": one.entry.url,
        "weight": one.entry.amount / 1000,
        "counted": since.counted if since is not None else None,
        "leave": since.leave if since is not None else None,
        "idle": since.idle if since is not None else None,
        "left": one.left / 10**found.digits if since is not None else None,
        "next_run": one.newer,
    }


def _plain(given: Sequence[Change], run: Run) -> tuple[Act, ...]:
    return tuple(Act(entry, None, 0, entry.id > run.entry) for entry in given)


def _acts(given: Sequence[Change], clock: Clock, run: Run, chain: Chain) -> tuple[tuple[Act, ...], int]:
    """With what is left of each, so that all of it adds up as it is printed."""
    steps, parameters = 10**chain.digits, kept.parameters(run)
    since = [clock.since(entry.day) for entry in given]
    newer = [entry.id > run.entry for entry in given]
    gone = [entry.day < run.day - parameters.horizon for entry in given]
    left = [
        0.0 if late or old else entry.amount / 1000 * steps * 2 ** (-one.counted / parameters.half_life)
        for entry, one, late, old in zip(given, since, newer, gone, strict=True)
    ]
    whole = round(chain.left * steps)
    rest = whole - sum(left)
    # The half of a step is what rounding the whole makes.
    rest = rest if abs(rest) > 0.75 else 0.0
    each = tally.fitted([one for one in left if one], whole - round(rest))
    printed = iter(each)
    acts = tuple(
        Act(entry, one, next(printed) if part else 0, late)
        for entry, one, part, late in zip(given, since, left, newer, strict=True)
    )
    return acts, round(rest) if any(left) else whole
