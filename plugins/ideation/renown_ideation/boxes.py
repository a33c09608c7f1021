"""Boxes on the core's pages: at home what waits for oneself, on a person's page what they delivered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from sqlalchemy import Select, literal, or_, select, union_all

from renown.api import Panel, PluginContext, Viewer
from renown_ideation import gate, promises, states
from renown_ideation.answers import owing
from renown_ideation.ideas import writing
from renown_ideation.models import Asked, Board, Campaign, Idea, Participant, Voter

#: Lines of each kind.
_MOST, _DELIVERED = 3, 5

#: A title, its address, what is said of it, and whether it is late.
Line = tuple[str, str, str, bool]


def of(ctx: PluginContext, viewer: Viewer, place: str, subject: int | None) -> list[Panel]:
    """For employees alone; none where there is nothing to say."""
    if viewer.person_id is None or not viewer.employee:
        return []
    if place == "home":
        all_of_them = "/desk/ideas" if viewer.at_least("moderator") else "/my/ideas"
        return _panel("Ideas that wait for you", _waiting(ctx, viewer, viewer.person_id), 10, all_of_them)
    if place == "person" and subject is not None:
        return _panel("Delivered ideas", _delivered(ctx, viewer, subject), 40)
    return []


def _panel(title: str, lines: Sequence[Line], order: int, url: str | None = None) -> list[Panel]:
    if not lines:
        return []
    html = _templates().get_template("ideation/panel.html").render(lines=lines)
    return [Panel(title, Markup(html), order, url)]  # noqa: S704 - the template escapes


def _waiting(ctx: PluginContext, viewer: Viewer, me: int) -> Sequence[Line]:
    """Answers that one owes, votes of one's own that are open, ideas that one is asked about: of each the first few."""
    kinds = (_owed(ctx, viewer, me), _ballots(ctx, me), _asked(ctx, viewer, me))
    rows = ctx.session.execute(union_all(*(select(one.limit(_MOST).subquery()) for one in kinds)))
    return [(one.title, *_said(ctx, one)) for one in rows]


def _owed(ctx: PluginContext, viewer: Viewer, me: int) -> Select[*tuple[Any, ...]]:
    """What nobody owes yet is the moderators'."""
    mine = owing.owed_by(me)
    wanted = or_(mine, owing.owed_by_nobody()) if viewer.at_least("moderator") else mine
    return (
        select(literal("owed").label("kind"), Idea.id, Idea.title, Board.slug, Idea.state, Idea.due_at.label("at"))
        .join(Board, Board.id == Idea.board_id)
        .where(wanted, or_(owing.unacknowledged(), owing.due_soon(ctx)), gate.visible(ctx, viewer))
        .order_by(Idea.due_at, Idea.id)
    )


def _ballots(ctx: PluginContext, me: int) -> Select[*tuple[Any, ...]]:
    return (
        select(literal("ballot"), Campaign.id, Campaign.title, Campaign.slug, Campaign.state, Campaign.vote_until)
        .join(Voter, Voter.campaign_id == Campaign.id)
        .where(Voter.person_id == me, Voter.effective == 0)
        .where(Campaign.state == "voting", Campaign.vote_until > ctx.clock.now())
        .order_by(Campaign.vote_until, Campaign.id)
    )


def _asked(ctx: PluginContext, viewer: Viewer, me: int) -> Select[*tuple[Any, ...]]:
    return (
        select(literal("asked"), Idea.id, Idea.title, Board.slug, Idea.state, Asked.at)
        .join(Asked, Asked.idea_id == Idea.id)
        .join(Board, Board.id == Idea.board_id)
        .where(Asked.person_id == me, Asked.state == "asked", Idea.standing == "shown", gate.visible(ctx, viewer))
        .where(Idea.state.in_((*sorted(states.OPEN), "parked")))
        .order_by(Asked.id)
    )


def _said(ctx: PluginContext, row: Any) -> tuple[str, str, bool]:
    if row.kind == "ballot":
        return f"/campaigns/{row.slug}/ballot", f"Your ballot is open until {promises.day(ctx, row.at)}.", False
    if row.kind == "asked":
        return f"/ideas/{row.slug}/{row.id}/card", "You are asked what you think of it.", False
    late = row.at is not None and row.at < ctx.clock.now()
    what = "To acknowledge" if row.state == "submitted" else "Answer"
    when = "" if row.at is None else f" {'overdue since' if late else 'by'} {promises.day(ctx, row.at)}"
    return writing.numbered(row.slug, row.id, row.title), f"{what}{when}.", late


def _delivered(ctx: PluginContext, viewer: Viewer, person: int) -> Sequence[Line]:
    """Ideas that they brought or saw through, the newest first, of boards that the viewer may read."""
    part = select(Participant.idea_id).where(Participant.person_id == person, Participant.role.in_(gate.WRITERS))
    found = (
        select(Idea.id, Idea.title, Board.slug, Idea.owner_id, Idea.delivered_at.label("at"))
        .join(Board, Board.id == Idea.board_id)
        .where(or_(Idea.id.in_(part), Idea.owner_id == person), Idea.state == "delivered")
        .where(gate.open_to_all(), gate.visible(ctx, viewer))
        .order_by(Idea.delivered_at.desc(), Idea.id.desc())
        .limit(_DELIVERED)
    )
    rows = ctx.session.execute(found)
    return [
        (one.title, writing.numbered(one.slug, one.id, one.title), f"{_part(one, person)}{_on(ctx, one.at)}", False)
        for one in rows
    ]


def _part(row: Any, person: int) -> str:
    return "Saw it through" if row.owner_id == person else "Brought it"


def _on(ctx: PluginContext, at: int | None) -> str:
    return "." if at is None else f", {promises.date(ctx, at)}."


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("renown_ideation"), autoescape=True)
