"""How often somebody may still thank others this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from renown.api import PluginContext, to_date, to_day
from sqlalchemy import func, select, text

from renown_kudos.models import Thanks

# A row of one's own to hold, on SQLite and PostgreSQL alike: whoever comes second waits here until the first is done.
_HOLD = text(
    "INSERT INTO kudos_giver (person_id) VALUES (:person) ON CONFLICT (person_id) DO UPDATE SET person_id = :person"
)


@dataclass(frozen=True)
class Allowance:
    """`left` of `most`, until the day `renews`, counted since 1970."""

    most: int
    left: int
    renews: int


def of(ctx: PluginContext, person: int) -> Allowance:
    """As of now. Months are those of the organisation's time zone.

    What is taken back may be given again, but not without end: whoever was thanked was told each time. What others
    took down may not.
    """
    first, renews = month(ctx.clock.today())
    taken_back = func.count().filter(Thanks.taken_back_at.is_not(None), Thanks.taken_down.is_(False))
    wanted = select(func.count(), taken_back).where(Thanks.giver_id == person, Thanks.day >= first, Thanks.day < renews)
    given, again = ctx.session.execute(wanted).one()
    most = int(ctx.settings["a_month"])
    return Allowance(most, max(0, min(most - given + again, 2 * most - given)), renews)


def hold(ctx: PluginContext, person: int) -> None:
    """Until this transaction ends nobody else gives or takes back in their name."""
    ctx.session.execute(_HOLD, {"person": person})


def month(day: int) -> tuple[int, int]:
    """The first day of the month, and that of the next."""
    first = to_date(day).replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return to_day(first), to_day(after)
