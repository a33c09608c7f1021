"""What a plugin's view asks of the request it answers."""

from __future__ import annotations

from typing import cast

from flask import g

from renown.access.viewer import Viewer


def viewer() -> Viewer:
    """Who is looking. Set before each request by the web layer, from the session or the token."""
    return cast(Viewer, g.viewer)
