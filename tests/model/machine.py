"""Anything an organisation does to its ledger, in any order, by hypothesis: what fails is shrunk to the least of it.

`python -m tests.model.machine --examples 500 --steps 30 --seed 7 [DATABASE_URL | postgresql]` takes its time.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule
from sqlalchemy import create_engine, make_url, text

from renown import clock
from tests.holds import kit
from tests.model import checks, faults, points
from tests.model.history import Told
from tests.model.life import Life

#: What decides one small thing; hypothesis chooses how many of them there are, and in which order.
SEED = st.sampled_from(range(1 << 16))

#: What administrators do, each of them as often.
ACTS = ("merge", "split", "place", "affiliate", "publish", "adjust", "set_aside", "leave")
#: What was done in all histories of this process.
done: Counter[str] = Counter()

#: Gives a new database that has the core's tables, for a while.
Fresh = Callable[[], AbstractContextManager[str]]


class Machine(RuleBasedStateMachine):
    """An installation and the model of it. They are compared at the end, and now and then before."""

    def __init__(self, fresh: Fresh) -> None:
        super().__init__()
        self._held = ExitStack()
        self._folder = Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="renown-model-")))
        self._url = self._held.enter_context(fresh())

    @initialize(seed=SEED, early=st.booleans())
    def begin(self, seed: int, early: bool) -> None:
        self.life = Life(self._url, self._folder, random.Random(seed))
        self._held.callback(self.life.renown.close)
        self._held.enter_context(clock.set_to(lambda: self.life.now))
        self.life.begin(early)

    def _by(self, seed: int) -> Life:
        self.life.rng = random.Random(seed)
        return self.life

    # Twice, since rules are drawn alike and this one is what the others work on.
    @rule(seeds=st.lists(SEED, min_size=1, max_size=12), order=SEED)
    def people_act(self, seeds: list[int], order: int) -> None:
        self._act(seeds, order)

    @rule(seeds=st.lists(SEED, min_size=6, max_size=20), order=SEED)
    def many_act(self, seeds: list[int], order: int) -> None:
        self._act(seeds, order)

    def _act(self, seeds: list[int], order: int) -> None:
        for seed in seeds:
            self._by(seed).make()
        self._by(order).send()

    @rule(seeds=st.lists(SEED, min_size=2, max_size=8), order=SEED)
    def rules_change_after_what_is_dated_tomorrow(self, seeds: list[int], order: int) -> None:
        self.life.ahead = True
        self._act(seeds, order)
        self.life.ahead = False
        self._by(order).publish()
        self.life.note()

    @rule(days=st.sampled_from((1, 3, 20)))
    def time_passes(self, days: int) -> None:
        self.life.now += days * clock.DAY

    @rule(times=st.sampled_from((1, 2, 100)))
    def numbers_follow(self, times: int) -> None:
        for _ in range(times):
            if not self.life.renown.catch_up():
                break

    @rule(days=st.sampled_from((3, 10, 35)))
    def periods_close(self, days: int) -> None:
        self.life.settle()
        self.life.now += days * clock.DAY
        self.life.close()

    @rule(acts=st.lists(st.tuples(st.sampled_from(ACTS), SEED), min_size=2, max_size=6))
    def administrators_act(self, acts: list[tuple[str, int]]) -> None:
        for act, seed in acts if self.life.people else ():
            getattr(self._by(seed), act)()
            self.life.note()

    @rule(seeds=st.lists(SEED, min_size=2, max_size=2))
    def people_merge_and_split(self, seeds: list[int]) -> None:
        if self.life.people:
            self._by(seeds[0]).merge()
            if seeds[1] % 2:
                self._by(seeds[1]).split()
            self.life.note()

    @rule(seed=SEED)
    def somebody_is_erased(self, seed: int) -> None:
        if self.life.people:
            self._by(seed).erase()
            self.life.note()

    @rule(seed=SEED, past=st.booleans())
    def the_past_is_recounted(self, seed: int, past: bool) -> None:
        life = self._by(seed)
        if past:
            life.publish(past=True)
        life.recount()
        done.update(["recounts"])
        life.note()

    @rule(seed=SEED)
    def the_ledger_is_replayed(self, seed: int) -> None:
        self._by(seed).replay()
        done.update(["replays"])

    @rule()
    def a_plugin_is_switched(self) -> None:
        self.life.enable(not self.life.points_on)

    @rule()
    def all_is_compared(self) -> None:
        self._compare()

    def _compare(self) -> None:
        self.life.settle()
        checks.check(self.life)

    def teardown(self) -> None:
        with self._held:
            if hasattr(self, "life"):
                done.update(["histories"])
                done.update(f"{one.verb}" if isinstance(one, Told) else "events" for one in self.life.history.log)
            # Where a step failed there may be nothing to compare.
            if hasattr(self, "life") and sys.exc_info()[0] is None:
                self.life.enable()
                self.life.deliver(self.life.made)
                self._compare()


def run(fresh: Fresh, examples: int, steps: int, seed: int | None = None, *, shrink: bool = True) -> None:
    """Raises what fails first, with the least history that does. Without a seed it does the same each time."""
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=seed is None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        report_multiple_bugs=False,
    )  # fmt: skip
    test = get_state_machine_test(lambda: Machine(fresh), settings=chosen)
    (test if seed is None else hypothesis.seed(seed)(test))()


def copies(url: str) -> Fresh:
    """Copies of a migrated, empty database that nobody is connected to."""
    if url.startswith("sqlite"):
        template = Path(url.removeprefix("sqlite:///")).read_bytes()
    address = make_url(url)
    numbers = iter(range(1_000_000))

    @contextmanager
    def fresh() -> Iterator[str]:
        if address.drivername.startswith("sqlite"):
            with tempfile.TemporaryDirectory(prefix="renown-model-") as folder:
                path = Path(folder) / "renown.sqlite3"
                path.write_bytes(template)
                yield f"sqlite:///{path}"
            return
        name = f"{address.database}_{next(numbers)}"
        admin = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
        try:
            with admin.connect() as conn:
                conn.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{address.database}"'))
            yield address.set(database=name).render_as_string(hide_password=False)
            with admin.connect() as conn:
                conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        finally:
            admin.dispose()

    return fresh


def catches(name: str, fresh: Fresh, examples: int, steps: int, seed: int | None = None) -> str | None:
    """What is said of a planted fault, None where it is missed."""
    try:
        with faults.made(name), contextlib.redirect_stdout(None):
            run(fresh, examples, steps, seed, shrink=False)
    except Exception as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", action="store_true", help="plant one fault after the other; each must be found")
    parser.add_argument("--only", choices=faults.FAULTS, help="of the faults")
    parser.add_argument("database", nargs="?", help="an address, or postgresql to start a server; SQLite without")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="renown-model-") as folder, kit.database(asked.database) as url:
        points.install(Path(folder))
        sys.path.insert(0, folder)
        if asked.faults:
            sys.exit(_plant(copies(url), asked))
        run(copies(url), asked.examples, asked.steps, asked.seed)
    told = ", ".join(f"{number} {what}" for what, number in done.most_common())
    print(f"seed {asked.seed}, up to {asked.steps} steps: as the model says, in all of {told}")


def _plant(fresh: Fresh, asked: argparse.Namespace) -> int:
    """How many were missed."""
    missed = 0
    for name in [asked.only] if asked.only else faults.FAULTS:
        done.clear()
        said = catches(name, fresh, asked.examples, asked.steps, asked.seed)
        print(
            f"{name}: {'MISSED in' if said is None else 'found by history'} {done['histories']}: {said}"[:160],
            flush=True,
        )
        missed += said is None
    return missed


if __name__ == "__main__":
    main()
