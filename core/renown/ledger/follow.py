"""Lets every scoring plugin that is on follow the log: its live generation, and one that is being built."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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

#: A batch of one event costs nearly as much as one of a hundred.
PACE = SECOND // 10


class Follower:
    """One per process. `work` takes one batch for each cursor that is due."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._plugins = dispatcher.plugins
        self._scorers: dict[str, Scorer] = {}
        self._seen: dict[str, tuple[int, bool]] = {}
        #: When it was last looked what has caught up (monotonic), by plugin or for all.
        self._looked: dict[str | None, float] = {}

    def drains(self) -> list[Drain]:
        """One for every installed plugin that counts, each on a lane of its own: a `score` that never comes back holds
        up no other's. One more clears away what plugins left that are gone."""
        counting = tuple(name for name, one in self._plugins.manifests.items() if generations.counts(one.measures))
        return [
            *(_drain(f"score:{name}", partial(self.work, plugin=name), SECOND // 5, name) for name in counting),
            _drain("generations", partial(recount.advance, but=counting), 60 * SECOND),
        ]

    def scorer(self, plugin: str) -> Scorer:
        """Scores by the plugin's own hook; raises what it raises."""
        found = self._scorers.get(plugin)
        if found is None:
            found = self._scorers[plugin] = Scorer(plugin, partial(self._dispatcher.score, plugin))
        return found

    def work(self, db: Database, plugin: str | None = None) -> bool:
        """One batch for each cursor, of one plugin or of all. Whether there may be more."""
        self._plugins.refresh()
        mine = list(self._plugins.manifests) if plugin is None else [plugin]
        for name in mine:
            self._settle(db, name)
        # Also while batch follows batch, and before one: what it writes has yet to stand.
        left = self._advance_each_second(db, plugin)
        on = set(self._plugins.enabled).intersection(mine)
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
        if more:
            return True
        return recount.advance(db, plugin) or left

    def _advance_each_second(self, db: Database, plugin: str | None) -> bool:
        if time.monotonic() < self._looked.get(plugin, float("-inf")) + 1:
            return False
        self._looked[plugin] = time.monotonic()
        return recount.advance(db, plugin)

    def catch_up(self, db: Database) -> None:
        """Return when all that is in the log now is counted, but for cursors that stopped."""
        while self.work(db):
            pass

    def _prepare(self, conn: Connection, cursor: Row[Any], events: Sequence[Row[Any]]) -> consume.Write:
        return self.scorer(cursor.plugin).prepare(conn, cursor.generation, events)

    def _settle(self, db: Database, plugin: str) -> None:
        """After something was switched: a plugin that is on has what it counts in, another stays where it is."""
        seen = (self._plugins.version, self._plugins.is_on(plugin))
        if seen != self._seen.get(plugin) and db.retrying(partial(self._switch, plugin=plugin)):
            self._seen[plugin] = seen

    def _switch(self, conn: Connection, plugin: str) -> bool:
        manifest = self._plugins.manifests.get(plugin)
        if manifest is None or not self._plugins.is_on(plugin):
            # Who has it on goes on all the same, where it only cannot run here.
            return self._plugins.is_due(plugin) or generations.pause(conn, plugin)
        rules = [(rule.name, dict(rule.default_body)) for rule in manifest.rules]
        generations.ensure(conn, plugin, manifest.measures, rules)
        return True


def _drain(name: str, work: Callable[[Database], bool], every: int, plugin: str = "core") -> Drain:
    return Drain(name, work, every=every, pace=PACE, lane=name, plugin=plugin, topic="log", schedule=False)
