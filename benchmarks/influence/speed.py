"""How long a night's run takes, from evidence to published scores, and how that grows with the people.

    python -m benchmarks.influence.speed [--people N ...] [--pairs 20] [--entries] [--json] [--picture OUT.svg]

For each size a new installation on SQLite has so many people, each of whom endorses 20 others, in about 100 spaces, in
teams, some with leave, and the evidence as the night before packed it (`benchmarks.influence.plant`). The run is the
plugin's own job, in a process that does nothing else: it reads, weighs, solves, takes self-return out, does the same
for each space, and publishes everybody's score. It is done twice: the first night, which has none to begin with, and an
ordinary one, after a day on which everybody liked one thing more. With --entries the first finds all evidence in the
ledger instead, and must read it: the first run of all.

The reference is a bare power iteration by scipy over the same matrix to the same tolerance, ten lines of it, in the
same process. Aims: the solve within 2 times it, the whole run within 3 times it, and its memory, beyond what the
process had before, within 3 times the matrix. Rings are looked for by a second job, once scores are published: it has a
line of its own and is no part of the run. Beside it the ranking of networkx, igraph and scikit-network where they
are installed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from benchmarks.influence import memory, plant, rivals
from benchmarks.influence.command import answer
from benchmarks.influence.rivals import Rival
from benchmarks.picture import Line, chart

from renown.api import PluginContext
from renown_influence import beside, graph, kept, ring_search, run
from renown_influence.graph import Floats, Pairs
from renown_influence.kept import Kept
from renown_influence.reckon import saturated
from renown_influence.solve import SOLVERS

T = TypeVar("T")
SOLVE_AIM, RUN_AIM, MEMORY_AIM = 2.0, 3.0, 3.0
#: The best of so many.
ROUNDS = 3
#: What each is called, and on which day it is.
NIGHTS = {
    "ledger": ("first night, from the ledger", plant.FIRST),
    "first": ("first night", plant.FIRST),
    "ordinary": ("ordinary night", plant.NEXT),
}


@dataclass(frozen=True)
class Step:
    """Seconds by the clock and of CPU, and bytes that the process had at most beyond what it had before the run."""

    name: str
    seconds: float
    cpu: float
    memory: int

    def say(self) -> str:
        return f"  {self.name:12} {self.seconds:9.3f} s {self.cpu:9.3f} s of CPU {self.memory / 2**20:9,.0f} MiB"


@dataclass(frozen=True)
class Row:
    """Seconds by the clock, `run_cpu` of CPU, and bytes. `run` is the whole job, `matrix` what the CSR takes, `topics`
    the spaces that had scores of their own; `night` one of `NIGHTS`. `rings` is the second job."""

    night: str
    people: int
    pairs: int
    topics: int
    rounds: int
    bare: float
    solve: float
    run: float
    run_cpu: float
    matrix: int
    memory: int
    steps: tuple[Step, ...]
    rings: Step
    rivals: tuple[Rival, ...]

    def say(self) -> str:
        times = (("solve", self.solve / self.bare, SOLVE_AIM), ("run", self.run / self.bare, RUN_AIM))
        told = ", ".join(f"{name} {value:.1f} times it{_missed(value, aim)}" for name, value, aim in times)
        of = self.memory / self.matrix
        lines = [
            f"{self.people:,} people, {self.pairs:,} pairs, {self.topics} topics, {NIGHTS[self.night][0]}: "
            f"bare iteration {self.bare:.4f} s in {self.rounds} rounds; {told}, {self.run_cpu:.3f} s of CPU; "
            f"memory {of:.1f} times the matrix{_missed(of, MEMORY_AIM)}",
            *(one.say() for one in self.steps),
            self.rings.say(),
            *(
                f"  {one.name} {one.version}: {one.solved:.3f} s, {one.solved / self.bare:.1f} times, "
                f"and {one.made:.3f} s to hand it the graph"
                for one in self.rivals
            ),
        ]
        return "\n".join(lines)


def _missed(value: float, aim: float) -> str:
    return f" (aim {aim:g}: MISSED)" if value > aim else ""


@dataclass(frozen=True)
class Note:
    """When a stage began, by the clock and of CPU, and the most memory since the one before began."""

    stage: str
    at: float
    cpu: float
    peak: int

    @classmethod
    def now(cls, stage: str) -> Note:
        return cls(stage, time.perf_counter(), time.process_time(), memory.peak())


class _Notes(list[Note]):
    """Of a run that is under way: told of each stage, it notes when that began and how much memory the one before had.

    It begins with what is read.
    """

    def __init__(self) -> None:
        self.before = memory.begin()
        super().__init__([Note.now("Reading")])

    def __call__(self, stage: str, thousandths: int) -> None:
        self.append(Note.now(stage))
        memory.begin()

    def steps(self) -> Iterator[Step]:
        """To be asked once the run has ended."""
        for note, end in pairwise([*self, Note.now("")]):
            yield Step(note.stage, end.at - note.at, end.cpu - note.cpu, max(0, end.peak - self.before))


def night(url: str, which: str = "first") -> Row:
    """One run, in this process, of what was planted. `which` is one of `NIGHTS`."""
    with plant.opened(url, NIGHTS[which][1]) as renown:
        ctx = renown.contexts.of("influence")
        with ctx.writing() as inner:
            run.ask(inner, "asked")
        notes = _Notes()
        assert run.work(ctx, notes)
        steps, rings = list(notes.steps()), _rings(ctx)
        with ctx.reading() as inner:
            newest = run.newest(inner)
            found = kept.load(inner, newest) if newest is not None else None
            assert found is not None
            return _row(inner, found, which, steps, rings)


def _rings(ctx: PluginContext) -> Step:
    before, begun = memory.begin(), Note.now("")
    assert ring_search.work(ctx)
    ended = Note.now("")
    return Step("then rings", ended.at - begun.at, ended.cpu - begun.cpu, max(0, ended.peak - before))


def _row(ctx: PluginContext, found: Kept, which: str, steps: Sequence[Step], rings: Step) -> Row:
    parameters, voice = kept.parameters(found.run), found.inputs.voice
    shares = graph.shares(saturated(found.inputs.pairs, parameters, kept.frozen(ctx, found)), parameters.shrink)
    alpha, tolerance = parameters.alpha, parameters.tolerance
    bare, (values, rounds) = _best(lambda: iterated(shares, voice, alpha, tolerance))
    solve, solution = _best(lambda: SOLVERS[parameters.solver](shares, voice, alpha, tolerance))
    assert np.abs(values - solution.values).sum() <= 10 * tolerance * voice.sum()
    return Row(
        night=which,
        people=shares.people,
        pairs=len(shares.rater),
        topics=len(beside.topics(ctx)),
        rounds=rounds,
        bare=bare,
        solve=solve,
        run=sum(step.seconds for step in steps),
        run_cpu=sum(step.cpu for step in steps),
        matrix=_bytes(shares),
        memory=max(step.memory for step in steps),
        steps=tuple(steps),
        rings=rings,
        # Once is enough for those: they rank nearly the same graph in both nights.
        rivals=() if which == "ordinary" else tuple(rivals.ranked(shares, alpha, tolerance)),
    )


def iterated(shares: Pairs, voice: Floats, alpha: float, tolerance: float) -> tuple[Floats, int]:
    """The reference: the bare iteration, and in how many rounds."""
    matrix, values, rounds = shares.matrix(), voice, 0
    while True:
        following = alpha * (matrix @ values) + voice
        change = np.abs(following - values).sum()
        values, rounds = following, rounds + 1
        if change <= tolerance * voice.sum():
            return values, rounds


def _bytes(shares: Pairs) -> int:
    matrix = shares.matrix()
    return int(matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes)


def _best(work: Callable[[], T]) -> tuple[float, T]:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - begun)
    return min(times), found


def rows(people: Sequence[int], pairs: int, ledger: bool) -> Iterator[Row]:
    """Both nights of each size, each part in a process of its own, so that the memory is the run's alone."""
    for count in people:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.sqlite3"
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
                pool.submit(plant.plant_entries if ledger else plant.plant, url, count, pairs).result()
                yield pool.submit(night, url, "ledger" if ledger else "first").result()
                pool.submit(plant.add_day, url, count).result()
                yield pool.submit(night, url, "ordinary").result()


def draw(found: Sequence[Row]) -> str:
    """Microseconds a pair: flat means that cost grows as the pairs do."""
    nights = {ordinary: [row for row in found if (row.night == "ordinary") == ordinary] for ordinary in (False, True)}
    drawn = (
        ("first night", "a", "run", nights[False], False),
        ("ordinary night", "a", "run", nights[True], True),
        ("solve", "b", "solve", found, False),
        ("bare iteration", "c", "bare", found, False),
    )
    lines = []
    for name, colour, field, rows, dashed in drawn:
        # Solves of the second night stand for both: they are timed alike.
        cost = {row.people: getattr(row, field) / row.pairs * 1e6 for row in rows}
        if cost:
            lines.append(Line(name, colour, list(cost.items()), dashed))
    said = "; ".join(
        f"{line.name}: " + ", ".join(f"{cost:.2f} at {size:,} people" for size, cost in line.points) for line in lines
    )
    return chart(lines, "microseconds a pair, over people", f"Microseconds a pair: {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--pairs", type=int, default=plant.PAIRS)
    parser.add_argument("--entries", action="store_true", help="the first run, which reads the whole ledger")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each night")
    parser.add_argument("--picture", type=Path, metavar="OUT.svg")
    given = parser.parse_args()
    found = []
    for row in rows(given.people, given.pairs, given.entries):
        found.append(row)
        answer(msgspec.json.encode(asdict(row)).decode() if given.json else row.say())
    if given.picture:
        given.picture.write_text(draw(found))


if __name__ == "__main__":
    sys.exit(main())
