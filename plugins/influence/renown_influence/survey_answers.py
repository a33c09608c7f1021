"""Who named whom, until the report is made: colleagues by number, or by an address of which nobody asks whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, union, update

from renown.api import PluginContext
from renown_influence.models import AddressAnswer, Answer

_TABLES = (Answer, AddressAnswer)


def people(ctx: PluginContext, survey: int, person: int) -> Sequence[int]:
    """The colleagues whom somebody named: for themselves alone."""
    chosen = select(Answer.named_id).where(Answer.survey_id == survey, Answer.person_id == person)
    return ctx.session.scalars(chosen.order_by(Answer.named_id)).all()


def addresses(ctx: PluginContext, survey: int, person: int) -> Sequence[str]:
    """The addresses that somebody named, as typed: for themselves alone."""
    chosen = select(AddressAnswer.address).where(AddressAnswer.survey_id == survey, AddressAnswer.person_id == person)
    return sorted(ctx.session.scalars(chosen).all(), key=str.lower)


def count(ctx: PluginContext, survey: int, person: int) -> int:
    """How many somebody named, either way."""
    return len(people(ctx, survey, person)) + len(addresses(ctx, survey, person))


def number(ctx: PluginContext, survey: int) -> int:
    """How many people answered, either way."""
    found = union(*(select(one.person_id).where(one.survey_id == survey) for one in _TABLES)).subquery()
    return ctx.session.scalar(select(func.count()).select_from(found)) or 0


def by_number(ctx: PluginContext, survey: int) -> list[tuple[int, int]]:
    """All answers: who named whom."""
    chosen = select(Answer.person_id, Answer.named_id).where(Answer.survey_id == survey)
    return [(row.person_id, row.named_id) for row in ctx.session.execute(chosen.order_by(*chosen.selected_columns))]


def by_address(ctx: PluginContext, survey: int) -> list[tuple[int, str]]:
    """All answers: who named which address."""
    chosen = select(AddressAnswer.person_id, AddressAnswer.address).where(AddressAnswer.survey_id == survey)
    return [(row.person_id, row.address) for row in ctx.session.execute(chosen.order_by(*chosen.selected_columns))]


def drop(ctx: PluginContext, survey: int) -> None:
    """All answers of a survey."""
    for one in _TABLES:
        ctx.session.execute(delete(one).where(one.survey_id == survey))


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """Two are one: of two answers the one of who remains holds, and nobody is named twice or by oneself."""
    session = ctx.session
    theirs = union(*(select(one.survey_id).where(one.person_id == gone) for one in _TABLES))
    for survey in session.scalars(theirs).all():
        has_own = count(ctx, survey, kept) > 0
        for one in _TABLES:
            rows = (one.survey_id == survey, one.person_id == gone)
            session.execute(delete(one).where(*rows) if has_own else update(one).where(*rows).values(person_id=kept))
    both = select(Answer.survey_id, Answer.person_id).where(Answer.named_id == kept).subquery()
    twice = select(both).where(both.c.survey_id == Answer.survey_id, both.c.person_id == Answer.person_id).exists()
    session.execute(delete(Answer).where(Answer.named_id == gone, twice))
    session.execute(update(Answer).where(Answer.named_id == gone).values(named_id=kept))
    session.execute(delete(Answer).where(Answer.person_id == Answer.named_id))


def forget(ctx: PluginContext, person: int) -> None:
    """What somebody answered, and who named them by number. Nothing is left by which to know an address as theirs."""
    ctx.session.execute(delete(Answer).where((Answer.person_id == person) | (Answer.named_id == person)))
    ctx.session.execute(delete(AddressAnswer).where(AddressAnswer.person_id == person))
