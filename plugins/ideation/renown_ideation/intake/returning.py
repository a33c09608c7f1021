"""What is answered to an idea returns to the conversation that it came from, through that network's channel."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Select, func, select

from renown.api import PluginContext
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Intake, Link, Status
from renown_ideation.states import STATES, State

_BATCH = 100
#: Characters of an answer; the rest is on the idea's page.
_SAID = 1500


def waiting(now: int) -> Select[Intake, Status, str | None]:
    """Answers that were not returned yet, each with the conversation."""
    return (
        select(Intake, Status, Link.object)
        .join(Link, (Link.idea_id == Intake.idea_id) & (Link.kind == "thread") & (Link.source == Intake.source))
        .join(Idea, Idea.id == Intake.idea_id)
        .join(Status, (Status.idea_id == func.coalesce(Idea.into_id, Idea.id)) & (Status.id > Intake.told))
        .where(Intake.state == "agreed", Intake.sender.is_(None), Status.answer != "")
    )


def work(ctx: PluginContext) -> bool:
    """A job. Whether there may be more."""
    found = waiting(ctx.clock.now()).order_by(Status.id).limit(_BATCH)
    rows = ctx.session.execute(found.with_for_update(of=Intake, skip_locked=True)).all()
    networks = _networks(ctx)
    for intake, step, thread in rows:
        network = networks.get(intake.source)
        if network is not None and thread:
            _post(ctx, network, thread, intake, step)
        intake.told = max(intake.told, step.id)
    ctx.session.flush()
    return len(rows) == _BATCH


def _networks(ctx: PluginContext) -> dict[str, str]:
    """Of live sources whose network can be written to."""
    found: dict[str, str] = {}
    for network in ctx.notify.places():
        found |= {one.name: network for one in ctx.sources.listed(network)}
    return found


def _post(ctx: PluginContext, network: str, thread: str, intake: Intake, step: Status) -> None:
    """Who reads the conversation may not read the board: then only that there is an answer is said."""
    idea = ctx.session.get_one(Idea, step.idea_id)
    board = ctx.session.get_one(Board, idea.board_id)
    if idea.standing != "shown":
        return
    url = writing.path(board, idea)
    if board.audience != "public":
        ctx.notify.post(network, thread, "The idea that began here was answered", url=url)
        return
    said = step.answer if len(step.answer) <= _SAID else step.answer[:_SAID].rstrip() + "…"
    title = f"{STATES[cast(State, step.state)].title}: {idea.title}"
    ctx.notify.post(network, thread, title, body=said, url=url)
