"""A site with one plugin made in the test, on, with its readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renown.context import Contexts, PluginContext, switching
from renown.context.store import PluginStore
from renown.context.work import drains
from renown.db.engine import Database
from renown.hooks.dispatch import Dispatcher
from renown.hooks.loading import Loaded, load
from renown.hooks.manager import Plugins
from renown.jobs import Drain
from renown.settings import Settings
from tests.hooks.plugins import Hooks, installed


@dataclass
class House:
    db: Database
    plugins: Plugins
    contexts: Contexts
    dispatcher: Dispatcher
    loaded: Loaded

    @classmethod
    def of(cls, db: Database, folder: Path, hooks: Hooks, **manifest: Any) -> House:
        plugins = Plugins([installed("thanks", hooks, **manifest)], PluginStore(db))
        settings = Settings(data=folder, database_url=db.url, secret_key="only for tests", url="https://r.example.test")
        contexts = Contexts(db, settings, plugins)
        dispatcher = contexts.parts.dispatcher = Dispatcher(plugins, contexts)
        house = cls(db, plugins, contexts, dispatcher, load(plugins, contexts.of))
        with db.write() as conn:
            switching.follow(conn, plugins)
        return house

    def drain(self, name: str) -> Drain:
        found = drains(self.dispatcher, self.contexts, self.loaded)
        return next(one for one in found if one.name == name)

    def writing(self) -> Any:
        return self.contexts.of("thanks").writing()

    def reading(self) -> Any:
        return self.contexts.of("thanks").reading()


__all__ = ["House", "PluginContext"]
