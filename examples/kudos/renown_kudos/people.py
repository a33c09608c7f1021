"""When two people turn out to be one, or two again, or one is to be forgotten; and all that is held of somebody."""

from __future__ import annotations

from typing import Any

from renown.api import PluginContext, Viewer, to_datetime
from sqlalchemy import delete, insert, literal, or_, select, update

from renown_kudos.models import Giver, Moved, Thanks

_SIDES = {"giver": Thanks.giver_id, "receiver": Thanks.receiver_id}


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    """What `gone` gave and got is `kept`'s. Thanks between the two stay, and give nothing: the ledger sees to it."""
    for side, column in _SIDES.items():
        moved = select(Thanks.id, literal(side), column).where(column == gone)
        ctx.session.execute(insert(Moved).from_select(["thanks_id", "side", "gone_id"], moved))
        ctx.session.execute(update(Thanks).where(column == gone).values({column.key: kept}))


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Each has what was theirs; what was given since stays with `kept`."""
    for side, column in _SIDES.items():
        theirs = select(Moved.thanks_id).where(Moved.side == side, Moved.gone_id == gone)
        ctx.session.execute(update(Thanks).where(Thanks.id.in_(theirs), column == kept).values({column.key: gone}))
    ctx.session.execute(delete(Moved).where(Moved.gone_id == gone))


def erased(ctx: PluginContext, person: int) -> None:
    """What they said goes, and what was said of them. That there was a thank-you stays, as the other's points do."""
    theirs = or_(Thanks.giver_id == person, Thanks.receiver_id == person)
    ctx.session.execute(update(Thanks).where(theirs).values(reason=""))
    ctx.session.execute(delete(Moved).where(Moved.gone_id == person))
    ctx.session.execute(delete(Giver).where(Giver.person_id == person))


def export(ctx: PluginContext, person: int, viewer: Viewer) -> dict[str, Any]:
    """The words of private ones are for the person's own eyes."""
    own = viewer.person_id == person
    return {side: [_told(one, own) for one in _of(ctx, side, person)] for side in ("given", "received")}


def _of(ctx: PluginContext, side: str, person: int) -> list[Thanks]:
    column = _SIDES["giver" if side == "given" else "receiver"]
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
