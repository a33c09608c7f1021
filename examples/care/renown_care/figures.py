"""How teams do: how soon they answer, how often a question is opened again, how easy customers find it.

A team is that of whoever answered first, then. Lower is better for the first two, so these are no boards, which put the
highest first. Nothing is told of a group so small that it tells of somebody: such teams, and who is in none, are
counted together as "Others" if they are many enough, else left out of everything here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, distinct, func, select

from renown.api import DAY, PluginContext, to_date
from renown_care.models import Case, Survey
from renown_care.survey import Net

#: Days that one may look back over.
WINDOWS = (30, 90, 365)
#: The smallest group of people, and of questions.
SMALLEST = 5
_STEPS = 12
OTHERS = "Others"


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
    groups = _groups(ctx, start)
    told = [one for members in groups.values() for one in members]
    names, slugs = ctx.teams.all(), ctx.teams.slugs()
    teams = []
    for team, members in groups.items():
        name = names[team] if team is not None else OTHERS
        teams.append(_line(ctx, start, members, (team, name, slugs[team] if team is not None else None)))
    teams.sort(key=lambda line: (line.team is None, line.minutes, line.name))
    whole = _line(ctx, start, told, (None, "All", None)) if told else None
    return Figures(days, whole, teams, _steps(ctx, start, days, told) if told else ())


def of_team(ctx: PluginContext, team: int, days: int) -> Line | None:
    """One team's; None where nothing is told of it."""
    return next((one for one in of(ctx, days).teams if one.team == team), None)


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


def _groups(ctx: PluginContext, start: int) -> Mapping[int | None, Collection[int]]:
    """The teams that are told, each alone, and those that are told together (None)."""
    counted = select(Case.team_id, func.count()).where(_answered(start)).group_by(Case.team_id)
    answered = {row[0]: row[1] for row in ctx.session.execute(counted)}
    today = ctx.clock.today()
    hidden, names = ctx.teams.hidden(today), ctx.teams.all()
    sizes: dict[int, int] = {}
    for team in ctx.teams.everybody(today)[1]:
        sizes[team] = sizes.get(team, 0) + 1

    def large(team: int) -> bool:
        few = 0 < hidden.get(team, 0) < SMALLEST
        return team in names and sizes.get(team, 0) >= SMALLEST and answered[team] >= SMALLEST and not few

    groups: dict[int | None, Collection[int]] = {team: [team] for team in answered if large(team)}
    rest = [team for team in answered if team not in groups]
    if sum(answered[team] for team in rest) >= SMALLEST and _people(ctx, start, rest) >= SMALLEST:
        groups[None] = rest
    return groups


def _people(ctx: PluginContext, start: int, teams: Collection[int]) -> int:
    who = select(func.count(distinct(Case.responder_id))).where(_answered(start), Case.team_id.in_(teams))
    return ctx.session.scalar(who) or 0


def _line(ctx: PluginContext, start: int, teams: Collection[int], named: tuple[int | None, str, str | None]) -> Line:
    here = and_(_answered(start), Case.team_id.in_(teams))
    again = Case.reopened > 0
    counts = select(
        func.count(),
        _count(Case.settled_at.is_not(None) | again),
        _count(again),
        _count(Survey.effort.is_not(None)),
        _count(Survey.effort >= 6),
        _count(Survey.effort <= 4),
    )
    joined = counts.select_from(Case).outerjoin(Survey, Survey.case_id == Case.id).where(here)
    answered, settled, reopened, answers, easy, hard = ctx.session.execute(joined).one()
    [(_, _, minutes)] = ctx.session.execute(_medians(here, cast(0, Integer))).all()
    return Line(*named, answered, int(minutes), settled, reopened, Net(answers, easy, hard))


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


def _steps(ctx: PluginContext, start: int, days: int, teams: Collection[int]) -> Sequence[Step]:
    width = days * DAY // _STEPS
    part = cast((Case.asked_at - start) // width, Integer)
    here = and_(_answered(start), Case.team_id.in_(teams))
    found = {part: (many, minutes) for part, many, minutes in ctx.session.execute(_medians(here, part)).all()}
    first = ctx.clock.today() - days
    steps = []
    for place in range(_STEPS):
        many, minutes = found.get(place, (0, 0))
        steps.append(Step(first + place * days // _STEPS, many, int(minutes) if many >= SMALLEST else None))
    return steps
