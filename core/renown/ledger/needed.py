"""Which readers of the log plugins need, and whose are off all the same."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.manager import Plugins
from renown.ledger.models import Generation


def hears(kind: str, hooks: Sequence[str]) -> bool:
    """Whether a plugin with these hooks needs a reader of this kind, other than of scores."""
    return any(hook.startswith("person_" if kind == consume.PEOPLE else "events_recorded") for hook in hooks)


def astray(conn: Connection, plugins: Plugins) -> list[str]:
    """The plugins that are on here and have a reader that is off: a process that knew no better stopped it."""
    counting = select(Generation.id).where(Generation.state.in_(("live", "building")))
    needed = or_(Consumer.kind != consume.SCORE, Consumer.generation.in_(counting))
    which = (Consumer.state == consume.OFF, Consumer.plugin.in_(plugins.enabled), needed)
    rows = conn.execute(select(Consumer.plugin, Consumer.kind).where(*which))
    # One that a version of before had stays off.
    return sorted({
        one.plugin for one in rows if one.kind == consume.SCORE or hears(one.kind, plugins.hooks_of(one.plugin))
    })  # fmt: skip
