"""What contexts are made from: the parts of one process that services lean on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.settings import Settings
from renown.sources.secrets import Keyring

if TYPE_CHECKING:
    from renown.hooks.dispatch import Dispatcher


class NotConfigured(RuntimeError):
    """A service was asked for that needs what this process was not started with. The text names the setting."""


@dataclass
class Parts:
    """`dispatcher` is set once it is made, for it is made from contexts."""

    db: Database
    settings: Settings
    plugins: Plugins = field(default_factory=lambda: Plugins(()))
    dispatcher: Dispatcher | None = None

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.secret_key)

    @property
    def secret_key(self) -> str:
        if not self.settings.secret_key:
            raise NotConfigured("RENOWN_SECRET_KEY is not set")
        return self.settings.secret_key
