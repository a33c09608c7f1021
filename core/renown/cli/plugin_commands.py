"""`renown PLUGIN COMMAND`: what plugins bring. They are loaded only when one of them is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

import click

from renown.cli.common import open_renown, settings
from renown.hooks import outgoing
from renown.hooks.discovery import GROUP

#: Commands that work on a machine with nothing but the package: entry points named PLUGIN.COMMAND. They are loaded by
#: themselves, without database and settings, and whether or not the plugin is on.
ALONE = "renown.commands"


class WithPlugins(click.Group):
    """The core's commands, and behind them a group for each plugin that is on. A core command is never replaced."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        alone = _alone(cmd_name)
        known = alone or any(point.name == cmd_name for point in entry_points(group=GROUP))
        return _OfPlugin(cmd_name, alone) if known else None


class _OfPlugin(click.Group):
    """A plugin's commands. Renown is opened for those that need it, and for the list of all."""

    def __init__(self, plugin: str, alone: Mapping[str, click.Command]) -> None:
        super().__init__(plugin, commands=dict(alone))
        self._plugin, self._opened = plugin, False

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            self._open(ctx)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._open(ctx)
        return super().list_commands(ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._open(ctx)
        super().format_help(ctx, formatter)

    def _open(self, ctx: click.Context) -> None:
        if self._opened:
            return
        self._opened = True
        renown = ctx.find_root().with_resource(open_renown())
        status = renown.plugins.status(self._plugin)
        if not status.on:
            raise click.ClickException(f"{self._plugin} is {status.state}: {status.reason}")
        brought = [command for owner, command in renown.loaded.commands() if owner == self._plugin]
        if not brought:
            raise click.ClickException(f"{self._plugin} brings no commands")
        self.help = renown.plugins.manifests[self._plugin].summary
        for command in brought:
            self.commands.setdefault(str(command.name), command)


def _alone(plugin: str) -> dict[str, click.Command]:
    """By name, those of this plugin that need nothing else. What is blocked is not even imported."""
    made = settings()
    if made.safe or plugin in made.blocked_plugins:
        return {}
    found: dict[str, click.Command] = {}
    for point in entry_points(group=ALONE):
        owner, _, name = point.name.partition(".")
        if owner == plugin and name:
            outgoing.watch(owner, point.module)
            found[name] = point.load()
    return found
