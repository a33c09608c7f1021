"""A database with everybody's tables: the core's and those of all plugins that are installed."""

from __future__ import annotations

from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown_migrations import CORE, upgrade


def make(db: Database) -> None:
    upgrade(db, {**CORE, **Plugins.discover().migrations})
