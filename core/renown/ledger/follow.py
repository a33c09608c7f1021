"""Lets every scoring plugin that is on follow the log: its live generation, and one that is being built."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row

from renown.clock import SECOND
from renown.db.engine import Database
from renown.events import consume
from renown.hooks.dispatch import Dispatcher
from renown.jobs import Drain
from renown.ledger import generations, recount
from renown.ledger.score import Scorer


class Follower:
    """One per process. `work` takes one batch for each cursor that is due."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._plugins = dispatcher.plugins
        self._scorers: dict[str, Scorer] = {}
        self._seen: tuple[int, tuple[str, ...]] | None = None

    def drain(self) -> Drain:
        return Drain("score", self.work, every=SECOND // 5, lane="score", topic="log", schedule=False)

    def scorer(self, plugin: str) -> Scorer:
        """Scores by the plugin's own hook; raises what it raises."""
        found = self._scorers.get(plugin)
        if found is None:
            found = self._scorers[plugin] = Scorer(plugin, partial(self._dispatcher.score, plugin))
        return found

    def work(self, db: Database) -> bool:
        self._settle(db)
        on = set(self._plugins.enabled)
        with db.read() as conn:
            cursors = [row for row in consume.listed(conn) if row.kind == consume.SCORE and row.plugin in on]
        more, failed = False, None
        for cursor in cursors:
            try:
                more = consume.step(db, cursor.name, consume.Apart(self._prepare), limit=generations.BATCH) or more
            except Exception as error:
                failed = failed or error  # the others have their turn all the same
        if failed is not None:
            raise failed
        return recount.advance(db) or more

    def catch_up(self, db: Database) -> None:
        """Return when all that is in the log now is counted, but for cursors that stopped."""
        while self.work(db):
            pass

    def _prepare(self, conn: Connection, cursor: Row[Any], events: Sequence[Row[Any]]) -> consume.Write:
        return self.scorer(cursor.plugin).prepare(conn, cursor.generation, events)

    def _settle(self, db: Database) -> None:
        """After plugins were switched: those that are on have what they count in, the others stay where they are."""
        self._plugins.refresh()
        seen = (self._plugins.version, self._plugins.enabled)
        if seen != self._seen:
            db.retrying(self._switch)
            self._seen = seen

    def _switch(self, conn: Connection) -> None:
        on = set(self._plugins.enabled)
        for name, manifest in self._plugins.manifests.items():
            if name in on:
                rules = [(rule.name, dict(rule.default_body)) for rule in manifest.rules]
                generations.ensure(conn, name, manifest.measures, rules)
            else:
                generations.pause(conn, name)
