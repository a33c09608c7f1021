"""What somebody may read: public thanks among people whom they may see, and all of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renown.api import PluginContext, Shown, Viewer
from sqlalchemy import ColumnElement, false, or_, select

from renown_kudos import giving
from renown_kudos.models import Thanks

SHOWS = ("everyone", "to-you", "from-you")
PAGE = 20
#: Rows that are looked at for one page: where most people are hidden, pages are shorter.
_LOOKED_AT = 100


@dataclass(frozen=True)
class Line:
    """One thank-you as the viewer may see it.

    `until` (microseconds): when they can take it back no more, else None. `down`: whether they can take it down.
    """

    key: str
    giver: Shown
    receiver: Shown
    reason: str
    private: bool
    at: int
    until: int | None
    down: bool


@dataclass(frozen=True)
class Page:
    """`before` leads on; None where there is nothing older."""

    lines: Sequence[Line]
    before: int | None


def page(ctx: PluginContext, viewer: Viewer, show: str, before: int | None = None, limit: int = PAGE) -> Page:
    """The newest first. `show` is one of SHOWS."""
    mine = viewer.person_id
    which: dict[str, ColumnElement[bool]] = {
        "to-you": Thanks.receiver_id == mine if mine is not None else false(),
        "from-you": Thanks.giver_id == mine if mine is not None else false(),
    }
    return _read(ctx, viewer, which.get(show, Thanks.private.is_(False)), before, limit)


def to_person(ctx: PluginContext, viewer: Viewer, person: int, limit: int = 5) -> Sequence[Line]:
    """Thanks to somebody, the newest first: the public ones, and those that are the viewer's own business."""
    return _read(ctx, viewer, Thanks.receiver_id == person, None, limit).lines


def _read(ctx: PluginContext, viewer: Viewer, which: ColumnElement[bool], before: int | None, limit: int) -> Page:
    open_: ColumnElement[bool] = Thanks.private.is_(False)
    if viewer.person_id is not None:
        open_ = or_(open_, Thanks.giver_id == viewer.person_id, Thanks.receiver_id == viewer.person_id)
    # Between two who turned out to be one there is nothing to read.
    two = Thanks.giver_id != Thanks.receiver_id
    wanted = select(Thanks).where(which, open_, two, Thanks.taken_back_at.is_(None))
    if before is not None:
        wanted = wanted.where(Thanks.id < before)
    rows = ctx.session.scalars(wanted.order_by(Thanks.id.desc()).limit(_LOOKED_AT)).all()
    shown = ctx.people.shown(viewer, {person for one in rows for person in _pair(one)})
    own = [one for one in rows if viewer.person_id in _pair(one)]
    seen = [one for one in rows if one in own or all(person in shown for person in _pair(one))]
    people = {**_by_name(ctx, own), **shown}
    lines = [_line(ctx, viewer, one, people) for one in seen[:limit]]
    if len(seen) > limit:
        return Page(lines, seen[limit - 1].id)
    return Page(lines, rows[-1].id if len(rows) == _LOOKED_AT else None)


def _by_name(ctx: PluginContext, own: Sequence[Thanks]) -> Mapping[int, Shown]:
    """Whom somebody thanked or was thanked by they know by name, though the page of who is hidden is not theirs."""
    names = ctx.people.names({person for one in own for person in _pair(one)})
    return {person: Shown(person, "", name) for person, name in names.items()}


def _pair(one: Thanks) -> tuple[int, int]:
    return one.giver_id, one.receiver_id


def _line(ctx: PluginContext, viewer: Viewer, one: Thanks, people: Mapping[int, Shown]) -> Line:
    until = giving.until(ctx, one) if one.giver_id == viewer.person_id else 0
    late = ctx.clock.now() >= until
    return Line(
        one.key,
        people[one.giver_id],
        people[one.receiver_id],
        one.reason,
        one.private,
        one.at,
        None if late else until,
        giving.may_take_down(ctx, viewer, one),
    )
