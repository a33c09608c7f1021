"""A score as one viewer may be told it: what it is made of, in numbers that add up as they are printed."""

from __future__ import annotations

from dataclasses import dataclass

from renown.api import Giver, PluginContext, Shown, Viewer
from renown_influence import raters, tally, why
from renown_influence.models import Run
from renown_influence.score import AGAINST, DEFAULTS, EVIDENCE
from renown_influence.why import Why

#: The rules whose entries speak for somebody.
FOR = tuple(one.name for one in DEFAULTS if one.name != AGAINST)
#: Printed numbers are in thousandths of a voice.
_STEPS = 1000


@dataclass(frozen=True)
class Line:
    """One rater by name. `brought` is in thousandths, `part` of the whole and `share` of their voice are 0 to 1.

    `weight` is what their acts say, once much of the same says less, 0 to 1. `acts` still hold; `last` is a day.
    """

    person: Shown
    brought: int
    part: float
    weight: float
    share: float
    voice: float
    acts: int
    last: int


@dataclass(frozen=True)
class Others:
    """All the rest together. `people` is None where there are too few to be counted."""

    people: int | None
    brought: int
    private: bool


@dataclass(frozen=True)
class Told:
    """`value = own + brought + rounding`, and the lines and the others add up to `brought`: thousandths of a voice.

    `score` is what boards show, in thousandths. `people` is None where there are too few to be counted.
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


def of(ctx: PluginContext, viewer: Viewer, person: Shown, score: int) -> Told | None:
    """The caller has asked the gate for `score`. None where nothing is kept that could explain it."""
    found = why.of(ctx, person.id)
    if found is None:
        return None
    own_page = viewer.person_id == person.id
    givers = {one.person: one for one in ctx.ledger.givers(viewer, person.id, EVIDENCE, FOR)}
    public = [one for one in found.raters if one in givers and not givers[one].private]
    shown = ctx.people.shown(viewer, public)
    split = raters.split(found.raters, shown, own=own_page)
    value, rounding = round(found.value * _STEPS), round(found.rounding * _STEPS)
    own = round(found.own * _STEPS)
    brought = value - own - rounding
    alone = [found.brought[at] * _STEPS for at in split.named]
    together = sum(found.brought[at] for at in split.others) * _STEPS
    each = tally.fitted([*alone, together] if split.others else alone, brought)
    rest = each.pop() if split.others else 0
    lines = tuple(_line(found, at, share, shown[found.raters[at]], givers[found.raters[at]])
                  for at, share in zip(split.named, each, strict=True))  # fmt: skip
    private = any(givers[found.raters[at]].private for at in split.others if found.raters[at] in givers)
    others = Others(len(split.others) if split.told else None, rest, private and own_page) if split.others else None
    few = not own_page and len(found.raters) < raters.SMALLEST
    people = None if few else len(found.raters)
    return Told(person, own_page, found.run, score, value, own, brought, rounding, people, lines, others)


def _line(found: Why, at: int, brought: int, person: Shown, giver: Giver) -> Line:
    passed = float(found.run.parameters["alpha"]) * found.voice[at]
    return Line(
        person,
        brought,
        found.brought[at] / found.value if found.value else 0.0,
        found.weight[at],
        found.brought[at] / passed if passed else 0.0,
        found.voice[at],
        giver.acts,
        giver.last,
    )
