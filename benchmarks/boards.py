"""Boards of many people: pages, places and neighbours through the gate, beside the bare indexed query for each.

    python -m benchmarks.boards [--people N ...] [--calls N] [--only DATABASE] [--json] [DATABASE_URL]

The reference is a hand-written statement for the same rows and columns, on a connection of the driver's own with its
defaults: on PostgreSQL its statements are prepared, as Renown's are. For "my rank" the reference is the bare look-up of
the histogram, which knows the amount already. Both are called by turns, warm, for different people, and the median
counts: by the clock, and in CPU of this process. The gate besides asks who may look, and says places, how many there
are, how deep one may read and when it was counted. Pages are the whole WSGI application for somebody signed in, beside
a bare Flask page with the same rows. The tables are freshly written, indexed and vacuumed. Before anything is timed,
both are shown to answer the same, and places are compared with a count over the table. An address is that of a
PostgreSQL server on which databases may be made; without one it is the embedded one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median, quantiles
from typing import Any, NamedTuple

import msgspec
from benchmarks import crowd, kit, pages
from benchmarks.bare import Bare
from benchmarks.crowd import MEASURE, MONTH, Crowd
from sqlalchemy import Connection

from renown import clock
from renown.access.viewer import Viewer
from renown.ledger import boards

DEEP = Viewer(None, "administrator")
PAGE = 50

Call = Callable[[int], Any]


@dataclass
class Outcome:
    """Microseconds, medians by the clock (`wall`) and of CPU of this process; `p95` by the clock."""

    database: str
    people: int
    what: str
    aim: float
    wall: float
    bare_wall: float
    cpu: float
    bare_cpu: float
    p95: float
    bare_p95: float

    @property
    def ratio(self) -> float:
        return self.wall / self.bare_wall

    def say(self) -> str:
        over = "" if self.ratio <= self.aim else "  OVER"
        return (
            f"  {self.what:32} {self.wall:8,.0f} us, bare {self.bare_wall:7,.0f}: {self.ratio:6.2f} of {self.aim:g}"
            f"; CPU {self.cpu:7,.0f}, bare {self.bare_cpu:6,.0f}: {self.cpu / self.bare_cpu:6.2f};"
            f" p95 {self.p95:,.0f}, bare {self.bare_p95:,.0f}{over}"
        )


def run(url: str, people: int, calls: int) -> list[Outcome]:
    begun = time.perf_counter()
    here = crowd.plant(url, people)
    print(f"{here.db.dialect}, {people:,} people, put there in {time.perf_counter() - begun:.0f} s", flush=True)
    outcomes = []
    with closing(kit.plain(url)) as connection, here.db.read() as conn:
        plain = Bare.plain(connection)
        exact(here, conn, plain)
        for read in reads(here, conn, plain):
            bare = partial(read.bare, plain.of(read.former))
            alike(here, read.what, read.ours, bare)
            outcomes.append(Outcome(here.db.dialect, people, read.what, 3.0, *compare(read.ours, bare, calls)))
    with closing(kit.plain(url)) as connection:
        for what, ours, bare, before in pages.requests(here, connection):
            outcomes.append(Outcome(here.db.dialect, people, what, 5.0, *compare(ours, bare, calls, before=before)))
    here.renown.close()
    return outcomes


class Read(NamedTuple):
    """The gate's call for the person of a number and the bare one's, beside the place on the board `former`."""

    what: str
    ours: Call
    bare: Callable[[Bare, int], Any]
    former: int = 0


def reads(here: Crowd, conn: Connection, plain: Bare) -> Iterator[Read]:
    which = (MEASURE, MONTH.kind, MONTH.start)
    mine = f"team:{here.teams // 2}"
    month, former = plain.boards(*which[1:], boards.ORGANISATION)
    team, of_team = plain.boards(*which[1:], mine)
    teams, of_teams = plain.boards(*which[1:], boards.TEAMS)
    amounts = plain.amounts(month)

    def cursor(number: int) -> boards.Cursor:
        return boards.Cursor(amounts[here.person(number)], here.person(number))

    yield Read(
        "first page",
        lambda n: boards.board(conn, here.viewer(n), *which, limit=PAGE),
        lambda bare, n: bare.first(month, PAGE),
        former,
    )
    yield Read(
        "middle page",
        lambda n: boards.board(conn, DEEP, *which, after=cursor(n), limit=PAGE, deep=True),
        lambda bare, n: bare.after(month, cursor(n).amount, cursor(n).subject, PAGE),
        former,
    )
    yield Read(
        "team page",
        lambda n: boards.board(conn, here.viewer(n), *which, mine, limit=PAGE),
        lambda bare, n: bare.first(team, PAGE),
        of_team,
    )
    yield Read(
        "page of teams",
        lambda n: boards.board(conn, here.viewer(n), *which, boards.TEAMS, limit=PAGE),
        lambda bare, n: bare.teams(teams, PAGE),
        of_teams,
    )
    yield Read(
        "my rank",
        lambda n: boards.rank(conn, here.viewer(n), here.person(n), *which),
        lambda bare, n: bare.rank(month, amounts[here.person(n)]),
    )
    yield Read(
        "around me",
        lambda n: boards.around(conn, here.viewer(n), *which),
        lambda bare, n: bare.around(month, here.person(n), boards.NEAR),
        former,
    )


def alike(here: Crowd, what: str, ours: Call, bare: Call, sample: int = 20) -> None:
    """AssertionError unless both answer the same: everybody's amount, name and movement; and whole pages."""
    chance = random.Random(4)
    for who in (chance.randrange(here.people) for _ in range(sample)):
        found, rows = ours(who), bare(who)
        if isinstance(found, boards.Line):
            assert found.rank == rows, what
            continue
        lines = found.lines if isinstance(found, boards.Board) else found
        assert len(lines) == len(rows), what
        for line, (subject, amount, key, name, former) in zip(lines, rows, strict=True):
            moved = None if former is None else former - line.rank
            assert line[1:6] == (subject, key, name, amount, moved), f"{what}: {line}"
        if what not in ("middle page", "around me") and here.people >= crowd.FULL:
            assert len(lines) == PAGE, f"{what}: {len(lines)}"


def compare(ours: Call, bare: Call, calls: int, before: Callable[[], None] = lambda: None) -> tuple[float, ...]:
    """Microseconds, ours and the bare one's: medians by the clock, medians of CPU, 95th percentiles by the clock."""
    chance = random.Random(5)
    every = list(enumerate((ours, bare)))
    wall: list[list[float]] = [[] for _ in every]
    cpu: list[list[float]] = [[] for _ in every]
    for number in range(-max(8, calls // 10), calls):
        who = chance.randrange(1, 1_000_000_000)
        before()
        for place, call in every if number % 2 else reversed(every):
            at, used = time.perf_counter(), time.process_time()
            call(who)
            used, at = time.process_time() - used, time.perf_counter() - at
            if number >= 0:
                wall[place].append(at * 1e6)
                cpu[place].append(used * 1e6)
    late = [quantiles(one, n=20, method="inclusive")[18] for one in wall]
    figures = (*map(median, wall), *map(median, cpu), *late)
    return tuple(round(one, 1) for one in figures)


def exact(here: Crowd, conn: Connection, bare: Bare, sample: int = 100) -> None:
    """Places through the gate against a count over the table: ties, hidden people and neighbours included."""
    month = bare.period(MONTH.kind, MONTH.start, boards.ORGANISATION)
    which = (MEASURE, MONTH.kind, MONTH.start)
    chance = random.Random(3)
    seen = set()
    for _ in range(sample):
        viewer = here.viewer(chance.randrange(1, here.people))
        own = boards.rank(conn, viewer, viewer.person_id or 0, *which)
        assert own is not None, viewer
        assert own.rank == bare.counted(month, own.amount), viewer
        near = boards.around(conn, viewer, *which)
        assert own.subject_id in [line.subject_id for line in near]
        for line in near:
            assert line.rank == bare.counted(month, line.amount), line
            assert bare.visible(month, line.subject_id) or line.own, line
        seen |= {bare.visible(month, own.subject_id), "tie" if bare.ties(month, own.amount) > 1 else None}
        page = boards.board(conn, DEEP, *which, after=boards.Cursor(own.amount, own.subject_id), deep=True)
        for line in (page.lines[0], page.lines[-1]) if page.lines else ():
            assert line.rank == bare.counted(month, line.amount), line
    assert here.people < 5_000 or seen >= {True, False, "tie"}


def flat(outcomes: list[Outcome]) -> Iterator[str]:
    """The most people's times over the fewest people's."""
    for database in dict.fromkeys(one.database for one in outcomes):
        mine = [one for one in outcomes if one.database == database]
        few, many = min(one.people for one in mine), max(one.people for one in mine)
        if few < many:
            least = {one.what: one for one in mine if one.people == few}
            parts = [f"{one.what} {one.wall / least[one.what].wall:.2f}" for one in mine if one.people == many]
            yield f"{database}, {many:,} over {few:,} people: {', '.join(parts)}"


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--calls", type=int, default=300)
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    with clock.set_to(crowd.today):
        for url, number in kit.databases(given, len(given.people)):
            some = run(url, given.people[number], given.calls)
            for one in some:
                print(msgspec.json.encode(asdict(one)).decode() if given.json else one.say(), flush=True)
            outcomes += some
    for line in flat(outcomes):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
