"""Questions that nobody has answered yet, or that need no answer: the oldest first, in public places alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func, select, tuple_

from renown.api import PluginContext, PublicSpace, Shown, Viewer, to_datetime
from renown_care import following, hours
from renown_care.models import Case
from renown_care.telling import State

PAGE = 50
_CHUNK = 200


@dataclass(frozen=True)
class Line:
    """`minutes` are of working time since it was asked. `followers` are those whom the viewer may see; `others` more
    follow it. `url` leads to the question, else to its place, where either is known."""

    id: int
    place: PublicSpace | None
    url: str | None
    asked_at: int
    minutes: int
    followers: Sequence[Shown]
    others: int
    mine: bool

    @property
    def hours(self) -> int:
        return self.minutes // 60


@dataclass(frozen=True)
class Listed:
    """`after` is where the next page begins, None on the last one."""

    lines: Sequence[Line]
    after: int | None


def listed(
    ctx: PluginContext,
    viewer: Viewer,
    after: int = 0,
    limit: int = PAGE,
    *,
    state: State = "waiting",
    places: Collection[str] | None = None,
) -> Listed:
    """A page of them, behind the case `after`; of `places` by name (None: of all)."""
    every = public(ctx, after, state)
    chosen = ((case, place) for case, place in every if places is None or (place and place.name in places))
    found = list(islice(chosen, limit + 1))
    shown = found[:limit]
    return Listed(_lines(ctx, viewer, shown), shown[-1][0].id if len(found) > limit else None)


def count(ctx: PluginContext) -> int:
    """How many wait, those in private places among them: to reckon with, not to show."""
    return ctx.session.scalar(select(func.count()).select_from(Case).where(Case.state == "waiting")) or 0


def public(ctx: PluginContext, after: int = 0, state: State = "waiting") -> Iterator[tuple[Case, PublicSpace | None]]:
    """All that wait, the oldest first, with where they were asked: not those in a place that became private."""
    last = ctx.session.get(Case, after) if after else None
    place = (last.asked_at, last.id) if last else None
    while True:
        query = select(Case).where(Case.state == state).order_by(Case.asked_at, Case.id).limit(_CHUNK)
        if place is not None:
            query = query.where(tuple_(Case.asked_at, Case.id) > place)
        cases = ctx.session.scalars(query).all()
        yield from among(ctx, cases)
        if len(cases) < _CHUNK:
            return
        place = (cases[-1].asked_at, cases[-1].id)


def among(ctx: PluginContext, cases: Sequence[Case]) -> Iterator[tuple[Case, PublicSpace | None]]:
    """Those of them that were not asked in a place that became private, and where they were asked."""
    spaces = ctx.spaces.public({one.space_id for one in cases if one.space_id is not None})
    for one in cases:
        if one.space_id is None or one.space_id in spaces:
            yield one, spaces.get(one.space_id or 0)


def is_open(ctx: PluginContext, case: int, state: State = "waiting") -> bool:
    """Whether it waits, and in public: of others nobody is told that they exist."""
    found = ctx.session.get(Case, case)
    return found is not None and found.state == state and any(among(ctx, [found]))


def _lines(ctx: PluginContext, viewer: Viewer, cases: Sequence[tuple[Case, PublicSpace | None]]) -> Sequence[Line]:
    pages = ctx.sources.pages([one.object for one, _ in cases])
    follow = following.of(ctx, [one.id for one, _ in cases])
    shown = ctx.people.shown(viewer, {one for people in follow.values() for one in people}) if viewer.employee else {}
    working, now = hours.of(ctx), ctx.clock.now()
    lines = []
    for one, place in cases:
        people = follow[one.id]
        named = sorted((shown[person] for person in people if person in shown), key=lambda person: person.name)
        lines.append(
            Line(
                id=one.id,
                place=place,
                url=pages.get(one.object) or (place.url if place else None),
                asked_at=one.asked_at,
                minutes=working.minutes(one.asked_at, now),
                followers=named,
                others=len(people) - len(named),
                mine=viewer.person_id in people,
            )
        )
    return lines


def data(line: Line) -> dict[str, Any]:
    """As JSON: instants in ISO 8601."""
    return {
        "id": line.id,
        "place": line.place.name if line.place else None,
        "source": line.place.source if line.place else None,
        "url": line.url,
        "asked_at": f"{to_datetime(line.asked_at):%Y-%m-%dT%H:%M:%SZ}",
        "working_hours": round(line.minutes / 60, 1),
        "followers": [one.handle for one in line.followers],
        "others": line.others,
    }
