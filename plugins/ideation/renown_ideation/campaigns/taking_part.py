"""Who may have an idea take part in a campaign, or take it out: its authors while ideas are collected, and staff."""

from __future__ import annotations

from collections.abc import Mapping

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.campaigns import entering, finding
from renown_ideation.campaigns.view import Summary
from renown_ideation.ideas import texts
from renown_ideation.models import Entered


def enter(ctx: PluginContext, viewer: Viewer, one: Summary, number: int) -> None:
    """404 for others, and for an idea of another board. Raises NotNow."""
    me = viewer.person_id or gate.absent()
    idea, board = gate.idea(ctx, viewer, number)
    mine = gate.is_author(ctx, viewer, idea.id) and entering.open_now(ctx, one.campaign)
    if board.id != one.board.id or not (mine or finding.staff(ctx, viewer)):
        gate.absent()
    entering.enter(ctx, one.campaign.id, idea.id, me)


def out(ctx: PluginContext, viewer: Viewer, one: Summary, idea: int, given: Mapping[str, str]) -> str:
    """Take an idea out: an author as they like, staff with a public reason; 404 for others. Raises Refused, NotNow."""
    me, mine = viewer.person_id or gate.absent(), gate.is_author(ctx, viewer, idea)
    entered = ctx.session.get(Entered, (one.campaign.id, idea)) is not None
    if not entered or not (mine or finding.staff(ctx, viewer)):
        gate.absent()
    if mine:
        entering.take_out(ctx, one.campaign.id, idea, me)
        return "It is taken out."
    entering.leave(ctx, one.campaign.id, idea, me, texts.reason(given))
    return "It is left out. The reason is public."
