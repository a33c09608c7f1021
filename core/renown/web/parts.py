"""What the pages ask of the application that serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from renown.context import Contexts
    from renown.context.sending import Sending
    from renown.db.engine import Database
    from renown.hooks.dispatch import Dispatcher
    from renown.hooks.loading import Loaded
    from renown.hooks.manager import Plugins
    from renown.settings import Settings
    from renown.sources.reception import Reception
    from renown.sources.secrets import Keyring


class Renown(Protocol):
    """The wired application, as far as pages use it."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def plugins(self) -> Plugins: ...
    @property
    def dispatcher(self) -> Dispatcher: ...
    @property
    def sending(self) -> Sending: ...
    @property
    def contexts(self) -> Contexts: ...
    @property
    def loaded(self) -> Loaded: ...
    @property
    def keyring(self) -> Keyring: ...
    @property
    def reception(self) -> Reception: ...
