"""How teams do: how soon they answer, how often a question is opened again, how easy customers find it.

A team is that of whoever answered first, then. Lower is better for the first two, and nothing is best, so these are no
boards, which put the highest first and leave out who has nothing. Nothing is told of few people (`enough`): teams of
which nothing can be told, and who is in none, are counted together as "Others" if that can be told, else left out of
everything here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal, or_, select

from renown.api import DAY, PluginContext, from_datetime, to_date
from renown_care import enough
from renown_care.enough import BLOCK, WINDOWS, Piece
from renown_care.models import Case, Survey
from renown_care.survey import Net

OTHERS = "Others"
#: Stands for several teams in what is asked of the database; no team has this number.
_TOGETHER = 0
_BLOCKS = max(WINDOWS) // BLOCK
_UNKNOWN = Net(0, 0, 0)


@dataclass(frozen=True)
class Line:
    """`minutes` is the median of working time to the first answer. `reopened` of `settled` were opened again; both are
    None where there is too little to tell."""

    team: int | None
    name: str
    slug: str | None
    answered: int
    minutes: int
    settled: int | None
    reopened: int | None
    effort: Net

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)

    @property
    def reopened_share(self) -> int | None:
        """In percent."""
        return None if self.reopened is None or not self.settled else round(100 * self.reopened / self.settled)


@dataclass(frozen=True)
class Step:
    """A block of the window: its first day, how many questions of it were answered, and how soon (None: none was)."""

    day: int
    answered: int
    minutes: int | None

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else round(self.minutes / 60, 1)


@dataclass(frozen=True)
class Figures:
    """`whole` is of all that is told here; None where that is nothing. `steps` are of the lines with enough in each."""

    days: int
    whole: Line | None
    teams: Sequence[Line]
    steps: Sequence[Step]


def of(ctx: PluginContext, days: int) -> Figures:
    """Of the questions of the last so many days that were answered."""
    end = _end(ctx)
    counted = _counted(ctx, end)
    groups = {label: group for label, group in _groups(ctx, counted, end).items() if group.told(days)}
    if not groups:
        return Figures(days, None, (), ())
    here = and_(counted, Case.asked_at >= end - days * DAY, Case.team_id.in_(_teams(groups.values())))
    alone = [label for label in groups if label != _TOGETHER]
    label = case((Case.team_id.in_(alone), Case.team_id), else_=_TOGETHER)
    lines = [_cut(line, groups[line.team or _TOGETHER].told(days)) for line in _lines(ctx, here, label)]
    lines.sort(key=lambda line: (line.team is None, line.minutes, line.name))
    return Figures(days, _whole(ctx, here, lines), lines, _steps(ctx, here, end, days, groups.values()))


def of_team(ctx: PluginContext, team: int, days: int) -> Line | None:
    """One team's; None where nothing is told of it."""
    if not _large(ctx, [team]):
        return None
    end = _end(ctx)
    counted = _counted(ctx, end, Case.team_id == team)
    pieces = _pieces(ctx, counted, end)
    told = _Group([team], pieces[team]).told(days) if team in pieces else ()
    if not told:
        return None
    [line] = _lines(ctx, and_(counted, Case.asked_at >= end - days * DAY), literal(team))
    return _cut(line, told)


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


#: By part of a line ("answered", "settled", "effort"), who stands behind it, for each block, the latest first.
_Parts = Mapping[str, Sequence[Piece]]


@dataclass(frozen=True)
class _Group:
    """Teams that are told as one."""

    teams: Sequence[int]
    parts: _Parts

    def told(self, days: int) -> Collection[str]:
        """The parts that are told of a window: none, or what was answered and maybe more."""
        answered = enough.windows(self.parts["answered"])
        if days not in answered:
            return ()
        return [part for part, blocks in self.parts.items() if days in enough.windows(blocks, answered)]


def _end(ctx: PluginContext) -> int:
    """When today ends: windows move by days."""
    day = to_date(ctx.clock.today() + 1)
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=ctx.calendar.zone()))


def _counted(ctx: PluginContext, end: int, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """What was answered, in places that are not private now."""
    asked = and_(Case.asked_at >= end - max(WINDOWS) * DAY, Case.asked_at < end)
    here = and_(asked, Case.answered_at.is_not(None), Case.state != "gone", *which)
    spaces = {one for one in ctx.session.scalars(select(Case.space_id).where(here).distinct()) if one is not None}
    private = spaces - set(ctx.spaces.public(spaces))
    return and_(here, or_(Case.space_id.is_(None), Case.space_id.not_in(private))) if private else here


def _groups(ctx: PluginContext, counted: ColumnElement[bool], end: int) -> Mapping[int, _Group]:
    """By the team's number or _TOGETHER. Which teams are told as one is the same for all windows."""
    pieces = _pieces(ctx, counted, end)
    large = _large(ctx, pieces)
    alone = {team: _Group([team], pieces[team]) for team in large if enough.windows(pieces[team]["answered"])}
    rest = [team for team in pieces if team not in alone]
    parts = {
        part: [enough.together([pieces[team][part][block] for team in rest]) for block in range(_BLOCKS)]
        for part in ("answered", "settled", "effort")
    }
    return alone | ({_TOGETHER: _Group(rest, parts)} if rest else {})


def _pieces(ctx: PluginContext, counted: ColumnElement[bool], end: int) -> Mapping[int, _Parts]:
    """By team: behind what was answered and settled are those who answered, behind what was rated also who asked."""
    block = cast((end - 1 - Case.asked_at) // (BLOCK * DAY), Integer).label("block")
    rated = Survey.effort.is_not(None)
    answerers = (
        select(Case.team_id, block, Case.responder_id, _count(_settled()) > 0, _count(rated) > 0)
        .outerjoin(Survey, Survey.case_id == Case.id)
        .where(counted)
        .group_by(Case.team_id, block, Case.responder_id)
    )
    askers = select(Case.team_id, block, Case.asker_id).join(Survey, Survey.case_id == Case.id).where(counted, rated)
    sides = {"answered": 1, "settled": 1, "effort": 2}
    found: dict[int, dict[str, list[tuple[set[int], ...]]]] = {}
    for team, number, person, settled, effort in ctx.session.execute(answerers):
        if team not in found:
            found[team] = {
                part: [tuple(set() for _ in range(many)) for _ in range(_BLOCKS)] for part, many in sides.items()
            }
        for part, there in (("answered", True), ("settled", settled), ("effort", effort)):
            if there:
                found[team][part][number][0].add(person or 0)
    for team, number, person in ctx.session.execute(askers.distinct()):
        found[team]["effort"][number][1].add(person)
    return {
        team: {part: [tuple(map(frozenset, one)) for one in blocks] for part, blocks in parts.items()}
        for team, parts in found.items()
    }


def _large(ctx: PluginContext, teams: Collection[int]) -> Collection[int]:
    """Those of them that are no smaller than they may be, and would not tell of the few in them who are hidden."""
    today = ctx.clock.today()
    hidden, names, sizes = ctx.teams.hidden(today), ctx.teams.all(), Counter(ctx.teams.everybody(today)[1])
    fewest = enough.SMALLEST
    return [team for team in teams if team in names and sizes[team] >= fewest and not 0 < hidden.get(team, 0) < fewest]


def _teams(groups: Collection[_Group]) -> list[int]:
    return [team for group in groups for team in group.teams]


def _settled() -> ColumnElement[bool]:
    return Case.settled_at.is_not(None) | (Case.reopened > 0)


def _lines(ctx: PluginContext, here: ColumnElement[bool], group: ColumnElement[int]) -> list[Line]:
    """One for each `group`, which is a team or _TOGETHER."""
    each = (
        select(group.label("team"), _settled().label("settled"), (Case.reopened > 0).label("again"), Survey.effort)
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


def _cut(line: Line, told: Collection[str]) -> Line:
    """Without the parts that are not told."""
    if "settled" not in told:
        line = replace(line, settled=None, reopened=None)
    return line if "effort" in told else replace(line, effort=_UNKNOWN)


def _whole(ctx: PluginContext, here: ColumnElement[bool], lines: Sequence[Line]) -> Line:
    """Of all lines, each part of those that tell it."""
    [(_, many, minutes)] = ctx.session.execute(_medians(here, literal(_TOGETHER)))
    settled = sum(line.settled or 0 for line in lines) or None
    reopened = sum(line.reopened or 0 for line in lines) if settled else None
    said = [(line.effort.answers, line.effort.easy, line.effort.hard) for line in lines]
    return Line(None, "All", None, many, int(minutes), settled, reopened, Net(*map(sum, zip(*said, strict=True))))


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


def _steps(
    ctx: PluginContext, here: ColumnElement[bool], end: int, days: int, groups: Collection[_Group]
) -> Sequence[Step]:
    """The oldest first."""
    teams = _teams([group for group in groups if enough.stepped(group.parts["answered"], days)])
    if not teams:
        return ()
    block = cast((end - 1 - Case.asked_at) // (BLOCK * DAY), Integer)
    of_these = _medians(and_(here, Case.team_id.in_(teams)), block)
    found = {number: (many, int(minutes)) for number, many, minutes in ctx.session.execute(of_these)}
    tomorrow, steps = ctx.clock.today() + 1, []
    for number in reversed(range(days // BLOCK)):
        many, middle = found.get(number, (0, None))
        steps.append(Step(tomorrow - (number + 1) * BLOCK, many, middle))
    return steps
