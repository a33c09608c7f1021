"""Which readers of the log plugins need, and whose are off all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select

from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.manager import Plugins
from renown.ledger.models import Generation


def hears(kind: str, hooks: Sequence[str]) -> bool:
    """Whether a plugin with these hooks needs a reader of this kind, other than of scores."""
    return any(hook.startswith("person_" if kind == consume.PEOPLE else "events_recorded") for hook in hooks)


def astray(conn: Connection, plugins: Plugins) -> Mapping[str, list[str]]:
    """The readers that are off, by plugin, of those that are on here: a process that knew no better stopped them."""
    counting = select(Generation.id).where(Generation.state.in_(("live", "building")))
    needed = or_(Consumer.kind != consume.SCORE, Consumer.generation.in_(counting))
    which = (Consumer.state == consume.OFF, Consumer.plugin.in_(plugins.enabled), needed)
    rows = conn.execute(select(Consumer.plugin, Consumer.kind, Consumer.name).where(*which).order_by(Consumer.name))
    found: dict[str, list[str]] = {}
    for one in rows:
        # One that a version of before had stays off.
        if one.kind == consume.SCORE or hears(one.kind, plugins.hooks_of(one.plugin)):
            found.setdefault(one.plugin, []).append(one.name)
    return found
