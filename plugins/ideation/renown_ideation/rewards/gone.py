"""What a moderator takes down gives nothing, in the log: its points go, and come again when it is shown again."""

from __future__ import annotations

from renown.api import Data, ObjectRef, PluginContext, collab
from renown_ideation.ideas import writing
from renown_ideation.models import Idea

_DELETE = collab("delete")
_DOWN = "taken down"


def follow(ctx: PluginContext, idea: Idea) -> None:
    """Bring the log to where the idea stands. To be called whenever that changes; the idea is held."""
    if idea.event_key is None or idea.author_id is None:
        return
    if idea.standing == _DOWN and idea.gone_key is None:
        idea.gone_key = _append(ctx, idea, None)
    elif idea.standing != _DOWN and idea.gone_key is not None:
        _append(ctx, idea, idea.gone_key)
        idea.gone_key = None


def _append(ctx: PluginContext, idea: Idea, retracts: str | None) -> str:
    author = ctx.people.actor(idea.author_id or 0)
    thing = ObjectRef(id=f"idea:{idea.id}", kind=writing.KIND, attributedTo=author)
    data = Data(type="Delete" if retracts is None else "Undo", actor=author, object=thing, retracts=retracts)
    way = "gone" if retracts is None else "back"
    return ctx.events.append(_DELETE, data, key=f"{way}:{idea.id}:{ctx.clock.now()}")
