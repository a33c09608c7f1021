"""A score as one viewer may be told it: what it is made of, in numbers that add up as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from renown.api import Giver, PluginContext, Shown, Viewer
from renown_influence import disclosure, kept, raters, scale, tally, why
from renown_influence.chain import enough
from renown_influence.disclosure import Detail
from renown_influence.models import Run
from renown_influence.score import AGAINST, DEFAULTS, EVIDENCE
from renown_influence.why import Rater

#: The rules whose entries speak for somebody.
FOR = tuple(one.name for one in DEFAULTS if one.name != AGAINST)
#: Printed numbers are in thousandths of a voice.
_STEPS = 1000
#: Digits after the point of voices and of shares in percent, at the least.
_FEWEST = 2


@dataclass(frozen=True)
class Line:
    """One rater by name. `brought` is in thousandths, `percent` of the whole is for those who are told no more.

    `acts` still hold; `last` is a day. What stands `behind` it is as `why` has it, and is told as far as `Detail` says.
    """

    person: Shown
    brought: int
    percent: int
    acts: int
    last: int
    behind: Rater


@dataclass(frozen=True)
class Others:
    """All the rest together. `people` is None where there are too few to be counted, or they are not to be."""

    people: int | None
    brought: int
    percent: int
    private: bool


@dataclass(frozen=True)
class Told:
    """`value = own + brought + rounding`, and the lines and the others add up to `brought`: thousandths of a voice.

    `score` is what boards show, in thousandths. `people` is None where there are too few to be counted. `unit` is the
    scale's; it and the value take `digits` after the point to give the score as printed. `half` is what half saturates.
    `alpha` is what is passed on of a voice; voices and shares, in percent, take `finer` digits to give what is brought.
    What is brought by whom is told as `detail` says. Percents of lines, others and own voice (`own_percent`) are 100.
    """

    person: Shown
    own_page: bool
    detail: Detail
    run: Run
    score: int
    value: int
    own: int
    brought: int
    rounding: int
    people: int | None
    lines: tuple[Line, ...]
    others: Others | None
    exact: float
    unit: float
    digits: int
    half: float
    alpha: float
    finer: int
    own_percent: int

    @property
    def whole(self) -> bool:
        """Whether every number of it may be told."""
        return self.detail is Detail.WHOLE


def of(ctx: PluginContext, viewer: Viewer, person: Shown, score: int) -> Told | None:
    """The caller has asked the gate for `score`. None where nothing is kept that could explain it."""
    found = why.of(ctx, person.id)
    if found is None:
        return None
    own_page = viewer.person_id == person.id
    givers = {one.person: one for one in ctx.ledger.givers(viewer, person.id, EVIDENCE, FOR)}
    everybody = [one.person for one in found.raters]
    public = [one for one in everybody if one in givers and not givers[one].private]
    shown = ctx.people.shown(viewer, public)
    split = raters.split(everybody, shown, own=own_page)
    value, rounding = round(found.value * _STEPS), round(found.rounding * _STEPS)
    own = round(found.own * _STEPS)
    brought = value - own - rounding
    alone = [found.raters[at].brought * _STEPS for at in split.named]
    together = sum(found.raters[at].brought for at in split.others) * _STEPS
    each = tally.fitted([*alone, together] if split.others else alone, brought)
    rest = each.pop() if split.others else 0
    named = [found.raters[at] for at in split.named]
    percents = _percents([*each, rest, own])
    lines = tuple(
        _line(one, part, percent, shown[one.person], givers[one.person])
        for one, part, percent in zip(named, each, percents, strict=False)
    )
    detail = disclosure.of(ctx, own=own_page)
    private = any(givers[everybody[at]].private for at in split.others if everybody[at] in givers)
    # Where private acts count, a number of people that changed overnight would tell of one of them.
    counted = own_page or not disclosure.private_counts(ctx)
    left = len(split.others) if split.told and counted else None
    others = Others(left, rest, percents[-2], private and own_page) if split.others else None
    few = not own_page and (len(everybody) < raters.SMALLEST or not counted)
    people = None if few else len(everybody)
    digits = enough(lambda digits: _shown(round(found.value, digits), round(found.unit, digits)) == score)
    alpha = kept.parameters(found.run).alpha
    finer = enough(lambda digits: all(_follows(one, alpha, digits) for one in named), _FEWEST)
    numbers = (found.value, found.unit, digits, found.half, alpha, finer, percents[-1])
    return Told(
        person, own_page, detail, found.run, score, value, own, brought, rounding, people, lines, others, *numbers
    )


def _line(one: Rater, brought: int, percent: int, person: Shown, giver: Giver) -> Line:
    return Line(person, brought, percent, giver.acts, giver.last, one)


def _percents(parts: Sequence[int]) -> list[int]:
    """Whole ones, together 100."""
    whole = sum(parts)
    return tally.fitted([part / whole * 100 for part in parts], 100) if whole > 0 else [0] * len(parts)


def _follows(one: Rater, alpha: float, digits: int) -> bool:
    """Whether what is brought follows from the share and the voice as they are printed, to a thousandth."""
    product = round(one.share, digits + 2) * round(one.voice, digits) * alpha
    return abs(product - one.brought) * _STEPS <= 0.5


def _shown(value: float, unit: float) -> int:
    return int(scale.published(np.array(value), unit)) if unit > 0 else -1
