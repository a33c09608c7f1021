"""Pages and the HTTP API. This room may use every other; no other uses it.

`init(app, renown)` makes a Flask application into Renown's: guards and formats first, then pages by subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from renown.web.parts import Renown


def init(app: APIFlask, renown: Renown) -> None:
    # Imported late: blueprints of plugins import `renown.api`, which must not pull in the pages.
    from renown.web import wiring

    wiring.init(app, renown)


def create(renown: Renown) -> APIFlask:
    """A new application that serves `renown`."""
    from renown.web import wiring

    return wiring.create(renown)
