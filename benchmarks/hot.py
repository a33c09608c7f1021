"""One person with 30 % of all events, beside the even case: the whole job from bytes to the boards, in one process.

    python -m benchmarks.hot [--events N] [--batch N] [--only DATABASE] [--json] [DATABASE_URL]

The same mix of messages, replies and reactions each time, by people in teams; what differs is who: everybody alike, one
who does 30 % of everything, one who gives two of three reactions (30 % of all events), one who gets them, and one team
that does 30 %. Limits are kept, but so high that nobody meets them: what is counted is the same work in each case, and
none of it for nothing. After each batch entries and standings follow. The cost is CPU an event of this process and of
the server's backends for it, and the clock while they worked; what the server does beside (the writers of its log and
its tables, autovacuum, parallel workers) is only in the clock. The even case runs first and last, and the mean of both
is what the others are compared with.

The cases `beside` are the same over HTTP, by the clock until all stands: four connections to two servers with a worker
(one process on SQLite), which wait for one another's rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import msgspec
from benchmarks import kit, overhttp, uneven
from benchmarks.chat import START
from benchmarks.kit import SOURCE
from sqlalchemy import func, select

from renown import clock
from renown.app import Renown
from renown.events.models import Event
from renown.ledger import rules, standings
from renown.people.models import Identity
from renown.sources.connector import SourceInfo
from renown_activity.plugin import plugin
from renown_migrations import upgrade

AIM = 1.2
CASES = (*uneven.CASES, "even again")
BESIDE = tuple(case for case in CASES if case != "one team does")
#: Of all events at least so many give somebody points.
SCORED = 0.9
#: So high that nobody meets them.
FAR = {"daily_cap": 100_000, "pair_full": 10_000, "giver_quota": 10_000, "most": 100_000}


@dataclass
class Outcome:
    """Microseconds an event; `amounts` are entries that are not 0, `share` is of those whom the case is about."""

    database: str
    case: str
    cpu: float
    wall: float
    append_cpu: float
    score_cpu: float
    standings_cpu: float
    amounts: int
    share: float


@dataclass
class Beside:
    """Microseconds an event by the clock."""

    database: str
    case: str
    wall: float


def run(url: str, case: str, count: int, batch: int) -> Outcome:
    renown, source = _prepared(url)
    before = kit.moved(renown.db).amounts
    spent = {"append": 0.0, "score": 0.0, "standings": 0.0}
    wall = 0.0
    for body in uneven.bodies(case, count, batch):
        wall += _timed(renown, spent, "append", partial(kit.take, renown, source, body))
        wall += _timed(renown, spent, "score", lambda: _follow(renown))
        wall += _timed(renown, spent, "standings", lambda: standings.catch_up(renown.db))
    _check(renown, count)
    amounts, share = kit.moved(renown.db).amounts - before, _share(renown, case) / count
    assert amounts >= SCORED * count, f"{amounts:,} of {count:,} events gave points"
    assert case.startswith("even") or share >= uneven.SHARE * 0.9, f"{share:.2f} of all events are theirs"
    renown.close()
    each = {name: round(seconds / count * 1e6, 1) for name, seconds in spent.items()}
    return Outcome(
        renown.db.dialect, case, round(sum(each.values()), 1), round(wall / count * 1e6, 1), each["append"],
        each["score"], each["standings"], amounts, round(share, 3),
    )  # fmt: skip


def beside(url: str, case: str, count: int, batch: int) -> Beside:
    renown, _ = _prepared(url)
    given = list(uneven.bodies(case, count, batch))
    with kit.up(url, servers=2) as (addresses, token):
        overhttp.post(renown.db, addresses, token, [uneven.greetings()] * 4, connections=4)  # all is loaded: duplicates
        _, wall = overhttp.post(renown.db, addresses, token, given, connections=4)
    _check(renown, count)
    renown.close()
    return Beside(renown.db.dialect, case, round(wall / count * 1e6, 1))


def _prepared(url: str) -> tuple[Renown, SourceInfo]:
    """An installation whose limits are far."""
    renown = kit.opened(url, "hot")
    upgrade(renown.db)
    with renown.db.write() as conn:
        bodies = [(rule.name, dict(rule.default_body)) for rule in plugin.rules]
        far = [(name, {**body, **{key: FAR[key] for key in FAR.keys() & body.keys()}}) for name, body in bodies]
        rules.ensure(conn, plugin.name, far)
    source = kit.founded(renown)
    kit.take(renown, source, uneven.greetings())
    _follow(renown)
    standings.catch_up(renown.db)
    return renown, source


def _follow(renown: Renown) -> None:
    while renown.follower.work(renown.db):
        pass


def _check(renown: Renown, count: int) -> None:
    kit.exactly(renown.db, SOURCE, count + uneven.GREETINGS)
    kit.sound(renown.db)


def _share(renown: Renown, case: str) -> int:
    """How many events are by those whom the case is about, or upon what is theirs."""
    whose = Event.owner_id if case == "one gets" else Event.actor_id
    query = select(func.count()).select_from(Event).join(Identity, Identity.id == whose)
    theirs = query.where(Identity.key.in_(uneven.hot(case)), Event.occurred_at >= START * clock.SECOND)
    with renown.db.read() as conn:
        return conn.scalar(theirs) or 0


def _timed(renown: Renown, spent: dict[str, float], name: str, work: Callable[[], object]) -> float:
    """Seconds by the clock that the work took; its CPU is added."""
    server, own, begun = kit.server_cpu(renown.db, "hot"), time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - begun
    spent[name] += time.process_time() - own
    spent[name] += kit.server_cpu(renown.db, "hot") - server
    return wall


def say(outcomes: list[Outcome]) -> Iterator[str]:
    """Each case of one database against the mean of its even ones."""
    even = [one for one in outcomes if one.case.startswith("even")]
    cpu, wall = (sum(getattr(one, name) for one in even) / len(even) for name in ("cpu", "wall"))
    yield (
        f"{outcomes[0].database}: even {' and '.join(f'{one.cpu:.0f}' for one in even)} us of CPU an event, "
        f"{' and '.join(f'{one.wall:.0f}' for one in even)} us by the clock"
    )
    for one in outcomes:
        over = "  OVER" if one.cpu / cpu > AIM else ""
        yield (
            f"  {one.case:14} CPU {one.cpu:6.0f} us: {one.cpu / cpu:.2f} of {AIM} (append {one.append_cpu:.0f}, score"
            f" {one.score_cpu:.0f}, standings {one.standings_cpu:.0f}); clock {one.wall / wall:.2f};"
            f" {one.amounts:,} entries above 0, {one.share:.0%} theirs{over}"
        )


def say_beside(outcomes: list[Beside]) -> Iterator[str]:
    even = [one.wall for one in outcomes if one.case.startswith("even")]
    mean = sum(even) / len(even)
    yield f"{outcomes[0].database}, beside: even {' and '.join(f'{one:.0f}' for one in even)} us by the clock an event"
    for one in outcomes:
        over = "  OVER" if one.wall / mean > AIM else ""
        yield f"  {one.case:14} {one.wall:6.0f} us: {one.wall / mean:.2f} of {AIM}{over}"


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=500)
    given = parser.parse_args()
    alone: list[Outcome] = []
    together: list[Beside] = []
    for url, number in kit.databases(given, len(CASES) + len(BESIDE)):
        if number == 0:
            alone, together = [], []
        if number < len(CASES):
            alone.append(run(url, CASES[number], given.events, given.batch))
        else:
            together.append(beside(url, BESIDE[number - len(CASES)], given.events, given.batch))
        if given.json:
            print(msgspec.json.encode(asdict((together or alone)[-1])).decode(), flush=True)
        elif len(alone) == len(CASES) and not together:
            print("\n".join(say(alone)), flush=True)
        elif len(together) == len(BESIDE):
            print("\n".join(say_beside(together)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
