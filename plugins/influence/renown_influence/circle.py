"""One's own circle: who relies on oneself, and on whom one relies oneself. For oneself alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from renown.api import PluginContext, Shown, Viewer, to_date
from renown_influence import kept, run
from renown_influence.models import Run
from renown_influence.raters import split
from renown_influence.reckon import saturated
from renown_influence.score import EVIDENCE
from renown_influence.told import FOR


@dataclass(frozen=True)
class Tie:
    """`weight` is 0 to 1; None where it would tell when the person was away. Then `much` stands for it, 1 to 3."""

    person: Shown
    weight: float | None
    much: int


@dataclass(frozen=True)
class Side:
    """`others` are not named: None where there are too few of them to be counted."""

    people: int
    ties: tuple[Tie, ...]
    others: int | None


@dataclass(frozen=True)
class Circle:
    """Both sides are None where what the run was made of is gone."""

    run: Run
    relying: Side | None
    relied_on: Side | None


def of(ctx: PluginContext, viewer: Viewer) -> Circle | None:
    """None before the first run, or where the viewer is not in it."""
    shown = run.newest(ctx)
    found = None if shown is None else kept.load(ctx, shown)
    if shown is not None and found is None:
        return Circle(shown, None, None)
    me = viewer.person_id
    place = None if found is None or me is None else found.number(me)
    if found is None or me is None or place is None:
        return None
    pairs = saturated(found.inputs.pairs, kept.parameters(found.run), kept.frozen(ctx, found))
    public = {one.person for one in ctx.ledger.givers(viewer, me, EVIDENCE, FOR) if not one.private}
    mine = slice(pairs.start[place], pairs.start[place + 1])
    on_me = dict(zip(found.people[pairs.rater[mine]].tolist(), pairs.weight[mine].tolist(), strict=True))
    rows = np.flatnonzero(pairs.rater == place)
    owners = np.searchsorted(pairs.start, rows, "right") - 1
    by_me = dict(zip(found.people[owners].tolist(), pairs.weight[rows].tolist(), strict=True))
    names = ctx.people.shown(viewer, [*on_me, *by_me])
    return Circle(
        found.run,
        _side(on_me, {one: name for one, name in names.items() if one in public}, exact=True),
        _side(by_me, names, exact=False),
    )


def data(found: Circle | None) -> dict[str, Any]:
    """As the API and the exports give it."""
    sides = (None, None) if found is None else (found.relying, found.relied_on)
    names = ("relying", "relied_on")
    told = {name: _told(side) if side is not None else None for name, side in zip(names, sides, strict=True)}
    return {"day": to_date(found.run.day) if found is not None else None, **told}


def _told(side: Side) -> dict[str, Any]:
    named = [
        {
            "person": one.person.handle,
            "name": one.person.name,
            "strength": round(one.weight, 4) if one.weight is not None else None,
            "much": one.much,
        }
        for one in side.ties
    ]
    return {"people": side.people, "named": named, "others": side.others}


def _side(weights: Mapping[int, float], names: Mapping[int, Shown], *, exact: bool) -> Side:
    order: Sequence[int] = sorted(weights, key=lambda one: (-_much(weights[one]), -weights[one] * exact, one))
    parts = split(order, names, own=True)
    ties = tuple(
        Tie(names[order[at]], weights[order[at]] if exact else None, _much(weights[order[at]])) for at in parts.named
    )
    return Side(len(order), ties, len(parts.others) if parts.told else None)


def _much(weight: float) -> int:
    """In thirds of what there can be."""
    return min(3, 1 + int(weight * 3))
