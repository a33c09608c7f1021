"""What may be done so many times in a quarter of an hour, over all processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.access import attempts
from renown.access.attempts import TooMany

if TYPE_CHECKING:
    from renown.context.base import PluginContext

__all__ = ["LimitsService", "TooMany"]


class LimitsService:
    """`ctx.limits`. A plugin's limits are its own; of whom they are kept, a digest is."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def take(self, what: str, whose: object, most: int) -> None:
        """Write down one more of `what` by somebody. Raises TooMany where there were `most` in 15 minutes.

        Take it early in a short transaction: others who take wait until it ends.
        """
        ctx = self._ctx
        attempts.take(ctx._connection, (attempts.key(f"{ctx.plugin}:{what}", whose), most))

    def take_of(self, what: str, address: str, most: int) -> None:
        """The same by an address on the network, as `request.remote_addr` gives it: of IPv6 by its /64."""
        self.take(f"{what}:address", attempts.origin(address), most)
