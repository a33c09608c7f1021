"""GitHub for Renown."""

from __future__ import annotations

from collections.abc import Sequence

from renown.api import Connector, Plugin, PluginContext, hookimpl
from renown_github.connector import GitHub

plugin = Plugin(
    name="github",
    title="GitHub",
    summary="Issues, changes, reviews, discussions, commits and releases from GitHub, live and from GH Archive",
)


@hookimpl
def connectors(ctx: PluginContext) -> Sequence[Connector]:
    return [GitHub()]
