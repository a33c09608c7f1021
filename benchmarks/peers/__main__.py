"""The same work over HTTP given to Renown and to gengine, a peer, on the same PostgreSQL and by the same client.

    python -m benchmarks.peers [--events N] [--people N] [--environment FOLDER] [--json] [DATABASE_URL]

gengine is installed from the package index into an environment of its own (--environment keeps it for the next run).
Both have so many people with a point each. Then come single events: one after the other, and from 8 connections; after
them boards are read. Rates are until everything stands on the board, so Renown's worker and tick are in its own. In
the end both must have the same totals for everybody. Durable: every commit is on the disk before it is answered.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import msgspec
from benchmarks import kit
from benchmarks.peers import gengine, own, work
from benchmarks.peers.work import Act, Figures, Service

#: Events of one person from all connections at once.
RUSH = 40

_LINES = (
    ("events/s, one after the other", "alone", True),
    ("events/s, from {connections} connections", "together", True),
    ("CPU ms an event, services and database", "cpu", False),
    ("ms a post (p50)", "post", False),
    ("ms a board (first page of 50; gengine: the whole)", "board", False),
    ("ms the whole board (Renown: pages of 200)", "whole", False),
    ("ms one's own place", "place", False),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=300, help="of each of the two ways of posting")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--reads", type=int, default=30)
    parser.add_argument("--environment", type=Path, metavar="FOLDER", help="where gengine is, or is to be, installed")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each service")
    parser.add_argument("url", nargs="?", metavar="DATABASE_URL")
    given = parser.parse_args()
    told = sys.stderr if given.json else sys.stdout
    databases = argparse.Namespace(only="postgresql", url=given.url)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for url, spare in kit.pairs(databases):
            with own.started(url, given.people) as service:
                figures, totals, rush = run(service, given)
            say(given, "Renown", figures)
            try:
                programs = gengine.installed((given.environment or Path(folder) / "gengine").absolute())
                with gengine.started(programs, spare, given.people) as peer:
                    theirs, their_totals, their_rush = run(peer, given)
            except gengine.Unavailable as error:
                sys.exit(f"gengine cannot be asked here, so these are Renown's figures alone: {error}")
            say(given, "gengine", theirs)
            compare(given, figures, theirs, told)
            wrong = [
                person for person in totals.keys() | their_totals if totals.get(person) != their_totals.get(person)
            ]
            assert not wrong, f"{len(wrong)} people's totals differ, of {wrong[:5]} among them"
            print(f"The same totals for all {len(totals):,} people: {sum(totals.values()):,.0f} points.", file=told)
            print(f"{RUSH} points of one person from {given.connections} connections at once: "
                  f"Renown's board has {rush:g}, gengine's {their_rush:g}.", file=told)  # fmt: skip


def run(service: Service, given: argparse.Namespace) -> tuple[Figures, dict[int, float], float]:
    """With the totals after the work, and what came of one person's rush, which is not part of them."""
    begun: Counter[int] = Counter(range(1, given.people + 1))
    at = service.connect()
    for act in work.acts(10, given.people, begun):  # everything is loaded and planned once
        service.post(at, act)
    service.settle()
    alone = work.acts(given.events, given.people, begun, 10)
    together = work.acts(given.events, given.people, begun, 10 + given.events)
    figures = work.measure(service, alone, together, given.connections, given.reads)
    totals = service.totals(at)
    before = service.place(at, 1)[1]
    first = 10 + 2 * given.events
    rush = [Act(first + number, 1, "message", begun[1] + number) for number in range(RUSH)]
    work.from_several(service, rush, given.connections, spread=True)
    service.settle()
    after = service.place(at, 1)[1]
    at.close()
    return figures, totals, after - before


def say(given: argparse.Namespace, name: str, figures: Figures) -> None:
    if given.json:
        print(msgspec.json.encode({"service": name, "people": given.people, **asdict(figures)}).decode(), flush=True)
    elif name == "Renown":
        print(f"{given.people:,} people, {given.events} events each way. Renown:", flush=True)
        for what, field, _ in _LINES:
            print(f"  {what.format(connections=given.connections):50} {getattr(figures, field):10,.1f}", flush=True)


def compare(given: argparse.Namespace, ours: Figures, theirs: Figures, told: TextIO) -> None:
    print(f"{'':50} {'Renown':>10} {'gengine':>10} {'times':>8}", file=told)
    for what, field, more in _LINES:
        one, other = getattr(ours, field), getattr(theirs, field)
        print(f"{what.format(connections=given.connections):50} {one:10,.1f} {other:10,.1f} "
              f"{one / other if more else other / one:8,.1f}", file=told)  # fmt: skip
    print(f"Answered with an error and posted again: Renown {ours.again}, gengine {theirs.again}.", file=told)


if __name__ == "__main__":
    main()
