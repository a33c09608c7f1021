"""What plugins bring once, at load: connectors, pages, commands, jobs. One that raises here fails alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from renown.hooks.discovery import describe
from renown.hooks.manager import Plugins
from renown.hooks.types import Channel, Directory, IdentityProvider, Job

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from renown.context import PluginContext
    from renown.sources.connector import Connector


class NotUsable(Exception):
    """What a hook returned cannot be used. The text says which part."""


@dataclass
class Loaded:
    """By hook and plugin. The methods give what is on now; `blueprints` gives all, which the web layer gates."""

    plugins: Plugins
    found: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def of(self, hook: str, plugin: str) -> list[Any]:
        return self.found.get(hook, {}).get(plugin, [])

    def _on(self, hook: str) -> Iterable[tuple[str, Any]]:
        return [(plugin, one) for plugin in self.plugins.enabled for one in self.of(hook, plugin)]

    def connectors(self) -> Mapping[str, Connector]:
        """By network."""
        return {connector.network: connector for _, connector in self._on("connectors")}

    def connector_plugin(self, network: str) -> str | None:
        """Whose connector reads a network, on or off."""
        found = self.found.get("connectors", {})
        return next((plugin for plugin, these in found.items() for one in these if one.network == network), None)

    def networks(self, plugin: str) -> frozenset[str]:
        """Those that a plugin's connectors read; where they are not known, what is called as it is."""
        mine = frozenset(connector.network for connector in self.of("connectors", plugin))
        return mine or frozenset({plugin} if self.connector_plugin(plugin) is None else ())

    def blueprints(self) -> list[tuple[str, Blueprint]]:
        """With their plugins, on or off: registered once at boot, answered while the plugin is on."""
        return [
            (one.name, blueprint) for one in self.plugins.installed for blueprint in self.of("blueprints", one.name)
        ]

    def commands(self) -> list[tuple[str, click.Command]]:
        return list(self._on("commands"))

    def jobs(self) -> list[tuple[str, Job]]:
        return list(self._on("jobs"))

    def channels(self) -> dict[str, tuple[str, Channel]]:
        """Plugin and channel, by the channel's name."""
        return {channel.name: (plugin, channel) for plugin, channel in self._on("channels")}

    def identity_providers(self) -> dict[str, tuple[str, IdentityProvider]]:
        return {provider.name: (plugin, provider) for plugin, provider in self._on("identity_providers")}

    def directories(self) -> dict[str, tuple[str, Directory]]:
        return {directory.name: (plugin, directory) for plugin, directory in self._on("directories")}


#: Where two plugins may use the same name: a command is `renown <plugin> <name>`, a job `<plugin>.<name>`.
ITS_OWN = ("commands", "jobs")

#: The attribute by which what a hook gives is told apart; elsewhere no two plugins may use the same.
NAMED_BY = {
    "connectors": "network",
    "blueprints": "name",
    "commands": "name",
    "jobs": "name",
    "channels": "name",
    "identity_providers": "name",
    "directories": "name",
}

#: What these give is a subclass of: what is added to it later has something to do where a plugin has none.
KINDS: Mapping[str, type] = {
    "channels": Channel,
    "identity_providers": IdentityProvider,
    "directories": Directory,
}


def load(plugins: Plugins, contexts: Callable[[str], PluginContext]) -> Loaded:
    """Call the hooks of load for every plugin that could be imported, on or off."""
    loaded = Loaded(plugins, {hook: {} for hook in NAMED_BY})
    for one in plugins.installed:
        if one.fault is not None:
            continue
        try:
            brought = {hook: _bring(plugins, loaded, one.name, hook, contexts) for hook in NAMED_BY}
        except NotUsable as error:
            plugins.fail(one.name, str(error))
            continue
        for hook, items in brought.items():
            loaded.found[hook][one.name] = items
    return loaded


def _bring(
    plugins: Plugins, loaded: Loaded, plugin: str, hook: str, contexts: Callable[[str], PluginContext]
) -> list[Any]:
    items: list[Any] = []
    for name, function, parameters in plugins.all_implementations(hook):
        if name != plugin:
            continue
        try:
            items = list(function(*(contexts(plugin) for _ in parameters)) or ())
        except (Exception, SystemExit) as error:
            raise NotUsable(f"{hook}: {describe(error)}") from error
    _check_names(loaded, plugin, hook, items)
    return items


def _check_names(loaded: Loaded, plugin: str, hook: str, items: list[Any]) -> None:
    taken = {_name(hook, item): owner for owner, these in loaded.found[hook].items() for item in these}
    seen: set[str] = set()
    for index, item in enumerate(items):
        where, name = f"{hook}[{index}]", _name(hook, item)
        kind = KINDS.get(hook)
        if kind is not None and kind not in type(item).__mro__:
            raise NotUsable(f"{where}: {type(item).__name__} is no subclass of {kind.__name__}, of renown.api")
        if not isinstance(name, str) or not name:
            raise NotUsable(f"{where}: {type(item).__name__} has no {NAMED_BY[hook]}")
        if name in seen:
            raise NotUsable(f"{where}: {name!r} is there twice")
        if hook not in ITS_OWN and name in taken:
            raise NotUsable(f"{where}: {name!r} is already brought by {taken[name]}")
        if hook == "blueprints" and name != plugin and not name.startswith(f"{plugin}_"):
            raise NotUsable(f"{where}: {name!r} is not named {plugin} or {plugin}_<word>")
        seen.add(name)


def _name(hook: str, item: object) -> object:
    return getattr(item, NAMED_BY[hook], None)
