"""Boards of many people: pages, places and neighbours through the gate, beside the bare indexed query for each.

    python -m benchmarks.boards [--people N ...] [--calls N] [--only DATABASE] [--json] [DATABASE_URL]

The reference is a hand-written statement for the same rows and columns, on the same connection; for "my rank" it
is the bare look-up of the histogram, which knows the amount already. Both are called in turn, warm, for different
people, and the median counts: by the clock, and in CPU of this process. The gate besides asks who may look, and says
places, how many there are, how deep one may read and when it was counted. Pages are the whole WSGI application for
somebody signed in, beside a bare Flask page of 50 rows from the same statement. Before anything is timed, places
are compared with a count over the table. An address is that of a PostgreSQL server on which databases may be made;
without one it is the embedded one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median

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


@dataclass
class Outcome:
    """Medians in microseconds: `wall` by the clock, `cpu` of this process; `bare_*` of the reference."""

    database: str
    people: int
    what: str
    aim: float
    wall: float
    bare_wall: float
    cpu: float
    bare_cpu: float

    @property
    def ratio(self) -> float:
        return self.wall / self.bare_wall

    def say(self) -> str:
        over = "" if self.ratio <= self.aim else "  OVER"
        return (
            f"  {self.what:16} {self.wall:8,.0f} us, bare {self.bare_wall:7,.0f}: {self.ratio:6.2f} of {self.aim:g};"
            f" CPU {self.cpu:7,.0f}, bare {self.bare_cpu:6,.0f}: {self.cpu / self.bare_cpu:6.2f}{over}"
        )


def run(url: str, people: int, calls: int) -> list[Outcome]:
    begun = time.perf_counter()
    here = crowd.plant(url, people)
    print(f"{here.db.dialect}, {people:,} people, put there in {time.perf_counter() - begun:.0f} s", flush=True)
    outcomes = []
    with here.db.read() as conn:
        exact(here, conn)
        for what, ours, bare in reads(here, conn):
            outcomes.append(Outcome(here.db.dialect, people, what, 3.0, *compare(ours, bare, calls)))
    for what, ours, bare in pages.requests(here):
        outcomes.append(Outcome(here.db.dialect, people, what, 5.0, *compare(ours, bare, calls)))
    here.renown.close()
    return outcomes


def reads(here: Crowd, conn: Connection) -> Iterator[tuple[str, Callable[[int], object], Callable[[int], object]]]:
    """Name, the gate's call and the bare one's, each for the person of a number."""
    month, bare = Bare(conn).boards(MONTH.kind, MONTH.start, boards.ORGANISATION)
    team, of_team = Bare(conn).boards(MONTH.kind, MONTH.start, f"team:{here.teams // 2}")
    teams, of_teams = Bare(conn).boards(MONTH.kind, MONTH.start, boards.TEAMS)
    amounts = bare.amounts(month)
    which = (MEASURE, MONTH.kind, MONTH.start)

    def cursor(number: int) -> boards.Cursor:
        return boards.Cursor(amounts.get(here.person(number), 5_000), here.person(number))

    yield (
        "first page",
        lambda n: boards.board(conn, here.viewer(n), *which, limit=PAGE),
        lambda n: bare.first(month, PAGE),
    )
    yield (
        "middle page",
        lambda n: boards.board(conn, DEEP, *which, after=cursor(n), limit=PAGE, deep=True),
        lambda n: bare.after(month, cursor(n).amount, cursor(n).subject, PAGE),
    )
    yield (
        "team page",
        lambda n: boards.board(conn, here.viewer(n), *which, f"team:{here.teams // 2}", limit=PAGE),
        lambda n: of_team.first(team, PAGE),
    )
    yield (
        "page of teams",
        lambda n: boards.board(conn, here.viewer(n), *which, boards.TEAMS, limit=PAGE),
        lambda n: of_teams.teams(teams, PAGE),
    )
    yield (
        "my rank",
        lambda n: boards.rank(conn, here.viewer(n), here.person(n), *which),
        lambda n: bare.rank(month, amounts.get(here.person(n), 5_000)),
    )
    yield (
        "around me",
        lambda n: boards.around(conn, here.viewer(n), *which),
        lambda n: bare.around(month, here.person(n), boards.NEAR),
    )


def compare(ours: Callable[[int], object], bare: Callable[[int], object], calls: int) -> tuple[float, ...]:
    """Medians in microseconds: by the clock (ours, bare), then CPU (ours, bare)."""
    chance = random.Random(5)
    times: tuple[list[float], ...] = ([], [], [], [])
    for number in range(-max(3, calls // 10), calls):
        who = chance.randrange(1, 1_000_000_000)
        for place, call in enumerate((ours, bare)):
            wall, cpu = time.perf_counter(), time.process_time()
            call(who)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if number >= 0:
                times[place].append(wall * 1e6)
                times[place + 2].append(cpu * 1e6)
    return tuple(round(median(one), 1) for one in times)


def exact(here: Crowd, conn: Connection, sample: int = 100) -> None:
    """Places through the gate against a count over the table: ties, hidden people and neighbours included."""
    bare = Bare(conn)
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
        assert [line.subject_id for line in page.lines] == [
            row[0] for row in bare.after(month, own.amount, own.subject_id, PAGE)
        ]
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
