"""Slack for Renown."""

from __future__ import annotations

from collections.abc import Sequence

from renown.api import Connector, Plugin, PluginContext, hookimpl
from renown_slack.connector import Slack

plugin = Plugin(
    name="slack",
    title="Slack",
    summary="Messages, threads and reactions from Slack, live and from exports",
)


@hookimpl
def connectors(ctx: PluginContext) -> Sequence[Connector]:
    return [Slack()]
