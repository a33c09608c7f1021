"""`renown PLUGIN COMMAND`: what plugins bring. They are loaded only when one of them is called."""

from __future__ import annotations

from importlib.metadata import entry_points

import click

from renown.cli.common import open_renown
from renown.hooks.discovery import GROUP


class WithPlugins(click.Group):
    """The core's commands, and behind them a group for each plugin that is on. A core command is never replaced."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is not None or not any(point.name == cmd_name for point in entry_points(group=GROUP)):
            return found
        return _brought(ctx, cmd_name)


def _brought(ctx: click.Context, plugin: str) -> click.Group:
    renown = ctx.with_resource(open_renown())
    status = renown.plugins.status(plugin)
    if not status.on:
        raise click.ClickException(f"{plugin} is {status.state}: {status.reason}")
    brought = [command for owner, command in renown.loaded.commands() if owner == plugin]
    if not brought:
        raise click.ClickException(f"{plugin} brings no commands")
    manifest = renown.plugins.manifests[plugin]
    return click.Group(plugin, commands=brought, help=manifest.summary)
