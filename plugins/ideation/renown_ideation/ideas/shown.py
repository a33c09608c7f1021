"""One idea as data, for its page, its feed and the API alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from renown.api import PluginContext, Prepared, Viewer
from renown_ideation import showing
from renown_ideation.answers import promised
from renown_ideation.ideas import authors, comments, merging
from renown_ideation.models import Board, Idea, Status
from renown_ideation.naming import Names


def history(ctx: PluginContext, idea: Idea) -> Sequence[Status]:
    """Its steps since it was brought, oldest first."""
    return _STEPS.scalars(ctx, idea=idea.id)


_STEPS = Prepared(
    select(Status).where(Status.idea_id == bindparam("idea"), Status.state != "draft").order_by(Status.id)
)


def said(ctx: PluginContext, viewer: Viewer, idea: Idea) -> Sequence[Any]:
    """What everybody may read of what was said, also where staff look."""
    return [one for one in comments.of(ctx, viewer, idea).comments if not one.staff and one.standing == "shown"]


def data(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea) -> dict[str, Any]:
    steps, talk = history(ctx, idea), said(ctx, viewer, idea)
    writers = authors.of(ctx, idea.id)
    people = [*(one.by_id for one in (*steps, *talk)), *(one.person_id for one in writers)]
    names = Names(ctx, viewer, people)
    line = showing.lines(ctx, viewer, [board], [idea])[0]
    return {
        **showing.data(ctx, line),
        "body": idea.body,
        "revision": idea.revision,
        "authors": [names[one.person_id].name for one in writers],
        "merged_into": idea.into_id,
        "merged": [one.id for one in merging.members(ctx, idea.id)],
        "answers": [
            {
                "state": one.state,
                "text": one.answer,
                "by": names.of(one.by_id, one.by_name).name,
                "at": showing.iso(one.at),
            }
            for one in steps
            if one.answer
        ],
        "promised": promised.data(steps),
        "said": [
            {"id": one.id, "text": one.body, "by": names.of(one.by_id, one.by_name).name, "at": showing.iso(one.at)}
            for one in talk
        ],
    }
