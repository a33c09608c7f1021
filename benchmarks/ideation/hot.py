"""One idea that everybody votes for, beside votes spread over a thousand: whole transactions, from several processes.

    python -m benchmarks.ideation.hot [--clients N] [--votes N] [--rounds N] [--json] [DATABASE_URL]

On PostgreSQL, where several write at once. Each client is a process with connections of its own, and gives one vote a
transaction through the plugin's own function, each by another person. The clock runs from when all are ready until the
last is done. Rounds go by turns. At the end the number of each idea is compared with the votes that were given.
"""

from __future__ import annotations

import multiprocessing as mp
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

import msgspec
from benchmarks import kit
from benchmarks.ideation import plenty
from benchmarks.ideation.plenty import Plenty

from renown.app import build
from renown.settings import Settings
from renown_ideation.ideas import voters

AIM = 0.5
IDEAS = 1_000
PATIENCE = 300


@dataclass
class Outcome:
    """Votes a second."""

    database: str
    clients: int
    hot: float
    spread: float

    @property
    def ratio(self) -> float:
        return self.hot / self.spread

    def say(self) -> str:
        under = "" if self.ratio >= AIM else f"  UNDER THE AIM OF {AIM:g}"
        return (
            f"{self.database}, {self.clients} clients: {self.hot:,.0f} votes/s for one idea, {self.spread:,.0f} over"
            f" {IDEAS:,}: {self.ratio:.2f}{under}"
        )


def run(url: str, clients: int, votes: int, rounds: int, ideas: int = IDEAS) -> Outcome:
    here = plenty.plant(url, 2 * ideas, clients * votes * rounds + 1)
    spread = [here.open_idea(number) for number in range(ideas)]
    rates: dict[str, list[float]] = {"hot": [], "spread": []}
    for number in range(rounds):
        first = number * clients * votes
        for name, chosen in (("spread", spread), ("hot", [here.open_idea(ideas + 7 + number)])):
            rates[name].append(clients * votes / together(url, here, chosen, clients, votes, first))
    _exact(here, clients * votes * rounds * 2)
    here.renown.close()
    return Outcome(here.db.dialect, clients, median(rates["hot"]), median(rates["spread"]))


def together(url: str, here: Plenty, ideas: Sequence[int], clients: int, votes: int, first: int) -> float:
    """Seconds that all took."""
    context = mp.get_context("spawn")
    ready = context.Barrier(clients + 1)
    processes = []
    for client in range(clients):
        begin = first + client * votes
        people = [here.person(begin + number) for number in range(votes)]
        mine = [ideas[(client * 131 + number) % len(ideas)] for number in range(votes)]
        processes.append(context.Process(target=_client, args=(url, list(zip(mine, people, strict=True)), ready)))
    for one in processes:
        one.start()
    ready.wait(PATIENCE)
    begun = time.perf_counter()
    ready.wait(PATIENCE)
    took = time.perf_counter() - begun
    for one in processes:
        one.join(PATIENCE)
        assert one.exitcode == 0, f"a client ended with {one.exitcode}"
    return took


def _client(url: str, votes: Sequence[tuple[int, int]], ready: Barrier) -> None:
    renown = build(Settings(data=Path(tempfile.mkdtemp()), database_url=url, secret_key="b" * 40))
    contexts = renown.contexts.of("ideation")
    with contexts.reading() as ctx:
        voters.number(ctx, votes[0][0])
    ready.wait(PATIENCE)
    for idea, person in votes:
        with contexts.writing() as ctx:
            voters.vote(ctx, idea, person)
    ready.wait(PATIENCE)
    renown.close()


def _exact(here: Plenty, votes: int) -> None:
    """None lost, none twice."""
    with here.renown.contexts.of("ideation").reading() as ctx:
        found = sum(voters.number(ctx, idea) for idea in range(1, here.ideas + 1))
    assert found == votes, f"{found:,} votes are counted, {votes:,} were given"


def main() -> None:
    parser = kit.options(__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--votes", type=int, default=500, help="of each client in a round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    given.only = "postgresql"
    for url, _ in kit.databases(given):
        outcome = run(url, given.clients, given.votes, given.rounds)
        print(
            msgspec.json.encode({**asdict(outcome), "ratio": outcome.ratio}).decode() if given.json else outcome.say(),
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
