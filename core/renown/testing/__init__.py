"""For authors of plugins: a site for each test, a clock to move, and a suite of what every plugin keeps to.

from renown.testing import Conformance

class TestConformance(Conformance):
    plugin = "thanks"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renown.testing.conformance import Conformance
    from renown.testing.kit import Kit
    from renown.testing.time import Clock

__all__ = ["Clock", "Conformance", "Kit"]


def __getattr__(name: str) -> Any:
    # pytest imports this package wherever Renown is installed: nothing is loaded that nobody asks for.
    if name == "Clock":
        from renown.testing.time import Clock

        return Clock
    if name == "Conformance":
        from renown.testing.conformance import Conformance

        return Conformance
    if name == "Kit":
        from renown.testing.kit import Kit

        return Kit
    raise AttributeError(name)
