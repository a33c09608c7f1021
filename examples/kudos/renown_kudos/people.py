"""When two people turn out to be one, or two again, or one is to be forgotten; and all that is held of somebody."""

from __future__ import annotations

from typing import Any

from renown.api import PluginContext, Viewer, to_datetime
from sqlalchemy import delete, or_, select, update

from renown_kudos.models import Giver, Thanks

#: Whose it is now, and whose it was at first.
_SIDES = ((Thanks.giver_id, Thanks.first_giver_id), (Thanks.receiver_id, Thanks.first_receiver_id))


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """What `gone` gave and got is `kept`'s. Thanks between the two stay, and give nothing: the ledger sees to it."""
    for column, _ in _SIDES:
        ctx.session.execute(update(Thanks).where(column == gone).values({column.key: kept}))


def split(ctx: PluginContext) -> None:
    """What is with somebody else than at first goes to whomever those count as now, who may be in another merge yet."""
    for column, first in _SIDES:
        for person in ctx.session.scalars(select(first).where(first != column).distinct()).all():
            if (now := ctx.people.get(person)) is not None:
                ctx.session.execute(update(Thanks).where(first == person).values({column.key: now.id}))


def erased(ctx: PluginContext, person: int) -> None:
    """What they said goes, and what was said of them. That there was a thank-you stays, as the other's points do."""
    theirs = or_(*(one == person for side in _SIDES for one in side))
    ctx.session.execute(update(Thanks).where(theirs).values(reason=""))
    ctx.session.execute(delete(Giver).where(Giver.person_id == person))


def export(ctx: PluginContext, person: int, viewer: Viewer) -> dict[str, Any]:
    """The words of private ones are for the person's own eyes."""
    own = viewer.person_id == person
    return {side: [_told(one, own) for one in _of(ctx, side, person)] for side in ("given", "received")}


def _of(ctx: PluginContext, side: str, person: int) -> list[Thanks]:
    column = Thanks.giver_id if side == "given" else Thanks.receiver_id
    return list(ctx.session.scalars(select(Thanks).where(column == person).order_by(Thanks.id)))


def _told(one: Thanks, own: bool) -> dict[str, Any]:
    reason = one.reason if own or not one.private else None
    return {
        "at": to_datetime(one.at).isoformat(),
        "private": one.private,
        "taken_back": one.taken_back_at is not None and not one.taken_down,
        "taken_down": one.taken_down,
        **({} if reason is None else {"reason": reason}),
    }
