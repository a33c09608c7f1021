"""Surveys: employees name up to seven colleagues. Answers are secret, and gone once the report is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from renown.api import PluginContext, Shown, Viewer, from_datetime, to_date, to_datetime
from renown_influence import report
from renown_influence.models import Answer, Survey

#: Whom one may name, and for how many days a survey may be open.
MOST, LONGEST = 7, 92
#: A token that stands for a colleague whom the page offered. In seconds.
_FRESH = 24 * 3600
_PURPOSE = "named"


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
    ctx.session.execute(delete(Answer).where(Answer.survey_id == number))
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


def mine(ctx: PluginContext, survey: int, person: int) -> Sequence[int]:
    """Whom somebody named: for themselves alone."""
    chosen = select(Answer.named_id).where(Answer.survey_id == survey, Answer.person_id == person)
    return ctx.session.scalars(chosen.order_by(Answer.named_id)).all()


def answered(ctx: PluginContext, survey: int) -> int:
    """How many answered, in whole fives: so that nobody sees in it who did just now."""
    number = ctx.session.scalar(select(func.count(Answer.person_id.distinct())).where(Answer.survey_id == survey))
    return (number or 0) // report.SMALLEST * report.SMALLEST


def offered(ctx: PluginContext, viewer: Viewer, survey: int, text: str) -> list[tuple[str, Shown]]:
    """Colleagues whom this may mean, each with the token that `name` takes.

    Whoever may not be looked at is found by a whole e-mail address alone.
    """
    text = text.strip()
    if len(text) < 2:
        return []
    found = {one.id: one for one in ctx.people.search(viewer, text)}
    known = ctx.people.find(text) if "@" in text else None
    if known is not None:
        found.setdefault(known.id, Shown(known.id, known.handle, known.name))
    taken = {viewer.person_id, *mine(ctx, survey, viewer.person_id or 0)}
    return [
        (ctx.sign.make(_PURPOSE, [survey, viewer.person_id, one]), found[one])
        for one in ctx.people.employees(found)
        if one not in taken
    ]


def name(ctx: PluginContext, viewer: Viewer, survey: int, token: str) -> None:
    """Add a colleague whom the page offered to the viewer's answer. Raises Refused, and NotSigned."""
    of, by, named = ctx.sign.read(_PURPOSE, token, _FRESH)
    if (of, by) != (survey, viewer.person_id):
        raise Refused("That was offered to somebody else, or in another survey.")
    answering(ctx, survey, by)
    if named not in ctx.people.employees([named]) or named == by:
        raise Refused("One names colleagues who work here.")
    already = mine(ctx, survey, by)
    if named in already:
        return
    if len(already) >= MOST:
        raise Refused(f"You named {MOST}. Take one away to name another.")
    ctx.session.execute(insert(Answer).values(survey_id=survey, person_id=by, named_id=named))


def unname(ctx: PluginContext, viewer: Viewer, survey: int, named: int) -> None:
    """Take a colleague out of the viewer's answer. Raises Refused."""
    answering(ctx, survey, viewer.person_id or 0)
    one = (Answer.survey_id == survey, Answer.person_id == viewer.person_id, Answer.named_id == named)
    ctx.session.execute(delete(Answer).where(*one))


def answering(ctx: PluginContext, survey: int, person: int) -> None:
    """Hold the survey open until the commit: its end waits for whoever answers. Raises Refused."""
    ctx.session.scalars(select(Survey.id).where(Survey.id == survey).with_for_update()).one_or_none()
    found = running(ctx)
    if found is None or found.id != survey:
        raise Refused("This survey has ended.")
    if not ctx.people.employees([person]):
        raise Refused("Only employees answer.")


def until(ctx: PluginContext, survey: Survey) -> str:
    """The last day on which it can be answered, for texts that no page formats: "4 June"."""
    last = to_datetime(survey.closes_at - 1).astimezone(ctx.calendar.zone())
    return f"{last.day} {last:%B}"


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """Two are one: of two answers the one of who remains holds, and nobody is named twice or by oneself."""
    session = ctx.session
    for survey in session.scalars(select(Answer.survey_id).where(Answer.person_id == gone).distinct()).all():
        theirs = (Answer.survey_id == survey, Answer.person_id == gone)
        if mine(ctx, survey, kept):
            session.execute(delete(Answer).where(*theirs))
        session.execute(update(Answer).where(*theirs).values(person_id=kept))
    both = select(Answer.survey_id, Answer.person_id).where(Answer.named_id == kept).subquery()
    twice = select(both).where(both.c.survey_id == Answer.survey_id, both.c.person_id == Answer.person_id).exists()
    session.execute(delete(Answer).where(Answer.named_id == gone, twice))
    session.execute(update(Answer).where(Answer.named_id == gone).values(named_id=kept))
    session.execute(delete(Answer).where(Answer.person_id == Answer.named_id))
    _rewrite(ctx, gone, kept)


def forget(ctx: PluginContext, person: int) -> None:
    """When somebody is erased: their answers, who named them, and their place in reports."""
    ctx.session.execute(delete(Answer).where((Answer.person_id == person) | (Answer.named_id == person)))
    _rewrite(ctx, person, None)


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
