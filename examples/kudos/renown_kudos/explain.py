"""Why somebody's number of thanks is what it is, in words."""

from __future__ import annotations

from renown.api import Explanation, PluginContext, period_days
from sqlalchemy import func, select

from renown_kudos.models import Thanks


def received(ctx: PluginContext, person: int, period: str) -> Explanation | None:
    """Of the public ones alone, for whoever may see the number reads it. None where there are none."""
    first, last = period_days(period, ctx.clock.today())
    wanted = select(func.count(), func.count(Thanks.giver_id.distinct())).where(
        Thanks.receiver_id == person,
        Thanks.giver_id != person,
        Thanks.private.is_(False),
        Thanks.taken_back_at.is_(None),
        Thanks.day >= first,
        Thanks.day <= last,
    )
    thanks, people = ctx.session.execute(wanted).one()
    if not thanks:
        return None
    said = "One thank-you" if thanks == 1 else f"{thanks} thank-yous"
    by = "one colleague" if people == 1 else f"{people} colleagues"
    return Explanation(f"{said} in public, from {by}. Private ones are not told here.")
