"""What a plugin's view asks of the request it answers."""

from __future__ import annotations

from typing import cast

from flask import g

from renown.access.viewer import Viewer


def viewer() -> Viewer:
    """Who is looking. Set before each request by the web layer, from the session or the token."""
    return cast(Viewer, g.viewer)


def framed_by(*origins: str) -> None:
    """Say in a view that is open to all which origins may show its answer in a frame, as `https://shop.example`.

    Whoever is framed is seen under another's page: show nothing there that one click could do harm with.
    """
    g.frames = origins


def local(address: str) -> str:
    """The address if it is a path of this site, else the start page: nobody is sent elsewhere by a parameter."""
    safe = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if safe else "/"
