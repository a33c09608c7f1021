"""What scores do to people who are away, and for people who would cheat: ours and others' of the same events.

    python -m benchmarks.influence.fairness [--events FILE.jsonl] [--json] [--today YYYY-MM-DD]
        [--people N] [--days N] [--seed N] [--draws N] [--source-affiliation PATTERN=AFFILIATION ...]

Of FILE's CloudEvents, or of a seeded organisation (`benchmarks.influence.organisation`). Today is the day of the last
event whose date can be believed, or --today's. Everybody is an employee. What nobody in the events can be looked at
for is left out, and it is said why. `benchmarks.influence.methods` says what the methods are.

- Away: somebody was not there in the last 2, 4, 8 weeks; neither did they do anything, nor anybody anything with their
  work. By how much does their score differ from what the events as they are give? Of those who acted on a day of the
  last two weeks and before the absence, and whom others had endorsed by then: the median, and the worst of ten, which
  is where the lowest tenth ends. Once more with the leave entered.
- Ring: 3, 5, 10, 20 people like one another's work 100 times each, evenly over the last 20 working days. How many times
  what they had do they have, all together? The median of such rings, drawn at random, and the worst; and of newcomers
  (verified), who had nothing but their own voices. With cohesion, the ring was there in the quarter before already,
  else it would not be known who is close to whom.
- Fakes: 20 new accounts like one person's work 100 times each, unverified and verified. How many times what they had
  does that person have? Unverified ones must bring exactly nothing.
- Heavy rater: one person likes everything that another ever made, on the day it was made. How many times what they had
  does the other have?

What is frozen for a quarter is frozen without all that. People are drawn from those who were endorsed, with a seed: as
many as --draws says, else fewer the more events there are.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.influence import organisation as seeded
from benchmarks.influence import scenarios, taken
from benchmarks.influence.command import answer, options, told
from benchmarks.influence.facts import Facts, Numbers, Otherwise, chosen
from benchmarks.influence.methods import METHODS, Organisation
from benchmarks.influence.taken import CannotTake, Counts, Taken
from tqdm import tqdm

from renown import clock
from renown_influence.graph import Floats
from renown_influence.leave import Bools

WEEKS, RINGS, COHESION = (2, 4, 8), (3, 5, 10, 20), (0.25, 0.5)
#: People, and rings of each size, that are drawn at most and at least; together they look at so many rows of evidence.
MOST, LEAST, ROWS = 100, 10, 20_000_000
#: Rings are drawn so many times less often than people.
PER_RING = 5
#: What is promised of ours: away for two weeks, a ring of ten, the same with cohesion, fakes that nobody verified.
AWAY_AIM, RING_AIM, COHESIVE_AIM, FAKES_AIM = -0.01, 2.5, 1.5, 1.0
_RECENT = 14
#: Of changes, where the worst of ten begins.
_WORST = 10.0
_ENTERED = "influence, leave entered"
_HEAVY = "one heavy rater"
_COHESIVE = {f"influence, cohesion {eta:g}": eta for eta in COHESION}
_UNVERIFIED, _VERIFIED = (f"{scenarios.FAKES} {kind} fakes" for kind in ("unverified", "verified"))


@dataclass(frozen=True)
class Row:
    """`median` and `worst` are relative changes where somebody is away, else times what they had before.

    None where there is nobody to look at, or nothing to compare with. `of` is how many people or rings there were.
    """

    what: str
    method: str
    of: int
    median: float | None
    worst: float | None


@dataclass(frozen=True)
class Aim:
    """`figure` is None where the events have nobody to look at; then nothing is missed."""

    what: str
    aim: float
    figure: float | None
    missed: bool


@dataclass(frozen=True)
class LeftOut:
    """What there is no figure for, by any `method` or by one, and why."""

    what: str
    method: str | None
    why: str


@dataclass
class Outcome:
    """`people` were endorsed, by `pairs` of people who endorse and are endorsed."""

    today: str
    events: Counts
    people: int
    pairs: int
    notes: list[str]
    rows: list[Row] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def run(events: Taken, draws: int | None = None, seed: int = 1) -> Outcome:
    organisation = Organisation(events.facts)
    bench = _Bench(organisation, draws or _draws(events.facts), np.random.default_rng(seed))
    found = Outcome(
        today=str(clock.to_date(events.facts.today)),
        events=events.counts,
        people=len(bench.endorsed),
        pairs=len(organisation.ties["clock"].owner),
        notes=events.notes,
    )
    steps = [*(lambda weeks=weeks: bench.away(weeks) for weeks in WEEKS), *(lambda k=k: bench.ring(k) for k in RINGS)]
    steps += [lambda: bench.fakes(False), lambda: bench.fakes(True), bench.heavy]
    for step in tqdm(steps, unit=" scenarios", disable=None, file=sys.stderr, leave=False):
        found.rows += step()
    found.aims, found.left_out = list(aims(found.rows)), list(left_out(found.rows, len(bench.endorsed)))
    return found


def _draws(facts: Facts) -> int:
    return max(LEAST, min(MOST, ROWS // max(len(facts.evidence), 1)))


class _Bench:
    """Draws people and looks at what becomes of their scores."""

    def __init__(self, organisation: Organisation, draws: int, chance: np.random.Generator) -> None:
        self._organisation, self._facts, self._draws, self._chance = organisation, organisation.facts, draws, chance
        self.endorsed = np.unique(organisation.ties["clock"].owner)
        self._before = {method: organisation.everybody(method) for method in METHODS}

    def away(self, weeks: int) -> list[Row]:
        changes: dict[str, list[float]] = {method: [] for method in (*METHODS, _ENTERED)}
        first = self._facts.today - 7 * weeks + 1
        for one in self._drawn(self._away(first)):
            own = self._facts.of(np.array([one]))
            other = scenarios.away(own, int(one), 7 * weeks)
            entered = scenarios.on_leave(other, int(one), first)
            for method in METHODS:
                changes[method].append(self._times(method, own, other, own.people) - 1)
            changes[_ENTERED].append(self._times("influence", own, entered, own.people) - 1)
        return [_row(f"away {weeks} weeks", method, found, _WORST) for method, found in changes.items()]

    def _away(self, first: int) -> Numbers:
        """Who can be away: they did something before it and lately, and somebody had endorsed them by then."""
        facts = self._facts
        lately = self._acted(facts.today - _RECENT + 1, facts.today + 1)
        before = self._acted(facts.world.activity.first, first)
        earlier = chosen(facts.size, facts.owner[facts.evidence.day < first])
        return self.endorsed[(lately & before & earlier)[self.endorsed]]

    def _acted(self, first: int, until: int) -> Bools:
        """Who did anything from one day on, until the day before another."""
        activity, person = self._facts.world.activity, self._facts.world.people.person
        days = slice(max(first - activity.first, 0), max(until - activity.first, 0))
        acted = np.unpackbits(activity.bits, axis=1)[:, days].any(axis=1)
        return chosen(self._facts.size, person[: len(acted)][acted])

    def ring(self, size: int) -> list[Row]:
        """Of people who are there, where there are so many; and of newcomers."""
        rings = max(1, self._draws // PER_RING) if len(self.endorsed) >= size else 0
        drawn = [np.sort(self._chance.choice(self.endorsed, size, replace=False)) for _ in range(rings)]
        among = [(self._facts.of(members), members) for members in drawn]
        new = scenarios.newcomers(self._facts.of(np.empty(0, np.int64)), size)
        return [*self._rings(f"ring of {size}", among), *self._rings(f"ring of {size} newcomers", [new])]

    def _rings(self, what: str, among: Sequence[tuple[Otherwise, Numbers]]) -> list[Row]:
        gains: dict[str, list[float]] = {method: [] for method in (*METHODS, *_COHESIVE)}
        for own, members in among:
            other = scenarios.ring(own, members)
            for method in METHODS:
                gains[method].append(self._times(method, own, other, members))
            for name, eta in _COHESIVE.items():
                had, has = (self._organisation.had_cohesive(eta, one, members) for one in (own, other))
                gains[name].append(_quotient(has, had))
        return [_row(what, method, found) for method, found in gains.items()]

    def fakes(self, verified: bool) -> list[Row]:
        gains: dict[str, list[float]] = {method: [] for method in METHODS}
        for one in self._drawn(self.endorsed):
            own = self._facts.of(np.array([one]))
            other = scenarios.fakes(own, int(one), verified)
            for method in METHODS:
                gains[method].append(self._times(method, own, other, own.people))
        return [_row(_VERIFIED if verified else _UNVERIFIED, method, found) for method, found in gains.items()]

    def heavy(self) -> list[Row]:
        gains: dict[str, list[float]] = {method: [] for method in METHODS}
        made = self._facts.made.only(self._facts.made.day <= self._facts.today)
        able = np.intersect1d(self.endorsed, made.person) if len(self.endorsed) > 1 else self.endorsed[:0]
        for owner in self._drawn(able):
            rater = self._chance.choice(self.endorsed[self.endorsed != owner])
            own = self._facts.of(np.array([owner, rater]))
            other = scenarios.heavy(own, int(rater), made.only(made.person == owner))
            for method in METHODS:
                gains[method].append(self._times(method, own, other, np.array([owner])))
        return [_row(_HEAVY, method, found) for method, found in gains.items()]

    def _drawn(self, people: Numbers) -> Numbers:
        return np.sort(self._chance.choice(people, min(self._draws, len(people)), replace=False))

    def _times(self, method: str, own: Otherwise, other: Otherwise, who: Numbers) -> float:
        """How many times what they have these people would have, all together."""
        known = who.max() < self._facts.size and not method.startswith("influence")
        # Ours is reckoned in the same way as what it is compared with, to the last digit.
        had = self._before[method][who] if known else self._organisation.had(method, own, who)
        return _quotient(self._organisation.had(method, other, who), had)


def _quotient(has: Floats, had: Floats) -> float:
    return float(has.sum() / had.sum()) if had.sum() else np.nan


def _row(what: str, method: str, found: Sequence[float], percentile: float | None = None) -> Row:
    """`percentile` is where the worst of changes lies; of gains it is the highest."""
    told = np.array(found)[np.isfinite(found)] if found else np.empty(0)
    if not len(told):
        return Row(what, method, 0, None, None)
    worst = told.max() if percentile is None else np.percentile(told, percentile)
    return Row(what, method, len(told), float(np.median(told)), float(worst))


def aims(rows: Sequence[Row]) -> Iterator[Aim]:
    found = {(row.what, row.method): row for row in rows}
    away = found["away 2 weeks", "influence"].median
    yield Aim("away 2 weeks, median", AWAY_AIM, away, away is not None and away < AWAY_AIM)
    for method, aim in (("influence", RING_AIM), ([*_COHESIVE][-1], COHESIVE_AIM)):
        for what in ("ring of 10", "ring of 10 newcomers"):
            worst = found[what, method].worst
            yield Aim(f"{what}, worst, {method}", aim, worst, worst is not None and worst > aim)
    gained = found[_UNVERIFIED, "influence"].worst
    yield Aim(f"{_UNVERIFIED}, worst", FAKES_AIM, gained, gained is not None and gained != FAKES_AIM)


def left_out(rows: Sequence[Row], endorsed: int) -> Iterator[LeftOut]:
    """What the events have nobody for; `endorsed` are people who were endorsed."""
    for what in dict.fromkeys(row.what for row in rows):
        mine = [row for row in rows if row.what == what]
        without = [row.method for row in mine if row.median is None]
        if len(without) == len(mine):
            yield LeftOut(what, None, _nobody(what, endorsed))
        else:
            for method in without:
                yield LeftOut(what, method, "by it nobody who was looked at had anything before")


def _nobody(what: str, endorsed: int) -> str:
    kind, _, size = what.rpartition(" ")
    if kind == "ring of":
        return f"{endorsed:,} people were endorsed, fewer than {size}"
    if what.startswith("away"):
        return (
            "nobody acted both before that time and on one of the last 14 days, and was endorsed before it: "
            "the events are of too few days, or of too few people"
        )
    if what == _HEAVY and endorsed > 1:
        return "of the people who were endorsed, the events have nothing that one of them made"
    return f"{endorsed:,} people were endorsed"


def say(outcome: Outcome) -> str:
    lines = [
        f"{outcome.events.accepted:,} events up to {outcome.today}, {outcome.people:,} people who were endorsed, "
        f"{outcome.pairs:,} pairs"
    ]
    for what in dict.fromkeys(row.what for row in outcome.rows):
        mine = [row for row in outcome.rows if row.what == what]
        away = what.startswith("away")
        times = max(row.of for row in mine)
        lines.append(f"\n{f'{what} ({times} times)':34}{'median':>12}{'worst of ten' if away else 'worst':>14}")
        lines += [f"  {row.method:32}{_said(row.median, away):>12}{_said(row.worst, away):>14}" for row in mine]
    lines.append("")
    for one in outcome.left_out:
        lines.append(f"left out: {one.what}{f', by {one.method}' if one.method else ''}: {one.why}")
    lines.append("")
    for aim in outcome.aims:
        away = aim.what.startswith("away")
        missed = "  MISSED" if aim.missed else ""
        lines.append(f"{aim.what}: {_said(aim.figure, away)}, aim {_said(aim.aim, away)}{missed}")
    return "\n".join(lines)


def _said(figure: float | None, change: bool) -> str:
    if figure is None:
        return "-"
    return f"{figure:+.2%}" if change else f"{figure:,.2f}x" if figure != 1 else "1x"


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--people", type=int, default=seeded.PEOPLE, help="of the seeded organisation")
    parser.add_argument("--days", type=int, default=seeded.DAYS, help="of the seeded organisation")
    parser.add_argument("--seed", type=int, default=seeded.SEED)
    parser.add_argument("--draws", type=int, help="people that are drawn")
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = given.events
            if path is None:
                path = Path(folder) / "seeded.jsonl"
                seeded.write(path, given.seed, given.people, given.days)
            events = told(taken.take(path, given.source_affiliation, given.today))
    except CannotTake as error:
        print(error, file=sys.stderr)
        return 2
    outcome = run(events, given.draws, given.seed)
    answer(msgspec.json.encode(asdict(outcome)).decode() if given.json else say(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
