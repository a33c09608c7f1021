"""Forms against programs that fill in forms: a field that nobody sees, a minimum of time, and limits by address.

Employees are not asked: they are known. What the hidden field catches is not thrown away, for a browser may have
filled it in by itself; a moderator looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping

from renown.api import SECOND, NotSigned, PluginContext, TooMany, Viewer
from renown_ideation.ideas.texts import Refused

#: No person sees this field, and programs that fill in all fields fill it in.
TRAP = "website"
#: When the form was opened, signed.
BEGUN = "begun"
LEAST = 2 * SECOND
#: Texts and reports of all customers at one address, in a quarter of an hour.
PER_ADDRESS = 40
PURPOSE = "form"
_KEPT = 400 * 86_400


def begin(ctx: PluginContext, given: Mapping[str, str] | None = None) -> str:
    """What goes along with a form that is opened now; with what was `given` by one that comes again, as it was."""
    before = (given or {}).get(BEGUN, "")
    return before if _when(ctx, before) is not None else ctx.sign.make(PURPOSE, ctx.clock.now())


def check(ctx: PluginContext, viewer: Viewer, given: Mapping[str, str], address: str | None, field: str) -> str | None:
    """Why a form is looked at by a moderator, if it is. Raises Refused for one that comes too fast or too often."""
    if viewer.employee:
        return None
    begun = _when(ctx, given.get(BEGUN, ""))
    if begun is None or ctx.clock.now() - begun < LEAST:
        raise Refused({field: ["That was very quick. Read it once more, and send it again."]})
    try:
        ctx.limits.take_of("texts", address or "", PER_ADDRESS)
    except TooMany as error:
        raise Refused({field: [f"{error} What you wrote is kept here."]}) from None
    return "It looks as if a program had filled in the form" if given.get(TRAP) else None


def _when(ctx: PluginContext, token: str) -> int | None:
    """None for a form that was not opened here."""
    try:
        return int(ctx.sign.read(PURPOSE, token, _KEPT))
    except (NotSigned, TypeError, ValueError):
        return None
