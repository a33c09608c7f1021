"""The comparison by team, and as exports give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from renown.api import PluginContext, Viewer, to_date
from renown_influence import comparing, epochs, steps
from renown_influence.comparing import Both, Comparison, Longs, Side


@dataclass(frozen=True)
class Team:
    """So many of its people, or more, stand out; 0 where it may not be told."""

    slug: str
    name: str
    heard: int
    busy: int


def told(ctx: PluginContext, viewer: Viewer) -> dict[str, Any]:
    """For programs. Raises LookupError where the viewer may see no boards of people."""
    found = of(ctx, viewer)
    return data(found, by_team(ctx, found) if found is not None else ())


def of(ctx: PluginContext, viewer: Viewer) -> Comparison | None:
    """None as well where there is nothing to compare yet. Raises LookupError as above."""
    found = comparing.of(ctx, viewer)
    return found if found is not None and not found.empty else None


def quarter(ctx: PluginContext, period: str) -> str:
    """Of which quarter the points are: "Q3 2026"."""
    this = epochs.quarter(ctx.clock.today())
    first = to_date(this if period == "this-quarter" else epochs.quarter(this - 1))
    return f"Q{(first.month + 2) // 3} {first.year}"


def named(found: Comparison, person: int | None) -> bool:
    """Whether others read this person's name in one of the two lists."""
    return any(one.line.subject_id == person for side in (found.heard, found.busy) for one in side.named)


def by_team(ctx: PluginContext, found: Comparison) -> Sequence[Team]:
    """Those of which anything may be told, most people first."""
    names, slugs = ctx.teams.all(), ctx.teams.slugs()
    who, theirs = (np.frombuffer(column, np.int64) for column in ctx.teams.everybody(ctx.clock.today()))
    _, here, there = np.intersect1d(found.people, who, assume_unique=True, return_indices=True)
    teams, at = np.unique(theirs[there], return_inverse=True)
    whole = np.bincount(at, minlength=len(teams))

    def told(side: Side) -> list[int]:
        counts: Longs = np.bincount(at[side.who[here]], minlength=len(teams))
        return [int(one) for one in steps.told(counts, whole)]

    rows = zip(teams.tolist(), told(found.heard), told(found.busy), strict=True)
    listed = [Team(slugs[team], names[team], heard, busy) for team, heard, busy in rows if team in names]
    return sorted((one for one in listed if one.heard or one.busy), key=lambda one: (-one.heard, -one.busy, one.name))


def data(found: Comparison | None, teams: Sequence[Team]) -> dict[str, Any]:
    """Counts of teams are steps: so many, or more. `..._others` is None where they are too few to be counted."""
    if found is None:
        return {"period": None, "heard": [], "busy": [], "heard_others": 0, "busy_others": 0, "you": "", "teams": []}
    return {
        "period": found.period,
        "heard": [row(one) for one in found.heard.named],
        "busy": [row(one) for one in found.busy.named],
        "heard_others": found.heard.others,
        "busy_others": found.busy.others,
        "you": found.mine,
        "teams": [{"team": one.slug, "heard": one.heard or None, "busy": one.busy or None} for one in teams],
    }


def row(one: Both) -> dict[str, object]:
    return {
        "person": one.line.key,
        "name": one.line.name,
        "activity": one.activity / 1000,
        "influence": one.influence / 1000,
    }
