"""What is taken down or deleted gives nothing, in the log: its points go, and come again when it is shown again."""

from __future__ import annotations

from renown.api import Data, ObjectRef, PluginContext, collab
from renown_ideation.ideas import writing
from renown_ideation.models import Comment, Idea

_DELETE = collab("delete")
_DOWN = ("taken down", "deleted")


def follow(ctx: PluginContext, thing: Idea | Comment) -> None:
    """Bring the log to where it stands. To be called whenever that changes; the row is held."""
    by = thing.author_id if isinstance(thing, Idea) else thing.by_id
    if thing.event_key is None or by is None:
        return
    if thing.standing in _DOWN and thing.gone_key is None:
        thing.gone_key = _append(ctx, thing, by, None)
    elif thing.standing not in _DOWN and thing.gone_key is not None:
        _append(ctx, thing, by, thing.gone_key)
        thing.gone_key = None


def _append(ctx: PluginContext, thing: Idea | Comment, by: int, retracts: str | None) -> str:
    author = ctx.people.actor(by)
    kind, of = (writing.KIND, f"idea:{thing.id}") if isinstance(thing, Idea) else ("comment", f"comment:{thing.id}")
    about = ObjectRef(id=of, kind=kind, attributedTo=author)
    data = Data(type="Delete" if retracts is None else "Undo", actor=author, object=about, retracts=retracts)
    way, which = "gone" if retracts is None else "back", thing.id if isinstance(thing, Idea) else of
    return ctx.events.append(_DELETE, data, key=f"{way}:{which}:{ctx.clock.now()}")
