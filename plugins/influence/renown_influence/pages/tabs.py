"""The links above every page of influence, to what the viewer may see."""

from __future__ import annotations

from renown.api import PluginContext, Viewer

Tabs = tuple[tuple[str, str, bool], ...]


def tabs(ctx: PluginContext, viewer: Viewer, here: str) -> Tabs:
    """Title, address, and whether it is this page."""
    people, teams = ctx.standings.shows(viewer), ctx.standings.shows(viewer, "teams")
    found = [("mine", "My influence", "/influence", viewer.person_id is not None)]
    found.append(("ask", "Who to ask", "/influence/ask", True))
    found.append(("network", "Network", "/influence/network", teams))
    found.append(("compare", "Beside activity", "/influence/compare", people))
    return tuple((title, url, name == here) for name, title, url, shown in found if shown)
