"""How finely a score may be taken apart for one viewer: exactly, where no number of it tells of somebody else.

What is left of an act, beside its day and weight, tells how many working days its owner worked since, and so when they
were away: that is for the owner alone. What a rater relies on in all, and how loud they are, holds what they did in
private, where that counts: then not even the owner is told it, since from two nights it would follow.
"""

from __future__ import annotations

from enum import Enum

from renown.api import PluginContext


class Detail(Enum):
    """What is told of each rater. Their acts, as far as all may read them, and their part in percent always are."""

    #: Every number, from each act to what they bring.
    WHOLE = "whole"
    #: What is left of each act.
    ACTS = "acts"
    #: Nothing more.
    PARTS = "parts"


def of(ctx: PluginContext, *, own: bool) -> Detail:
    if not own:
        return Detail.PARTS
    return Detail.ACTS if private_counts(ctx) else Detail.WHOLE


def private_counts(ctx: PluginContext) -> bool:
    """Whether acts in private places count, or ever did: evidence lasts."""
    bodies = (body for versions in ctx.ledger.versions().values() for body in versions)
    return any(body.get("private") and body.get("weight") for body in bodies)
