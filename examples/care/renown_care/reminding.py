"""A question that waits for long is brought to those who follow it, else to moderators. Once each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from renown.api import DAY, PluginContext, PublicSpace
from renown_care import following, hours, waiting
from renown_care.models import Case

NOTICE = "care.waiting"
_BATCH = 100
#: Older ones are not brought up any more: the plugin may have been switched on late.
_OLDEST = 60 * DAY


def work(ctx: PluginContext) -> bool:
    """The job. Whether there may be more to do."""
    after = ctx.settings["remind_after"] * 60
    if not after:
        return False
    working, now = hours.of(ctx), ctx.clock.now()
    due = [one for one in _waiting(ctx, now - _OLDEST) if working.minutes(one.asked_at, now) >= after]
    if not due:
        return False
    places = {case.id: place for case, place in waiting.among(ctx, due)}
    follow, moderators = following.of(ctx, [one.id for one in due]), ctx.people.with_role("moderator")
    for case in due:
        if case.id in places:
            for person in sorted(follow[case.id]) or moderators:
                _tell(ctx, person, case, places[case.id])
    ctx.session.execute(update(Case).where(Case.id.in_([one.id for one in due])).values(reminded_at=now))
    return len(due) == _BATCH


def withdraw(ctx: PluginContext, answered: Sequence[Case]) -> None:
    """Nothing is asked of anybody any more about these.

    Whoever was told may follow it no more by now, or be no moderator any more: so of all who can read notices.
    """
    if not answered:
        return
    everybody, _ = ctx.people.who_sign_in()
    for case in answered:
        ctx.notify.withdraw(everybody, NOTICE, _subject(case))


def _waiting(ctx: PluginContext, since: int) -> Sequence[Case]:
    query = select(Case).where(Case.state == "waiting", Case.reminded_at.is_(None), Case.quiet.is_(False))
    return ctx.session.scalars(query.where(Case.asked_at > since).order_by(Case.asked_at).limit(_BATCH)).all()


def _tell(ctx: PluginContext, person: int, case: Case, place: PublicSpace | None) -> None:
    where = f" in {place.name}" if place else ""
    title = f"A customer's question{where} waits for a first answer"
    ctx.notify.tell(person, NOTICE, _subject(case), title, url="/care", once="waiting")


def _subject(case: Case) -> str:
    return f"care:{case.id}"
