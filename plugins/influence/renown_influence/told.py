"""A score as one viewer may be told it: what it is made of, in numbers that add up as they are printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import Giver, PluginContext, Shown, Viewer
from renown_influence import kept, raters, scale, tally, why
from renown_influence.chain import enough
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
    """One rater by name. `brought` is in thousandths, `part` of the whole is 0 to 1.

    `acts` still hold; `last` is a day. What stands `behind` it is as `why` has it.
    """

    person: Shown
    brought: int
    part: float
    acts: int
    last: int
    behind: Rater


@dataclass(frozen=True)
class Others:
    """All the rest together. `people` is None where there are too few to be counted."""

    people: int | None
    brought: int
    private: bool


@dataclass(frozen=True)
class Told:
    """`value = own + brought + rounding`, and the lines and the others add up to `brought`: thousandths of a voice.

    `score` is what boards show, in thousandths. `people` is None where there are too few to be counted. `unit` is the
    scale's; it and the value take `digits` after the point to give the score as printed. `half` is what half saturates.
    `alpha` is what is passed on of a voice; voices and shares, in percent, take `finer` digits to give what is brought.
    """

    person: Shown
    own_page: bool
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
    lines = tuple(
        _line(one, part, found.value, shown[one.person], givers[one.person])
        for one, part in zip(named, each, strict=True)
    )
    private = any(givers[everybody[at]].private for at in split.others if everybody[at] in givers)
    others = Others(len(split.others) if split.told else None, rest, private and own_page) if split.others else None
    few = not own_page and len(everybody) < raters.SMALLEST
    people = None if few else len(everybody)
    digits = enough(lambda digits: _shown(round(found.value, digits), round(found.unit, digits)) == score)
    alpha = kept.parameters(found.run).alpha
    finer = enough(lambda digits: all(_follows(one, alpha, digits) for one in named), _FEWEST)
    numbers = (found.value, found.unit, digits, found.half, alpha, finer)
    return Told(person, own_page, found.run, score, value, own, brought, rounding, people, lines, others, *numbers)


def _line(one: Rater, brought: int, value: float, person: Shown, giver: Giver) -> Line:
    return Line(person, brought, one.brought / value if value else 0.0, giver.acts, giver.last, one)


def _follows(one: Rater, alpha: float, digits: int) -> bool:
    """Whether what is brought follows from the share and the voice as they are printed, to a thousandth."""
    product = round(one.share, digits + 2) * round(one.voice, digits) * alpha
    return abs(product - one.brought) * _STEPS <= 0.5


def _shown(value: float, unit: float) -> int:
    return int(scale.published(np.array(value), unit)) if unit > 0 else -1
