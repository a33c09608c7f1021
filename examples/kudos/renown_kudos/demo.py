"""Thanks in the organisation that `renown demo` makes up."""

from __future__ import annotations

import random

from renown.api import DemoDay, PluginContext, Viewer

from renown_kudos import giving
from renown_kudos.giving import NotNow, Refused

_REASONS = (
    "You stayed on the call until the pump ran again.",
    "Your page on the valve saved me a whole morning.",
    "You took the customer's question when nobody else knew.",
    "For reading my change twice, and finding what I had missed.",
    "For showing the new ones around all week.",
)
#: Of a hundred colleagues, how many thank somebody on a day.
_SHARE = 8
_PRIVATE = 0.2


def live(ctx: PluginContext, day: DemoDay) -> None:
    """The same on the same day of the same demo. Who is hidden is thanked by nobody."""
    chance = random.Random(f"{day.seed}:kudos:{day.day}")  # noqa: S311 - it keeps no secret
    people = list(day.colleagues)
    for number in range(-(-len(people) * _SHARE // 100)):
        giver, receiver, reason = chance.choice(people), chance.choice(people), chance.choice(_REASONS)
        private, viewer = chance.random() < _PRIVATE, Viewer(giver, "member")
        found = ctx.people.shown(viewer, [receiver]).get(receiver)
        if found is None or giver == receiver:
            continue
        try:
            giving.give(ctx, viewer, found.handle, reason, private=private, once=f"demo:{day.day}:{number}")
        except (NotNow, Refused):
            continue
