"""`score`: the same events and rules give the same entries, whenever, in whatever batches, for ever."""

from __future__ import annotations

import inspect
from zoneinfo import ZoneInfo

from renown.hooks.guard import HookFault
from renown.hooks.manifest import Plugin
from renown.ledger import replay, rules
from renown.ledger.entries import Entry, Rules, ScoredEvent
from renown.ledger.reconcile import reconcile
from renown.testing.conformance.base import Base, faults, scored_events
from renown.testing.conformance.purity import watched
from renown.testing.kit import Kit


class Scoring(Base):
    def test_its_score_is_pure(self, kit: Kit, manifest: Plugin) -> None:
        if not self._scores(kit):
            return
        events, book = self._given(kit)
        functions = [call for name, call, _ in kit.renown.plugins.implementations("score") if name == self.plugin]
        given = inspect.signature(functions[0]).parameters
        offered = {"events": events, "rules": book}
        with watched() as watch:
            list(functions[0](**{name: offered[name] for name in given}))
        asked = ", ".join(watch.found)
        assert not asked, (
            f"score asks for {asked}: it may look at its events and rules alone. An act's time is `event.occurred_at`, "
            "its day `event.day`; for chance, take something from the event's key"
        )

    def test_its_score_gives_the_same_in_batches_of_any_size(self, kit: Kit) -> None:
        if not self._scores(kit):
            return
        events, book = self._given(kit)
        whole = self._score(kit, events, book)
        again = self._score(kit, events, book)
        assert again == whole, "scored twice, the same events gave two results: let score keep nothing between calls"
        single = [entry for event in events for entry in self._score(kit, [event], book)]
        assert sorted(map(repr, single)) == sorted(map(repr, whole)), (
            "scored one by one, the events gave another result than together: let score look at each event alone"
        )

    def test_its_entries_name_its_measures_and_rules(self, kit: Kit, manifest: Plugin) -> None:
        if not self._scores(kit):
            return
        whole = self._score(kit, *self._given(kit))
        sums = {measure.name for measure in manifest.measures if measure.kind == "sum"}
        for entry in whole:
            assert isinstance(entry, Entry), f"score gave {type(entry).__name__}: give renown.api.Entry"
            assert entry.measure in sums, f"score gave {entry.measure}: name it among `measures`, as a sum"
        known = {rule.name for rule in manifest.rules}
        other = {entry.rule for entry in whole} - known
        assert not other, f"score gave entries of {', '.join(sorted(other))}: name each rule among `rules`"

    def test_counted_again_from_the_log_its_ledger_is_the_same(self, kit: Kit) -> None:
        if not self._scores(kit):
            return
        ana, bea, cem = self.lively(kit)
        kit.settle()
        merge = kit.merge(ana, bea)
        kit.settle()
        kit.split(merge)
        kit.erase(cem)
        kit.settle()
        assert not faults(kit), f"{'; '.join(faults(kit))}: mend it, or the plugin's cursor stands still"
        again = replay.replay(kit.db, kit.renown.follower.scorer(self.plugin), dry_run=True, digest=True)
        assert again.same, f"replayed, the log gives another ledger: let score be pure. {'; '.join(again.differences)}"
        drift = reconcile(kit.db)
        assert not drift, "; ".join(one.said for one in drift)

    def _scores(self, kit: Kit) -> bool:
        return self.plugin in kit.renown.dispatcher.scoring()

    def _given(self, kit: Kit) -> tuple[list[ScoredEvent], Rules]:
        self.lively(kit)
        with kit.db.read() as conn:
            return scored_events(kit), rules.load(conn, self.plugin, 0, ZoneInfo("UTC"))

    def _score(self, kit: Kit, events: list[ScoredEvent], book: Rules) -> list[Entry]:
        try:
            return kit.renown.dispatcher.score(self.plugin, events, book)
        except HookFault as error:
            raise AssertionError(
                f"{error}: its cursor would stop here; let score pass over what it does not know"
            ) from error
