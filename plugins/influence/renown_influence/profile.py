"""All that is told of one person's influence, for pages and for the API alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from renown.api import Line, PluginContext, Shown, Viewer, to_date
from renown_influence import quality, received, run, timeline, told, topics
from renown_influence.models import Run
from renown_influence.received import Received
from renown_influence.timeline import Timeline
from renown_influence.told import Told
from renown_influence.topics import KnownFor


@dataclass(frozen=True)
class Profile:
    """`line` and `quality` are None where there is no number, `told` where it cannot be taken apart any more.

    Without a line there is no history either.
    """

    person: Shown
    own: bool
    run: Run | None
    line: Line | None
    quality: Line | None
    received: Received | None
    told: Told | None
    timeline: Timeline
    topics: Sequence[KnownFor]


def of(ctx: PluginContext, viewer: Viewer, person: Shown) -> Profile:
    """The caller has asked the gate for the person; numbers are asked for here."""
    shown = run.newest(ctx)
    day = shown.day if shown is not None else ctx.clock.today()
    line = ctx.standings.of(viewer, person.id, run.MEASURE) if shown is not None else None
    well = ctx.standings.of(viewer, person.id, quality.MEASURE)
    return Profile(
        person,
        person.id == viewer.person_id,
        shown,
        line,
        well,
        received.of(ctx, person.id) if well is not None else None,
        told.of(ctx, viewer, person, line.amount) if line is not None else None,
        timeline.of(ctx, person.id, day) if line is not None else Timeline((), (), day),
        topics.known_for(ctx, viewer, person.id),
    )


def data(found: Profile) -> dict[str, Any]:
    """As the API and the export give it. Voices are in whole ones: 1 is one's own."""
    told, day = found.told, found.run.day if found.run is not None else None
    return {
        "person": found.person.handle,
        "name": found.person.name,
        "day": to_date(day) if day is not None else None,
        "influence": _units(found.line),
        "place": found.line.rank if found.line is not None else None,
        "quality": _units(found.quality),
        "quality_for": found.received.good if found.received is not None else None,
        "quality_against": found.received.bad if found.received is not None else None,
        "quality_average": found.received.average if found.received is not None else None,
        "value": told.value / 1000 if told is not None else None,
        "unit": round(told.unit, told.digits) if told is not None else None,
        "own": told.own / 1000 if told is not None else None,
        "brought": told.brought / 1000 if told is not None else None,
        "rounding": told.rounding / 1000 if told is not None else None,
        "people": told.people if told is not None else None,
        "from": [] if told is None else [_line(one, told) for one in told.lines],
        "others": None
        if told is None or told.others is None
        else {
            "people": told.others.people,
            "percent": told.others.percent,
            "brought": told.others.brought / 1000 if told.whole else None,
        },
        "topics": [
            {"topic": one.topic.id, "name": one.topic.name, "influence": one.line.amount / 1000, "place": one.line.rank}
            for one in found.topics
        ],
        "history": [
            {
                "day": to_date(step.day),
                "influence": step.amount / 1000,
                "scale_anew": step.anew,
                "fell": step.fell or None,
            }
            for step in found.timeline.steps
        ],
    }


def _line(one: told.Line, found: Told) -> dict[str, Any]:
    """The numbers behind it are None where they are not told."""
    behind = one.behind
    numbers = (one.brought / 1000, round(behind.weight, 4), round(behind.share, 4), round(behind.voice, 4))
    names = ("brought", "strength", "share", "voice")
    return {
        "person": one.person.handle,
        "name": one.person.name,
        "percent": one.percent,
        **{name: number if found.whole else None for name, number in zip(names, numbers, strict=True)},
        "acts": one.acts,
        "last": to_date(one.last),
    }


def _units(line: Line | None) -> float | None:
    return None if line is None else line.amount / 1000
