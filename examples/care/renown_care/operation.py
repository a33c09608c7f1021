"""Whether questions are read and answered, for administrators."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from renown.api import Health, Metric, PluginContext
from renown_care import hours, survey, waiting
from renown_care.models import Act, Case


def health(ctx: PluginContext) -> Iterator[Health]:
    oldest = ctx.session.scalar(select(func.min(Case.asked_at)).where(Case.state == "waiting"))
    if oldest is None:
        yield Health("Customers' questions", True, "None waits.")
        return
    waited = hours.of(ctx).minutes(oldest, ctx.clock.now()) // 60
    yield Health("Customers' questions", True, f"{waiting.count(ctx)} wait, the oldest for {waited} working hours.")


def metrics(ctx: PluginContext) -> Iterator[Metric]:
    states = ctx.session.execute(select(Case.state, func.count()).group_by(Case.state)).all()
    for state, count in states:
        yield Metric("questions", count, "Customers' questions.", {"state": state})
    loose = ctx.session.scalar(select(func.count()).select_from(Act).where(Act.case_id.is_(None)))
    yield Metric("acts_without_question", loose or 0, "Acts whose question has not come yet.")
    asked, answered = survey.answered(ctx)
    yield Metric("effort_asked", asked, "How often the one question about effort was asked.")
    yield Metric("effort_answers", answered, "Answers to the one question about effort.")
