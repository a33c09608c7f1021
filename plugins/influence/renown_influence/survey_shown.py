"""What a viewer is told of a report: names as the privacy settings allow, and no count of those who are not shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from renown.api import PluginContext, Shown, Viewer, to_datetime
from renown_influence import report as reports
from renown_influence.models import Survey


@dataclass(frozen=True)
class Names:
    """People by name, in that order; and how many more there are, in whole fives: one is not told of."""

    people: list[Shown]
    others: int

    def __bool__(self) -> bool:
        return bool(self.people or self.others)

    def handles(self) -> list[str]:
        return [one.handle for one in self.people]


def of(ctx: PluginContext, viewer: Viewer, survey: Survey) -> dict[str, Any]:
    """Of one that has ended."""
    return told(ctx, viewer, survey.report or {"few": True})


def whole(ctx: PluginContext, viewer: Viewer, survey: Survey) -> dict[str, Any]:
    """One that has ended, for programs."""
    return {"survey": survey.id, "title": survey.title, "report": data(of(ctx, viewer, survey))}


def line(survey: Survey) -> dict[str, Any]:
    """One that has ended, in the list for programs. `report` is whether so many answered that there is one."""
    there = not (survey.report or {"few": True})["few"]
    return {"survey": survey.id, "title": survey.title, "ended": to_datetime(survey.closes_at), "report": there}


def told(ctx: PluginContext, viewer: Viewer, report: Mapping[str, Any]) -> dict[str, Any]:
    """A kept report, with `Names` for numbers."""
    if report["few"]:
        return dict(report)
    shown = ctx.people.shown(viewer, sorted(reports.people_of(report)))
    most = _names(report["most"], shown)
    compared = [
        one
        | {name: _names(one[name], shown) for name in ("heard", "busy")}
        | {"overlaps": _overlaps(one["overlaps"], report["most"], most)}
        for one in report["compared"]
    ]
    return dict(report) | {"most": most, "compared": compared}


def data(report: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, for programs: handles alone."""
    if report["few"]:
        return dict(report)
    compared = [one | {"heard": one["heard"].handles(), "busy": one["busy"].handles()} for one in report["compared"]]
    return dict(report) | {"most": report["most"].handles(), "compared": compared}


def rows(compared: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    """One measure as lines of a table."""
    first = tuple(compared[name] for name in ("measure", "people", "agreement", "low", "high"))
    for one in compared["overlaps"] or [dict.fromkeys(("most", "highest", "both", "chance"))]:
        yield *first, one["most"], one["highest"], one["both"], one["chance"]


def _names(people: Collection[int], shown: Mapping[int, Shown]) -> Names:
    known = [shown[one] for one in people if one in shown]
    return Names(sorted(known, key=lambda one: (one.name.lower(), one.id)), reports.fives(len(people) - len(known)))


def _overlaps(overlaps: list[dict[str, Any]], most: Collection[int], names: Names) -> list[dict[str, Any]]:
    """Without those that count everybody who is named, where one to four of them are not shown."""
    hidden = len(most) - len(names.people)
    return [one for one in overlaps if not 0 < hidden < reports.SMALLEST or one["most"] < len(most)]
