"""Who does not want to be suggested for now."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, or_, select

from renown.api import PluginContext
from renown_influence.models import Quiet


def of(ctx: PluginContext, person: int) -> Quiet | None:
    """What somebody chose, while it holds."""
    found = ctx.session.get(Quiet, person)
    return None if found is None or (found.until is not None and found.until <= ctx.clock.today()) else found


def among(ctx: PluginContext, people: Collection[int]) -> frozenset[int]:
    today = ctx.clock.today()
    holds = or_(Quiet.until.is_(None), Quiet.until > today)
    return frozenset(ctx.session.scalars(select(Quiet.person_id).where(Quiet.person_id.in_(people), holds)))


def choose(ctx: PluginContext, person: int, until: int | None) -> None:
    """Until that day, or until they say otherwise."""
    ctx.session.merge(Quiet(person_id=person, until=until))


def end(ctx: PluginContext, person: int) -> None:
    ctx.session.execute(delete(Quiet).where(Quiet.person_id == person))


def move(ctx: PluginContext, gone: int, kept: int) -> None:
    """After a merge: whoever of the two wanted quiet has it."""
    theirs = ctx.session.get(Quiet, gone)
    if theirs is not None and ctx.session.get(Quiet, kept) is None:
        ctx.session.add(Quiet(person_id=kept, until=theirs.until))
    end(ctx, gone)
