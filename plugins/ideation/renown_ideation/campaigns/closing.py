"""The vote is over: what was frozen is compared with what is there, the ballots are counted, the file is written."""

from __future__ import annotations

import json

from renown.api import PluginContext
from renown_ideation.campaigns import opening, published
from renown_ideation.counting.canonical import canonical
from renown_ideation.counting.canonical import sha256 as hashed
from renown_ideation.models import Campaign


class Changed(ValueError):
    """What was frozen at the opening is not what is there. The text says what."""


def count(ctx: PluginContext, campaign: Campaign) -> None:
    """The caller holds the campaign alone. Raises Changed."""
    opened = json.loads(campaign.opening or "{}")
    options = hashed(one.line() for one in opening.options(ctx, campaign.id))
    electorate = hashed(one.line() for one in published.voters(ctx, campaign.id))
    for name, now in (("options", options), ("electorate", electorate)):
        if opened[f"{name}_sha256"] != now:
            raise Changed(f"The {name} are not what they were when the vote opened: their hash is another one.")
    at = ctx.clock.now()
    last = json.loads(published.write(ctx, campaign, at))
    campaign.result, campaign.counted_at = canonical(last).decode(), at
