"""Jobs that look first whether there is something to do: a look takes no turn in writing, of which SQLite has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from renown.api import PluginContext

Work = Callable[[PluginContext], bool]


def when(waiting: Callable[[int], Select[*tuple[Any, ...]]], work: Work) -> Work:
    """A job that works only where `waiting`, told the time, finds a row."""

    def look(ctx: PluginContext) -> bool:
        with ctx.reading() as inner:
            if inner.session.execute(waiting(ctx.clock.now()).limit(1)).first() is None:
                return False
        return work(ctx)

    return look
