"""What becomes of a survey by itself: people hear of it, it ends, the report is made and the answers go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select

from renown.api import PluginContext, to_date
from renown_influence import epochs, report, survey, survey_answers, survey_naming
from renown_influence.models import Survey
from renown_influence.report import Answers, Measured, Numbers

#: The measures beside which answers are set. The first is another plugin's: it is read where it is there.
ACTIVITY, INFLUENCE = "activity.points", "influence.score"
OPEN, REPORT = survey.OPEN, "influence.survey-report"
#: All answers: who named whom by number, and who named which address.
Rows = tuple[list[tuple[int, int]], list[tuple[int, str]]]

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
        made = _report(inner, rows)
    with ctx.writing() as inner:
        found = inner.session.scalars(
            select(Survey).where(Survey.id == due, Survey.open.is_(True)).with_for_update()
        ).one_or_none()
        if found is None:
            return False
        if _rows(inner, due) != rows or not _all_here(inner, made):
            # An answer came in the last moment, or somebody was merged or erased.
            return True
        inner.notify.withdraw(inner.people.employees(), OPEN, survey.subject(due))
        found.report, found.open, found.told_id = made, None, None if made["few"] else 0
        survey_answers.drop(inner, due)
    return True


def _rows(ctx: PluginContext, number: int) -> Rows:
    return survey_answers.by_number(ctx, number), survey_answers.by_address(ctx, number)


def _all_here(ctx: PluginContext, made: Mapping[str, Any]) -> bool:
    named = report.people_of(made)
    return len(ctx.people.employees(named)) == len(named)


def _report(ctx: PluginContext, rows: Rows) -> dict[str, Any]:
    people = np.frombuffer(ctx.people.employees(), np.int64)
    answers = answers_of(_resolved(ctx, *rows), people)
    measures = (_activity(ctx, people), _influence(ctx, people))
    # Drawn otherwise each time, so that nobody can draw the same again to find what was drawn from.
    return report.make(answers, people, tuple(one for one in measures if one is not None), np.random.default_rng())


def _resolved(
    ctx: PluginContext, by_number: Sequence[tuple[int, int]], by_address: Sequence[tuple[int, str]]
) -> list[tuple[int, int]]:
    """Who named whom: 0 where an address is nobody's. Each is looked up once."""
    found = {address: ctx.people.find(address) for address in sorted({address.lower() for _, address in by_address})}
    known = {address: 0 if one is None else one.id for address, one in found.items()}
    return [*by_number, *((by, known[address.lower()]) for by, address in by_address)]


def answers_of(rows: Sequence[tuple[int, int]], people: Numbers) -> Answers:
    """Of those who still work here, about those who do: each of the others once, and oneself not.

    `people` are ids, ascending. Whoever named nobody that counts has answered all the same: else the report would
    tell whether an address is somebody's.
    """
    pairs = np.unique(np.array(rows, np.int64).reshape(-1, 2), axis=0)
    pairs = pairs[np.isin(pairs[:, 0], people)]
    counting = pairs[np.isin(pairs[:, 1], people) & (pairs[:, 0] != pairs[:, 1])]
    return Answers(len(np.unique(pairs[:, 0])), np.searchsorted(people, counting[:, 1]), len(people))


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
    subject = survey.subject(found.id)
    if found.open:
        until = survey.until(ctx, found)
        body = (
            f"Name up to {survey_naming.MOST} colleagues whose work you rely on, until {until}. Your answer is secret."
        )
        ctx.notify.tell(person, OPEN, subject, f"Survey: {found.title}", body=body, url="/surveys", once="open")
    else:
        title = f"The report of the survey “{found.title}” is there"
        ctx.notify.tell(person, REPORT, subject, title, url=f"/surveys/{found.id}", once="report")
