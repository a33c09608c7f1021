"""Slack for Renown."""

from __future__ import annotations

from collections.abc import Sequence

from renown.api import Channel, Connector, EventType, Plugin, PluginContext, hookimpl
from renown_slack.acts import SUGGESTED
from renown_slack.connector import Slack
from renown_slack.schemas import Settings
from renown_slack.thread import Thread

plugin = Plugin(
    name="slack",
    title="Slack",
    summary="Messages, threads and reactions from Slack, live and from exports",
    settings=Settings,
    event_types=(EventType(SUGGESTED),),
)


@hookimpl
def connectors(ctx: PluginContext) -> Sequence[Connector]:
    return [Slack()]


@hookimpl
def channels(ctx: PluginContext) -> Sequence[Channel]:
    return [Thread()]
