"""Surveys: when one is open, who may answer it, and what becomes of it when people are merged or erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from renown.api import PluginContext, from_datetime, to_date, to_datetime
from renown_influence import report, survey_answers
from renown_influence.models import Survey

#: For how many days a survey may be open.
LONGEST = 92
#: The notice that one is open.
OPEN = "influence.survey-open"


class Refused(ValueError):
    """It cannot be done. The text says why, for whoever asked; `field` names what to change, where that is one."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def start(ctx: PluginContext, title: str, last_day: int, by: int | None) -> Survey:
    """Open one until the end of `last_day`. Raises Refused."""
    title, today = title.strip(), ctx.clock.today()
    if not 0 < len(title) <= 120:
        raise Refused("A title has 1 to 120 characters.", "title")
    if not today < last_day <= today + LONGEST:
        raise Refused(f"The last day is tomorrow at the earliest, and within {LONGEST} days.", "last_day")
    now = ctx.clock.now()
    survey = Survey(title=title, by_id=by, opened_at=now, closes_at=_midnight(ctx, last_day + 1), open=True)
    try:
        with ctx.session.begin_nested():
            ctx.session.add(survey)
    except IntegrityError:
        raise Refused("One is open already. There is one at a time.") from None
    ctx.jobs.wake("survey")
    ctx.audit.record("survey-opened", by=by, target=f"survey:{survey.id}", details=_told(survey))
    return survey


def end(ctx: PluginContext, number: int, by: int | None) -> None:
    """Let it end now. Raises Refused."""
    survey = _held(ctx, number)
    survey.closes_at = min(survey.closes_at, ctx.clock.now())
    ctx.session.flush()
    ctx.jobs.wake("survey")
    ctx.audit.record("survey-ended", by=by, target=f"survey:{number}", details=_told(survey))


def cancel(ctx: PluginContext, number: int, by: int | None) -> None:
    """Drop it with all answers, without a report. Raises Refused."""
    survey = _held(ctx, number)
    details = _told(survey)
    survey_answers.drop(ctx, number)
    ctx.notify.withdraw(ctx.people.employees(), OPEN, subject(number))
    ctx.session.delete(survey)
    ctx.session.flush()
    ctx.audit.record("survey-cancelled", by=by, target=f"survey:{number}", details=details)


def held(ctx: PluginContext) -> Survey | None:
    """The one that is open, or has just ended and has no report yet."""
    return ctx.session.scalars(select(Survey).where(Survey.open.is_(True))).one_or_none()


def running(ctx: PluginContext) -> Survey | None:
    """The one that can be answered now."""
    found = held(ctx)
    return found if found is not None and ctx.clock.now() < found.closes_at else None


def ended(ctx: PluginContext) -> Sequence[Survey]:
    """Those with a report, the newest first."""
    return ctx.session.scalars(select(Survey).where(Survey.open.is_(None)).order_by(Survey.id.desc())).all()


def listed(ctx: PluginContext, limit: int, before: int | None = None) -> Sequence[Survey]:
    """So many of them, or of those before one."""
    older = select(Survey).where(Survey.open.is_(None)).order_by(Survey.id.desc()).limit(limit)
    return ctx.session.scalars(older if before is None else older.where(Survey.id < before)).all()


def one_ended(ctx: PluginContext, number: int) -> Survey | None:
    """None while there is no report, as where there is no such survey."""
    found = ctx.session.get(Survey, number)
    return found if found is not None and found.open is None else None


def answered(ctx: PluginContext, survey: int) -> int:
    """How many answered, in whole fives: whoever watches it learns that somebody did, at every fifth, and not who."""
    return report.fives(survey_answers.number(ctx, survey))


def answering(ctx: PluginContext, survey: int, person: int) -> None:
    """Hold the survey open until the commit: its end waits for whoever answers. Raises Refused."""
    ctx.session.scalars(select(Survey.id).where(Survey.id == survey).with_for_update()).one_or_none()
    found = running(ctx)
    if found is None or found.id != survey:
        raise Refused("This survey has ended.")
    if not ctx.people.employees([person]):
        raise Refused("Only employees answer.")


def subject(number: int) -> str:
    """What its notices are about."""
    return f"survey:{number}"


def until(ctx: PluginContext, survey: Survey) -> str:
    """The last day on which it can be answered, for texts that no page formats: "4 June"."""
    last = to_datetime(survey.closes_at - 1).astimezone(ctx.calendar.zone())
    return f"{last.day} {last:%B}"


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """Two are one, in answers and in reports."""
    _hold(ctx)
    survey_answers.merged(ctx, kept, gone)
    _rewrite(ctx, gone, kept)


def forget(ctx: PluginContext, person: int) -> None:
    """When somebody is erased: their answers, who named them, and their place in reports."""
    _hold(ctx)
    survey_answers.forget(ctx, person)
    _rewrite(ctx, person, None)


def _hold(ctx: PluginContext) -> None:
    """A report that is being written is read only when it is there."""
    ctx.session.scalars(select(Survey.id).where(Survey.open.is_(True)).with_for_update()).all()


def _rewrite(ctx: PluginContext, gone: int, kept: int | None) -> None:
    for survey in ended(ctx):
        if survey.report is not None and gone in report.people_of(survey.report):
            survey.report = report.replaced(survey.report, gone, kept)


def _held(ctx: PluginContext, number: int) -> Survey:
    """One that has no report yet, and that nobody else changes meanwhile."""
    found = ctx.session.scalars(
        select(Survey).where(Survey.id == number, Survey.open.is_(True)).with_for_update()
    ).one_or_none()
    if found is None:
        raise Refused("This survey has ended.")
    return found


def _told(survey: Survey) -> dict[str, Any]:
    return {"title": survey.title, "closes_at": to_datetime(survey.closes_at).isoformat()}


def _midnight(ctx: PluginContext, day: int) -> int:
    """When a day begins in the organisation's time zone."""
    found = to_date(day)
    return from_datetime(to_datetime(0).replace(found.year, found.month, found.day, tzinfo=ctx.calendar.zone()))
