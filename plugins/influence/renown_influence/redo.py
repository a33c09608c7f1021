"""A kept run done again: the same inputs must give the same bytes, and elsewhere the same to nine digits at least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from renown.api import PluginContext
from renown_influence import kept, libraries
from renown_influence.graph import Floats
from renown_influence.models import Check, Run
from renown_influence.reckon import digest, reckon
from renown_influence.solve import NotSolved

#: How far scores may lie apart where other libraries or another processor reckoned: a last bit of those that are kept.
_NEAR = 2e-9


class NotKept(LookupError):
    """A run that cannot be done again. The text says why."""


@dataclass(frozen=True)
class Again:
    """Whether what went in is what the run says, and what came out is what it found: to the byte, or `near` it.

    `changed` are libraries of another version than the run's: name, then and now.
    """

    graph: bool
    result: bool
    near: bool = False
    changed: tuple[tuple[str, str, str], ...] = ()

    @property
    def same(self) -> bool:
        return self.graph and (self.result or self.near)

    @property
    def said(self) -> str:
        if not self.graph:
            return "What it was made of is not what the run says."
        if self.result:
            return "The same bytes."
        if not self.near:
            return "What it found differs."
        changed = ", ".join(f"{name} was {then}, is {now}" for name, then, now in self.changed)
        return f"The same to nine digits, not to the byte: {changed or 'another processor counted it'}."


def again(ctx: PluginContext, number: int) -> Again:
    """Reads in a transaction of its own, and writes nothing. Raises NotKept."""
    with ctx.reading() as inner:
        row = inner.session.get(Run, number)
        if row is None or row.state != "published":
            raise NotKept(f"there is no finished run {number}")
        found = kept.load(inner, row)
        if found is None:
            why = "it is too old" if row.reproducible else "somebody in it was erased since"
            raise NotKept(f"run {number} cannot be done again: {why}")
        parameters, frozen = kept.parameters(row), kept.frozen(inner, found)
        said, then = (row.graph_hash, row.result_hash), dict(row.libraries)
    try:
        result = reckon(found.inputs, parameters, frozen)
    except NotSolved as error:
        raise NotKept(f"run {number} cannot be done again: {error}") from error
    return Again(
        found.inputs.digest(parameters, frozen) == said[0],
        result.digest() == said[1],
        digest(found.values) == said[1] and _near(result.values, found.values),
        _changed(then, libraries.here()),
    )


def _near(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=_NEAR, atol=0))


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    names = sorted(then.keys() & now.keys())
    return tuple((name, then[name], now[name]) for name in names if then[name] != now[name])


def ask(ctx: PluginContext, number: int, by: int | None) -> None:
    """Have it done by a worker. Raises NotKept."""
    if ctx.session.get(Run, number) is None:
        raise NotKept(f"there is no run {number}")
    row = Check(run_id=number, by_id=by, asked_at=ctx.clock.now(), ended_at=None, same=None, said=None)
    ctx.session.merge(row)
    ctx.jobs.wake("redo")


def work(ctx: PluginContext) -> bool:
    """The job: one that was asked for. False where none is."""
    with ctx.reading() as inner:
        waiting = select(Check.run_id).where(Check.ended_at.is_(None)).order_by(Check.asked_at).limit(1)
        number = inner.session.scalars(waiting).first()
    if number is None:
        return False
    same, said = None, ""
    try:
        done = again(ctx, number)
        same, said = done.same, done.said
    except NotKept as error:
        said = str(error)
    with ctx.writing() as inner:
        check = inner.session.get_one(Check, number)
        check.same, check.said, check.ended_at = same, said, inner.clock.now()
    return True
