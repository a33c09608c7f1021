"""How teams do: how soon they answer, how often a question is opened again, how easy customers find it.

A team is that of whoever answered first, then. Lower is better for the first two, and nothing is best, so these are no
boards, which put the highest first and leave out who has nothing. Nothing is told of a group so small that it tells of
somebody: such teams, and who is in none, are counted together as "Others" if they are many enough, else left out of
everything here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, distinct, func, literal, select

from renown.api import DAY, PluginContext, to_date
from renown_care.models import Case, Survey
from renown_care.survey import Net

#: Days that one may look back over.
WINDOWS = (30, 90, 365)
#: The smallest group of people, and of questions.
SMALLEST = 5
_STEPS = 12
OTHERS = "Others"
#: Stands for several teams in what is asked of the database; no team has this number.
_TOGETHER = 0


@dataclass(frozen=True)
class Line:
    """`minutes` is the median of working time to the first answer. `reopened` of `settled` were opened again."""

    team: int | None
    name: str
    slug: str | None
    answered: int
    minutes: int
    settled: int
    reopened: int
    effort: Net

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)

    @property
    def reopened_share(self) -> int | None:
        """In percent; None where too few were settled."""
        return round(100 * self.reopened / self.settled) if self.settled >= SMALLEST else None


@dataclass(frozen=True)
class Step:
    """A twelfth of the window: its first day, how many questions of it were answered, and how soon (None: too few)."""

    day: int
    answered: int
    minutes: int | None

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else round(self.minutes / 60, 1)


@dataclass(frozen=True)
class Figures:
    """`whole` is of all that is told here; None where that is nothing."""

    days: int
    whole: Line | None
    teams: Sequence[Line]
    steps: Sequence[Step]


def of(ctx: PluginContext, days: int) -> Figures:
    """Of the questions asked in the last so many days that were answered."""
    start = ctx.clock.now() - days * DAY
    told = _told(ctx, start)
    if not told.alone and not told.together:
        return Figures(days, None, (), ())
    here = and_(_answered(start), Case.team_id.in_([*told.alone, *told.together]))
    group = case((Case.team_id.in_(told.alone), Case.team_id), else_=_TOGETHER)
    teams = sorted(_lines(ctx, here, group), key=lambda line: (line.team is None, line.minutes, line.name))
    [whole] = _lines(ctx, here, literal(_TOGETHER))
    return Figures(days, replace(whole, name="All"), teams, _steps(ctx, here, start, days))


def of_team(ctx: PluginContext, team: int, days: int) -> Line | None:
    """One team's; None where nothing is told of it."""
    start = ctx.clock.now() - days * DAY
    if team not in _told(ctx, start).alone:
        return None
    [line] = _lines(ctx, and_(_answered(start), Case.team_id == team), literal(team))
    return line


def data(figures: Figures) -> dict[str, Any]:
    return {
        "days": figures.days,
        "whole": line_data(figures.whole) if figures.whole else None,
        "teams": [line_data(one) for one in figures.teams],
        "steps": [
            {
                "from": to_date(one.day).isoformat(),
                "answered": one.answered,
                "working_hours": one.hours,
            }
            for one in figures.steps
        ],
    }


def line_data(line: Line) -> dict[str, Any]:
    return {
        "team": line.slug,
        "name": line.name,
        "answered": line.answered,
        "working_hours": line.hours,
        "settled": line.settled,
        "reopened_percent": line.reopened_share,
        "effort": line.effort.score,
        "effort_answers": line.effort.answers if line.effort.score is not None else None,
    }


def _answered(start: int) -> ColumnElement[bool]:
    return and_(Case.asked_at >= start, Case.answered_at.is_not(None), Case.state != "gone")


@dataclass(frozen=True)
class _Told:
    """Teams of which each is told alone, and those that are told together."""

    alone: Collection[int]
    together: Collection[int]


def _told(ctx: PluginContext, start: int) -> _Told:
    counted = select(Case.team_id, func.count()).where(_answered(start)).group_by(Case.team_id)
    answered = {row[0]: row[1] for row in ctx.session.execute(counted)}
    today = ctx.clock.today()
    hidden, names, sizes = ctx.teams.hidden(today), ctx.teams.all(), Counter(ctx.teams.everybody(today)[1])

    def large(team: int) -> bool:
        few = 0 < hidden.get(team, 0) < SMALLEST
        return team in names and sizes[team] >= SMALLEST and answered[team] >= SMALLEST and not few

    alone = [team for team in answered if large(team)]
    rest = [team for team in answered if team not in alone]
    enough = sum(answered[team] for team in rest) >= SMALLEST and _people(ctx, start, rest) >= SMALLEST
    return _Told(alone, rest if enough else ())


def _people(ctx: PluginContext, start: int, teams: Collection[int]) -> int:
    who = select(func.count(distinct(Case.responder_id))).where(_answered(start), Case.team_id.in_(teams))
    return ctx.session.scalar(who) or 0


def _lines(ctx: PluginContext, here: ColumnElement[bool], group: ColumnElement[int]) -> list[Line]:
    """One for each `group`, which is a team or _TOGETHER."""
    again = Case.reopened > 0
    each = (
        select(
            group.label("team"),
            (Case.settled_at.is_not(None) | again).label("settled"),
            again.label("again"),
            Survey.effort,
        )
        .select_from(Case)
        .outerjoin(Survey, Survey.case_id == Case.id)
        .where(here)
        .subquery()
    )
    one = each.c
    counted = select(
        one.team,
        func.count(),
        _count(one.settled),
        _count(one.again),
        _count(one.effort.is_not(None)),
        _count(one.effort >= 6),
        _count(one.effort <= 4),
    ).group_by(one.team)
    medians = {part: int(minutes) for part, _, minutes in ctx.session.execute(_medians(here, group))}
    names, slugs = ctx.teams.all(), ctx.teams.slugs()
    lines = []
    for team, many, settled, reopened, *effort in ctx.session.execute(counted):
        named = (team or None, names.get(team, OTHERS), slugs.get(team))
        lines.append(Line(*named, many, medians[team], settled, reopened, Net(*effort)))
    return lines


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def _medians(here: ColumnElement[bool], part: ColumnElement[int]) -> Select[Any]:
    """For each `part`: how many, and the middle one of their minutes or the mean of the two."""
    ranked = (
        select(
            part.label("part"),
            Case.minutes,
            func.row_number().over(partition_by=part, order_by=Case.minutes).label("place"),
            func.count().over(partition_by=part).label("many"),
        )
        .where(here)
        .subquery()
    )
    columns = ranked.c
    middle = columns.place.in_(((columns.many + 1) // 2, (columns.many + 2) // 2))
    return select(columns.part, func.max(columns.many), func.avg(columns.minutes)).where(middle).group_by(columns.part)


def _steps(ctx: PluginContext, here: ColumnElement[bool], start: int, days: int) -> Sequence[Step]:
    part = cast((Case.asked_at - start) // (days * DAY // _STEPS), Integer)
    found = {part: (many, minutes) for part, many, minutes in ctx.session.execute(_medians(here, part))}
    first = ctx.clock.today() - days
    steps = []
    for place in range(_STEPS):
        many, minutes = found.get(place, (0, 0))
        steps.append(Step(first + place * days // _STEPS, many, int(minutes) if many >= SMALLEST else None))
    return steps
