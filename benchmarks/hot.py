"""One person with 30 % of all events, beside the even case: the whole job from bytes to the boards, in one process.

    python -m benchmarks.hot [--events N] [--batch N] [--only DATABASE] [--json] [DATABASE_URL]

The same mix of messages, replies and reactions each time, by people in teams; what differs is who: everybody alike, one
who does 30 % of everything, one who gives two of three reactions (30 % of all events), one who gets them, and one team
that does 30 %. After each batch entries and standings follow. The cost is CPU an event of this process and of the
server's backends for it; the even case runs first and last, and its mean is what the others are compared with.
"""

from __future__ import annotations

import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import msgspec
from benchmarks import kit
from sqlalchemy import insert, select

from renown.app import Renown
from renown.ledger import standings
from renown.people.models import Identity, Team, TeamMember

AIM = 1.2
PEOPLE, TEAMS, SPACES = 400, 20, 30
SHARE, REACTIONS = 0.30, 0.45
HOT = 0
CASES = ("even", "one does", "one gives", "one gets", "one team does", "even again")


@dataclass
class Outcome:
    """Microseconds an event."""

    database: str
    case: str
    cpu: float
    wall: float
    append_cpu: float
    score_cpu: float
    standings_cpu: float


def bodies(case: str, count: int, batch: int, seed: int = 1) -> Iterator[bytes]:
    chance, written = random.Random(seed), list[dict[str, object]]()
    made: deque[tuple[str, int]] = deque(maxlen=2_000)
    of_hot: deque[tuple[str, int]] = deque(maxlen=2_000)
    for number in range(count):
        reacts = bool(of_hot) and chance.random() < REACTIONS
        who = _actor(case, chance, reacts)
        to_hot = case == "one gets" and chance.random() < SHARE / REACTIONS
        if reacts:
            pool = of_hot if to_hot else made
            key, owner = pool[-min(len(pool), int(chance.expovariate(1 / 40)) + 1)]
            act = f"{key}:react:{who}:{number}"
            thing: dict[str, object] = {"id": key, "kind": "message", "attributedTo": {"id": f"U{owner}"}}
            verb, data = "react", {"type": "Like", "content": "+1", "statekey": f"{key}:react:{who}"}
        else:
            key = f"C1:{number}"
            act, verb, data = f"{key}:create", "create", {"type": "Create"}
            thing = {"id": key, "kind": "message", "words": chance.randrange(60)}
            if made and chance.random() < 0.5:
                verb, thing["inReplyTo"] = "reply", {"id": made[-1][0]}
            made.append((key, who))
            if who == HOT or not of_hot:
                of_hot.append((key, who))
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + number * 7))
        space = {"id": f"C{chance.randrange(SPACES)}"}
        data = {"actor": {"id": f"U{who}"}, "object": thing, "target": space, **data}
        written.append(_event(act, verb, at, data))
        if len(written) == batch or number == count - 1:
            yield msgspec.json.encode(written)
            written = []


def _actor(case: str, chance: random.Random, reacts: bool) -> int:
    drawn, who = chance.random(), chance.randrange(PEOPLE)
    if (case == "one does" and drawn < SHARE) or (case == "one gives" and reacts and drawn < SHARE / REACTIONS):
        return HOT
    if case == "one team does" and drawn < SHARE:
        return who - who % TEAMS
    return who


def _event(key: str, verb: str, at: str, data: dict[str, object]) -> dict[str, object]:
    kind = f"collab.{verb}.v1"
    return {"specversion": "1.0", "id": key, "source": kit.SOURCE, "type": kind, "time": at, "data": data}


def run(url: str, case: str, count: int, batch: int) -> Outcome:
    renown = kit.opened(url, "hot")
    source = kit.founded(renown)
    kit.take(renown, source, msgspec.json.encode(_greetings()))
    _place(renown)
    _follow(renown)
    standings.catch_up(renown.db)
    spent = {"append": 0.0, "score": 0.0, "standings": 0.0}
    begun = time.perf_counter()
    for body in bodies(case, count, batch):
        _timed(renown, spent, "append", partial(kit.take, renown, source, body))
        _timed(renown, spent, "score", lambda: _follow(renown))
        _timed(renown, spent, "standings", lambda: standings.catch_up(renown.db))
    wall = time.perf_counter() - begun
    renown.close()
    each = {name: round(seconds / count * 1e6, 1) for name, seconds in spent.items()}
    return Outcome(
        renown.db.dialect, case, round(sum(each.values()), 1), round(wall / count * 1e6, 1), each["append"],
        each["score"], each["standings"],
    )  # fmt: skip


def _greetings() -> list[dict[str, object]]:
    """An event of each person, so that they are there."""
    found = []
    for who in range(PEOPLE):
        thing = {"id": f"hello:{who}", "kind": "message", "words": 9}
        data: dict[str, object] = {"type": "Create", "actor": {"id": f"U{who}"}, "object": thing}
        found.append(_event(f"hello:{who}", "create", "2023-11-01T00:00:00Z", data))
    return found


def _place(renown: Renown) -> None:
    """Everybody into a team: U0, U20, U40, ... share one."""
    with renown.db.write() as conn:
        conn.execute(insert(Team), [{"id": t + 1, "slug": f"t{t}", "name": f"Team {t}"} for t in range(TEAMS)])
        accounts = conn.execute(select(Identity.person_id, Identity.key).where(Identity.key.startswith("U")))
        members = [
            {"team_id": int(row.key[1:]) % TEAMS + 1, "person_id": row.person_id, "known": 0} for row in accounts
        ]
        conn.execute(insert(TeamMember), members)


def _follow(renown: Renown) -> None:
    while renown.follower.work(renown.db):
        pass


def _timed(renown: Renown, spent: dict[str, float], name: str, work: Callable[[], object]) -> None:
    server, own = kit.server_cpu(renown.db, "hot"), time.process_time()
    work()
    spent[name] += time.process_time() - own
    spent[name] += kit.server_cpu(renown.db, "hot") - server


def say(outcomes: list[Outcome]) -> Iterator[str]:
    """Each case of one database against the mean of its even ones."""
    even = [one for one in outcomes if one.case.startswith("even")]
    cpu, wall = (sum(getattr(one, name) for one in even) / len(even) for name in ("cpu", "wall"))
    yield f"{outcomes[0].database}: even {cpu:.0f} us of CPU an event, {wall:.0f} us by the clock"
    for one in outcomes:
        over = "  OVER" if one.cpu / cpu > AIM else ""
        yield (
            f"  {one.case:14} CPU {one.cpu:6.0f} us: {one.cpu / cpu:.2f} of {AIM} (append {one.append_cpu:.0f}, score"
            f" {one.score_cpu:.0f}, standings {one.standings_cpu:.0f}); clock {one.wall / wall:.2f}{over}"
        )


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=500)
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for url, number in kit.databases(given, len(CASES)):
        outcomes.append(run(url, CASES[number], given.events, given.batch))
        if given.json:
            print(msgspec.json.encode(asdict(outcomes[-1])).decode(), flush=True)
        elif number == len(CASES) - 1:
            print("\n".join(say(outcomes)), flush=True)
        if number == len(CASES) - 1:
            outcomes = []


if __name__ == "__main__":
    sys.exit(main())
