"""When two people turn out to be one, or one asks to be forgotten: what they were asked and said as experts follows."""

from __future__ import annotations

from sqlalchemy import delete, insert, literal, select, update

from renown.api import PluginContext
from renown_ideation.models import Asked, Judged, Moved

#: Of what one of them was asked, and of what both were: where the one who stays had not answered, the other's card
#: passes on.
_ONE, _BOTH = "asked", "asked-too"
#: The state of what both were asked, for the one who is gone.
_MERGED = "merged"


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    ctx.session.execute(delete(Moved).where(Moved.kind.in_((_ONE, _BOTH)), Moved.gone_id == gone))
    own = {one.idea_id: one for one in _of(ctx, kept)}
    for one in _of(ctx, gone):
        mine, copied = own.get(one.idea_id), False
        if mine is None:
            one.person_id = kept
            _pass_values(ctx, one.idea_id, gone, kept)
        else:
            copied = mine.state == "asked" and one.state == "answered"
            if copied:
                mine.state, mine.answered_at, mine.note = one.state, one.answered_at, one.note
                _copy_values(ctx, one.idea_id, gone, kept)
            one.state = _MERGED
        kind = _ONE if mine is None else _BOTH
        ctx.session.add(Moved(kind=kind, row_id=one.id, gone_id=gone, kept_id=kept, passed_on=mine is None or copied))
    ctx.session.flush()


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Each has what was theirs. Comes before what forgets what moved."""
    moved = select(Moved).where(Moved.gone_id == gone, Moved.kind.in_((_ONE, _BOTH)))
    for one in ctx.session.scalars(moved).all():
        asked = ctx.session.get(Asked, one.row_id)
        if asked is None:
            continue
        if one.kind == _ONE:
            if asked.person_id == kept:
                asked.person_id = gone
                _pass_values(ctx, asked.idea_id, kept, gone)
        else:
            _part(ctx, asked, kept, took=one.passed_on)
    ctx.session.flush()


def erased(ctx: PluginContext, person: int) -> None:
    for theirs in (Judged, Asked):
        ctx.session.execute(delete(theirs).where(theirs.person_id == person))
    ctx.session.execute(update(Asked).where(Asked.by_id == person).values(by_id=None))


def _of(ctx: PluginContext, person: int) -> list[Asked]:
    return list(ctx.session.scalars(select(Asked).where(Asked.person_id == person).order_by(Asked.id)))


def _part(ctx: PluginContext, asked: Asked, kept: int, *, took: bool) -> None:
    """`took`: the one who stays had no card but this one, which goes back, unless they wrote another since."""
    wrote = select(Judged.person_id).where(Judged.idea_id == asked.idea_id, Judged.person_id == asked.person_id)
    answered = ctx.session.scalar(wrote.limit(1)) is not None
    asked.state = "answered" if answered else "asked" if asked.answered_at is None else "declined"
    mine = ctx.session.scalar(select(Asked).where(Asked.idea_id == asked.idea_id, Asked.person_id == kept))
    if took and mine is not None and mine.answered_at == asked.answered_at:
        mine.state, mine.answered_at, mine.note = "asked", None, ""
        ctx.session.execute(delete(Judged).where(Judged.idea_id == asked.idea_id, Judged.person_id == kept))


def _pass_values(ctx: PluginContext, idea: int, from_: int, to: int) -> None:
    ctx.session.flush()
    theirs = (Judged.idea_id == idea, Judged.person_id == from_)
    ctx.session.execute(update(Judged).where(*theirs).values(person_id=to))


def _copy_values(ctx: PluginContext, idea: int, from_: int, to: int) -> None:
    theirs = select(Judged.idea_id, literal(to), Judged.criterion, Judged.value, Judged.at).where(
        Judged.idea_id == idea, Judged.person_id == from_
    )
    ctx.session.execute(insert(Judged).from_select(["idea_id", "person_id", "criterion", "value", "at"], theirs))
