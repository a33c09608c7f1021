"""Who listens: colleagues follow questions that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from renown.api import PluginContext
from renown_care.models import Case, Follow


def follow(ctx: PluginContext, case: int, person: int) -> bool:
    """False where there is no such question, or it does not wait any more. Twice is once."""
    found = ctx.session.scalar(select(Case.state).where(Case.id == case).with_for_update())
    if found != "waiting":
        return False
    if person not in of(ctx, [case])[case]:
        ctx.session.execute(insert(Follow).values(case_id=case, given_id=person, person_id=person))
    return True


def stop(ctx: PluginContext, case: int, person: int) -> None:
    ctx.session.execute(delete(Follow).where(Follow.case_id == case, Follow.person_id == person))


def of(ctx: PluginContext, cases: Collection[int]) -> Mapping[int, Collection[int]]:
    """Who follows each, by id, whoever asks: so not to show."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for case, person in ctx.session.execute(select(Follow.case_id, Follow.person_id).where(Follow.case_id.in_(cases))):
        found[case].add(person)
    return found
