"""A kept run done again: the same inputs must give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from renown.api import PluginContext
from renown_influence import kept
from renown_influence.models import Check, Run
from renown_influence.reckon import reckon


class NotKept(LookupError):
    """A run that cannot be done again. The text says why."""


@dataclass(frozen=True)
class Again:
    """Whether what went in is what the run says, and what came out is what it found."""

    graph: bool
    result: bool

    @property
    def same(self) -> bool:
        return self.graph and self.result

    @property
    def said(self) -> str:
        if self.same:
            return "The same bytes."
        return "What it found differs." if self.graph else "What it was made of is not what the run says."


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
        said = row.graph_hash, row.result_hash
    result = reckon(found.inputs, parameters, frozen)
    return Again(found.inputs.digest(parameters, frozen) == said[0], result.digest() == said[1])


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
