"""Who was asked about what, and forgetting it: of what was refused only a digest stays, so that nobody asks again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from renown.api import DAY, PluginContext
from renown_ideation.models import Intake

ASKED = "ideation.intake"
#: How long an author has to answer.
_KEPT = 30 * DAY
_BATCH = 200


def subject(number: int) -> str:
    return f"intake:{number}"


def known(ctx: PluginContext, source: str, key: str) -> bool:
    """Whether somebody was asked about this message, whatever they said."""
    same = Intake.object.in_((key, digest(ctx, source, key)))
    return ctx.session.scalar(select(Intake.id).where(Intake.source == source, same).limit(1)) is not None


def digest(ctx: PluginContext, source: str, key: str) -> str:
    return ctx.sign.derive("intake", f"{source}\n{key}")


def mine(ctx: PluginContext, number: int, person: int) -> Intake | None:
    """What a person is still asked."""
    found = ctx.session.get(Intake, number)
    return found if found is not None and found.author_id == person and found.state == "asked" else None


def refuse(ctx: PluginContext, found: Intake) -> None:
    """All that is known of the message goes."""
    if found.author_id is not None:
        ctx.notify.withdraw([found.author_id], ASKED, subject(found.id))
    drop(ctx, found)
    found.object, found.state = digest(ctx, found.source, found.object), "refused"
    found.thread = found.author_id = found.by_id = found.url = found.board_id = found.sender = None
    ctx.session.flush()


def drop(ctx: PluginContext, found: Intake) -> None:
    """The mail that was kept until its sender confirmed it."""
    if found.kept is not None:
        ctx.files.delete(found.kept)
        found.kept = None


def late(now: int) -> Select[int]:
    """What `tidy` has to do."""
    return select(Intake.id).where(*_old(now))


def _old(now: int) -> tuple[ColumnElement[bool], ...]:
    return Intake.state == "asked", Intake.at < now - _KEPT


def tidy(ctx: PluginContext) -> bool:
    """A job: who did not answer in time is taken to have refused. Whether there may be more."""
    old = select(Intake).where(*_old(ctx.clock.now()))
    found = ctx.session.scalars(old.order_by(Intake.id).limit(_BATCH)).all()
    for one in found:
        refuse(ctx, one)
    return len(found) == _BATCH


def marked(ctx: PluginContext, person: int) -> int:
    """How many messages somebody marked within a day."""
    since = Intake.at > ctx.clock.now() - DAY
    return ctx.session.scalar(select(func.count()).select_from(Intake).where(Intake.by_id == person, since)) or 0


def waiting(ctx: PluginContext, person: int) -> int:
    """How many questions somebody has before them."""
    theirs = Intake.author_id == person, Intake.state == "asked"
    return ctx.session.scalar(select(func.count()).select_from(Intake).where(*theirs)) or 0


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    for column in (Intake.author_id, Intake.by_id):
        ctx.session.execute(update(Intake).where(column == gone).values({column.key: kept}))


def erased(ctx: PluginContext, person: int) -> None:
    """Idempotent. What became an idea stays linked to it, without a name."""
    for one in ctx.session.scalars(select(Intake).where(Intake.author_id == person, Intake.state == "asked")).all():
        drop(ctx, one)
    ctx.session.execute(delete(Intake).where(Intake.author_id == person, Intake.state == "asked"))
    for column in (Intake.author_id, Intake.by_id):
        ctx.session.execute(update(Intake).where(column == person).values({column.key: None}))
    ctx.session.expire_all()


def of(ctx: PluginContext, person: int) -> Sequence[dict[str, object]]:
    """What is kept of it, for the person."""
    theirs = or_(Intake.author_id == person, Intake.by_id == person)
    return [
        {"source": one.source, "message": one.object, "state": one.state, "marked_by_you": one.by_id == person}
        for one in ctx.session.scalars(select(Intake).where(theirs).order_by(Intake.id))
    ]
