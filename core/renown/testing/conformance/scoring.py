"""`score`: the same events and rules give the same entries, whenever, wherever, in whatever batches, for ever."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from renown.hooks.guard import HookFault
from renown.hooks.manifest import Plugin
from renown.ledger import replay, rules
from renown.ledger.entries import Entry, Rules, ScoredEvent
from renown.ledger.reconcile import reconcile
from renown.testing.conformance.base import OWN_RULE, Base, faults, scored_events
from renown.testing.conformance.purity import watched
from renown.testing.elsewhere import score_elsewhere, spelled
from renown.testing.kit import Kit


class Scoring(Base):
    def test_its_score_is_pure(self, kit: Kit, manifest: Plugin) -> None:
        events, book = self._given(kit)
        offered = {"events": events, "rules": book}
        for name, function, parameters in kit.renown.plugins.implementations("score"):
            if name == self.plugin:
                with watched() as watch:
                    list(function(**{name: offered[name] for name in parameters}))
                asked = ", ".join(watch.found)
                assert not asked, (
                    f"score asks for {asked}: it may look at its events and rules alone. An act's time is "
                    "`event.occurred_at`, its day `event.day`; for chance, take something from the event's key"
                )

    def test_its_score_gives_the_same_in_another_process(self, kit: Kit, tmp_path: Path) -> None:
        self._need_score(kit)
        if not kit.db.is_sqlite:
            pytest.skip("asked on SQLite: score does not see the database")
        events, book = self._given(kit)
        here = spelled(self._score(kit, events, book))
        there = score_elsewhere(self.plugin, events, book, tmp_path)
        other = sorted({*here} ^ {*there})
        assert here == there, (
            "in another process the same events gave another result: let nothing depend on `hash` of a text, the order "
            f"of a set, chance, the zone or the environment of a process. {'; '.join(other[:4])}"
        )

    def test_its_score_gives_the_same_in_batches_of_any_size(self, kit: Kit) -> None:
        events, book = self._given(kit)
        whole = self._score(kit, events, book)
        again = self._score(kit, events, book)
        assert again == whole, "scored twice, the same events gave two results: let score keep nothing between calls"
        single = [entry for event in events for entry in self._score(kit, [event], book)]
        assert sorted(map(repr, single)) == sorted(map(repr, whole)), (
            "scored one by one, the events gave another result than together: let score look at each event alone"
        )
        assert whole, (
            "score gave no entry on a lively day: override `fill`, and have there be what it is about, or all that is "
            "asked of it is asked of nothing"
        )

    def test_its_entries_name_its_measures_and_rules(self, kit: Kit, manifest: Plugin) -> None:
        whole = self._score(kit, *self._given(kit))
        sums = {measure.name for measure in manifest.measures if measure.kind == "sum"}
        for entry in whole:
            assert isinstance(entry, Entry), f"score gave {type(entry).__name__}: give renown.api.Entry"
            assert entry.measure in sums, f"score gave {entry.measure}: name it among `measures`, as a sum"
        known = {rule.name for rule in manifest.rules} | ({OWN_RULE} if manifest.own_rules is not None else set())
        other = {entry.rule for entry in whole} - known
        assert not other, f"score gave entries of {', '.join(sorted(other))}: name each rule among `rules`"

    def test_counted_again_from_the_log_its_ledger_is_the_same(self, kit: Kit) -> None:
        self._need_score(kit)
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

    def _need_score(self, kit: Kit) -> None:
        if self.plugin not in kit.renown.dispatcher.scoring():
            pytest.skip("it does not score")

    def _given(self, kit: Kit) -> tuple[list[ScoredEvent], Rules]:
        self._need_score(kit)
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
