"""Why somebody's number of thanks is what it is, in words."""

from __future__ import annotations

from datetime import date, timedelta

from renown.api import Explanation, PluginContext, to_day
from sqlalchemy import func, select

from renown_kudos.allowance import month
from renown_kudos.models import Thanks

_ROLLING = 30


def received(ctx: PluginContext, person: int, period: str) -> Explanation | None:
    """Of the public ones alone, for whoever may see the number reads it. None where there are none."""
    first, after = days(period, ctx.clock.today())
    wanted = select(func.count(), func.count(Thanks.giver_id.distinct())).where(
        Thanks.receiver_id == person,
        Thanks.private.is_(False),
        Thanks.taken_back_at.is_(None),
        Thanks.day >= first,
        Thanks.day < after,
    )
    thanks, people = ctx.session.execute(wanted).one()
    if not thanks:
        return None
    said = "One thank-you" if thanks == 1 else f"{thanks} thank-yous"
    by = "one colleague" if people == 1 else f"{people} colleagues"
    return Explanation(f"{said} in public, from {by}. Private ones are not told here.")


def days(period: str, today: int) -> tuple[int, int]:
    """The first day of a period ("all", "2026", "2026-Q2", "2026-05", "2026-W21", "rolling") and the one after it."""
    if period == "all":
        return 0, today + 366
    if period == "rolling":
        return today - _ROLLING + 1, today + 1
    year, _, part = period.partition("-")
    if not part:
        return to_day(date(int(year), 1, 1)), to_day(date(int(year) + 1, 1, 1))
    if part.startswith("W"):
        monday = date.fromisocalendar(int(year), int(part[1:]), 1)
        return to_day(monday), to_day(monday + timedelta(days=7))
    if part.startswith("Q"):
        last = 3 * int(part[1:])
        return to_day(date(int(year), last - 2, 1)), month(to_day(date(int(year), last, 1)))[1]
    return month(to_day(date(int(year), int(part), 1)))
