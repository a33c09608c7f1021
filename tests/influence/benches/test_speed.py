"""What the bench of speed plants, and that its nights are measured on that. Nothing is timed here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.influence import plant, speed

from renown_influence import kept, network, run
from renown_influence.models import Run


@pytest.mark.parametrize(("planted", "which"), [(plant.plant, "first"), (plant.plant_entries, "ledger")])
def test_nights_are_measured_on_what_was_planted(tmp_path: Path, planted: Callable[..., None], which: str) -> None:
    url = f"sqlite:///{tmp_path / 'planted.sqlite3'}"
    planted(url, 600, 20)
    first = speed.night(url, which)
    plant.add_day(url, 600)
    ordinary = speed.night(url, "ordinary")
    assert (first.night, first.people, ordinary.people) == (which, 600, 600)
    assert 11_000 < first.pairs <= 12_000
    # A day's likes are of pairs that are there, or new.
    assert first.pairs < ordinary.pairs <= first.pairs + 600
    assert first.topics > 90
    assert ordinary.run > ordinary.solve > 0
    assert "600 people" in ordinary.say()
    with plant.opened(url, plant.NEXT) as renown, renown.contexts.of("influence").reading() as ctx:
        newest = run.newest(ctx)
        assert newest is not None
        before, after = (kept.load(ctx, ctx.session.get_one(Run, number)) for number in (newest.id - 1, newest.id))
        assert before is not None
        assert after is not None
        assert (before.run.day, after.run.day) == (plant.FIRST, plant.NEXT)
        # It begins with what the night before found.
        assert before.solved[-1] == after.inputs.begin[-1] != after.inputs.voice[-1]
        found = network.load(ctx)
        assert found is not None
        assert len(found.team) > 1
        assert len(ctx.calendar.load(None).leave) == 600 // plant.RESTED
    drawn = speed.draw([first, ordinary])
    assert f"first night: {first.run / first.pairs * 1e6:.2f} at 600 people" in drawn
    assert f"ordinary night: {ordinary.run / ordinary.pairs * 1e6:.2f} at 600 people" in drawn


def test_both_ways_to_plant_come_to_the_same(tmp_path: Path) -> None:
    found = []
    for number, planted in enumerate((plant.plant, plant.plant_entries)):
        url = f"sqlite:///{tmp_path / f'{number}.sqlite3'}"
        planted(url, 60, 5)
        speed.night(url)
        with plant.opened(url) as renown, renown.contexts.of("influence").reading() as ctx:
            newest = run.newest(ctx)
            assert newest is not None
            found.append((newest.graph_hash, newest.result_hash))
    assert found[0] == found[1]
