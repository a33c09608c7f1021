"""What becomes of a survey by itself: people hear of it, it ends, the report is made and the answers go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import delete, select

from renown.api import PluginContext, to_date
from renown_influence import epochs, report, survey
from renown_influence.models import Answer, Survey
from renown_influence.report import Answers, Measured, Numbers

#: The measures beside which answers are set. The first is another plugin's: it is read where it is there.
ACTIVITY, INFLUENCE = "activity.points", "influence.score"
OPEN, REPORT = "influence.survey-open", "influence.survey-report"
#: People who are told in one transaction.
_AT_ONCE = 500


def work(ctx: PluginContext) -> bool:
    """The job. True while there is more to do."""
    return _end(ctx) or _tell(ctx)


def _end(ctx: PluginContext) -> bool:
    """Make the report of a survey whose time is over. What takes long is done before anything is locked."""
    with ctx.reading() as inner:
        due = inner.session.scalars(
            select(Survey.id).where(Survey.open.is_(True), Survey.closes_at <= inner.clock.now())
        ).one_or_none()
        if due is None:
            return False
        rows = _rows(inner, due)
        made = _report(inner, due, rows)
    with ctx.writing() as inner:
        found = inner.session.scalars(
            select(Survey).where(Survey.id == due, Survey.open.is_(True)).with_for_update()
        ).one_or_none()
        if found is None:
            return False
        if _rows(inner, due) != rows:
            # An answer came in the last moment, or somebody was merged or erased.
            return True
        found.report, found.open, found.told_id = made, None, None if made["few"] else 0
        inner.session.execute(delete(Answer).where(Answer.survey_id == due))
    return True


def _rows(ctx: PluginContext, number: int) -> Sequence[tuple[int, int]]:
    chosen = select(Answer.person_id, Answer.named_id).where(Answer.survey_id == number)
    return [(row.person_id, row.named_id) for row in ctx.session.execute(chosen.order_by(*chosen.selected_columns))]


def _report(ctx: PluginContext, number: int, rows: Sequence[tuple[int, int]]) -> dict[str, Any]:
    people = np.frombuffer(ctx.people.employees(), np.int64)
    answers = answers_of(rows, people)
    measures = (_activity(ctx, people), _influence(ctx, people))
    return report.make(answers, people, len(people), tuple(one for one in measures if one is not None), number)


def answers_of(rows: Sequence[tuple[int, int]], people: Numbers) -> Answers:
    """Of those who still work here, about those who do. `people` are ids, ascending."""
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    pairs = pairs[np.isin(pairs, people).all(axis=1)]
    _, by = np.unique(pairs[:, 0], return_inverse=True)
    return Answers(by, np.searchsorted(people, pairs[:, 1]), len(people))


def _activity(ctx: PluginContext, people: Numbers) -> Measured | None:
    """Of the quarter before this one; of this one, where nothing was counted before."""
    today = ctx.clock.today()
    this = epochs.quarter(today)
    for day in (epochs.quarter(this - 1), this):
        first = to_date(day)
        period = f"{first.year}-Q{(first.month + 2) // 3}"
        amounts = _amounts(ctx, people, ACTIVITY, period)
        if amounts is not None:
            return Measured(ACTIVITY, f"points of Q{(first.month + 2) // 3} {first.year}", amounts)
    return None


def _influence(ctx: PluginContext, people: Numbers) -> Measured | None:
    amounts = _amounts(ctx, people, INFLUENCE, "all")
    return None if amounts is None else Measured(INFLUENCE, "influence", amounts)


def _amounts(ctx: PluginContext, people: Numbers, measure: str, period: str) -> Numbers | None:
    """By employee; None where nobody has any."""
    who, totals = (np.frombuffer(column, np.int64) for column in ctx.standings.totals(measure, period))
    known = np.isin(who, people)
    if not known.any():
        return None
    found = np.zeros(len(people), np.int64)
    found[np.searchsorted(people, who[known])] = totals[known]
    return found


def _tell(ctx: PluginContext) -> bool:
    """Tell everybody that a survey is open, or that its report is there; some at a time, and each once."""
    with ctx.reading() as inner:
        found = inner.session.scalars(select(Survey).where(Survey.told_id.is_not(None)).order_by(Survey.id)).first()
        if found is None:
            return False
        number, told = found.id, found.told_id or 0
        people = [one for one in inner.people.employees() if one > told]
    for start in range(0, len(people) + 1, _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        with ctx.writing() as inner:
            here = select(Survey).where(Survey.id == number, Survey.told_id == told).with_for_update()
            held = inner.session.scalars(here).one_or_none()
            if held is None:
                # It was cancelled, or has ended: who is left hears of that.
                return True
            for person in some:
                _notice(inner, held, person)
            told = some[-1] if len(some) == _AT_ONCE else 0
            held.told_id = told or None
    return True


def _notice(ctx: PluginContext, found: Survey, person: int) -> None:
    subject = f"survey:{found.id}"
    if found.open:
        until = survey.until(ctx, found)
        body = f"Name up to {survey.MOST} colleagues whose work you rely on, until {until}. Your answer is secret."
        ctx.notify.tell(person, OPEN, subject, f"Survey: {found.title}", body=body, url="/surveys", once="open")
    else:
        title = f"The report of the survey “{found.title}” is there"
        ctx.notify.tell(person, REPORT, subject, title, url=f"/surveys/{found.id}", once="report")
