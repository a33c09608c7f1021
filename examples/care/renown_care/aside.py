"""Questions that need no answer: thanks in a thread, what was said by telephone, imports of long ago.

A colleague sets one aside; it waits no more, until whoever asked writes again, or it is opened again, or a colleague
brings it back. It is not resolved by that, which is the asker's word, and counts in no figure.
"""

from __future__ import annotations

from sqlalchemy import select

from renown.api import PluginContext
from renown_care import recording, waiting
from renown_care.models import Case
from renown_care.telling import State


def put(ctx: PluginContext, case: int, by: int) -> bool:
    """False where it does not wait, in public."""
    return _set(ctx, case, "waiting", ctx.clock.now(), "set-aside", by)


def back(ctx: PluginContext, case: int, by: int) -> bool:
    """It waits after all. False where it was not set aside."""
    return _set(ctx, case, "aside", None, "bring-back", by)


def _set(ctx: PluginContext, number: int, state: State, at: int | None, action: str, by: int) -> bool:
    found = ctx.session.scalar(select(Case).where(Case.id == number).with_for_update())
    if found is None or not waiting.is_open(ctx, number, state):
        return False
    found.aside_at = at
    recording.settle(ctx, [number])
    ctx.audit.record(action, by=by, target=f"question:{number}")
    return True
