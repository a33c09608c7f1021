"""What contexts are made from: the parts of one process that services lean on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.utils import cached_property

from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.settings import Settings
from renown.sources.secrets import Keyring

if TYPE_CHECKING:
    from renown.hooks.dispatch import Dispatcher
    from renown.sources.connector import Connector


class NotConfigured(RuntimeError):
    """A service was asked for that needs what this process was not started with. The text names the setting."""


@dataclass
class Parts:
    """`dispatcher`, `connectors` and `channels` are set once they are made, for they are made from contexts."""

    db: Database
    settings: Settings
    plugins: Plugins = field(default_factory=lambda: Plugins(()))
    dispatcher: Dispatcher | None = None
    #: Of the plugins that are on, by network.
    connectors: Callable[[], Mapping[str, Connector]] = dict
    #: Names of the channels of plugins that are on.
    channels: Callable[[], Collection[str]] = tuple
    #: What each plugin keeps in this process.
    memory: defaultdict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.secret_key)

    @property
    def secret_key(self) -> str:
        if not self.settings.secret_key:
            raise NotConfigured("RENOWN_SECRET_KEY is not set")
        return self.settings.secret_key
