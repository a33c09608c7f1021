"""Whose words are looked at before they are shown: trust grows with what was let through, and shrinks again."""

from __future__ import annotations

import re

from sqlalchemy import text

from renown.api import PluginContext, Viewer
from renown_ideation.models import Board, Trust

#: So many addresses in one text of somebody new are looked at first, on every board.
LINKS = 3
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def why(ctx: PluginContext, viewer: Viewer, board: Board, said: str = "") -> str | None:
    """Why what somebody writes on a board is looked at before it is shown, without a full stop; None: it is not."""
    if viewer.at_least("moderator"):
        return None
    if board.held == "everybody":
        return "On this board everything is looked at first"
    if viewer.employee or known(ctx, viewer.person_id):
        return None
    if board.held == "new":
        return "What somebody new writes is looked at first"
    count = links(said)
    return f"What somebody new writes with {count} links is looked at first" if count >= LINKS else None


def known(ctx: PluginContext, person: int | None) -> bool:
    """Whether enough of theirs was let through, and less taken down than that."""
    found = ctx.session.get(Trust, person) if person is not None else None
    enough = ctx.settings["trusted_after"]
    return found is not None and found.accepted >= enough and found.refused <= found.accepted


def links(said: str) -> int:
    return len(_LINK.findall(said))


def learn(ctx: PluginContext, person: int, accepted: bool) -> None:
    """Something of theirs was let through, or taken down."""
    values = {"person": person, "accepted": int(accepted), "refused": int(not accepted)}
    ctx.session.execute(_LEARN, values)
    ctx.session.expire_all()


def passed(ctx: PluginContext, kept: int, gone: int, sign: int = 1) -> None:
    """Two people are one: what is known of the second holds for the first; `sign` -1: they are two again."""
    found = ctx.session.get(Trust, gone)
    if found is not None:
        values = {"person": kept, "accepted": sign * found.accepted, "refused": sign * found.refused}
        ctx.session.execute(_LEARN, values)
        ctx.session.expire_all()


_LEARN = text("""
    INSERT INTO ideation_trust (person_id, accepted, refused) VALUES (:person, :accepted, :refused)
    ON CONFLICT (person_id) DO UPDATE
    SET accepted = ideation_trust.accepted + excluded.accepted, refused = ideation_trust.refused + excluded.refused
""")
