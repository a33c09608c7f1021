"""The same work over HTTP given to Renown and to gengine, a peer, on the same PostgreSQL and by the same client.

    python -m benchmarks.peers [--events N] [--peer-events N] [--people N] [--environment FOLDER] [--json]
                              [DATABASE_URL]

gengine is installed from the package index into an environment of its own (--environment keeps it for the next run).
Both have so many people with a point each. Then come single events: one after the other, and from 8 connections; after
them boards are read. Rates are until everything stands on the board, so Renown's worker and tick are in its own: it is
given more events, so that one tick does not weigh much. In the end each board must have for everybody what the events
were worth. Durable: every commit is on the disk before it is answered.
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
    parser = kit.options(__doc__)
    parser.add_argument("--events", type=int, default=2_000, help="of each of the two ways of posting")
    parser.add_argument("--peer-events", type=int, default=300, help="the same for the peer")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--reads", type=int, default=30)
    parser.add_argument("--environment", type=Path, metavar="FOLDER", help="where gengine is, or is to be, installed")
    given = parser.parse_args()
    if given.only == "sqlite":
        parser.error("gengine knows PostgreSQL alone")
    given.only = "postgresql"
    told = sys.stderr if given.json else sys.stdout
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for url, spare in kit.pairs(given):
            with own.started(url, given.people) as service:
                figures, rush = run(service, given, given.events)
            say(given, "Renown", figures)
            try:
                programs = gengine.installed((given.environment or Path(folder) / "gengine").absolute())
                with gengine.started(programs, spare, given.people) as peer:
                    theirs, their_rush = run(peer, given, given.peer_events)
            except gengine.Unavailable as error:
                sys.exit(f"gengine cannot be asked here, so these are Renown's figures alone: {error}")
            say(given, "gengine", theirs)
            compare(given, figures, theirs, told)
            print(f"Both boards have for all {given.people:,} people what their events were worth. {gengine.OFF}\n"
                  f"{RUSH} points of one person from {given.connections} connections at once: "
                  f"Renown's board has {rush:g}, gengine's {their_rush:g}.", file=told)  # fmt: skip


def run(service: Service, given: argparse.Namespace, events: int) -> tuple[Figures, float]:
    """With what came of one person's rush after the work. AssertionError where the board is not as it must be."""
    begun: Counter[int] = Counter(range(1, given.people + 1))
    at = service.connect()
    first = work.acts(10, given.people, begun)
    for act in first:  # everything is loaded and planned once
        service.post(at, act)
    service.settle()
    alone = work.acts(events, given.people, begun, 10)
    together = work.acts(events, given.people, begun, 10 + events)
    figures = work.measure(service, alone, together, given.connections, given.reads)
    worth: Counter[int] = Counter(range(1, given.people + 1))
    for act in (*first, *alone, *together):
        worth[act.person] += work.WORTH[act.kind]
    totals = service.totals(at)
    wrong = [person for person in totals.keys() | worth if totals.get(person) != worth[person]]
    assert not wrong, f"{len(wrong)} people's totals are not what their events were worth, of {wrong[:5]} among them"
    before = service.place(at, 1)[1]
    number = 10 + 2 * events
    rush = [Act(number + one, 1, "message", begun[1] + one) for one in range(RUSH)]
    work.from_several(service, rush, given.connections, spread=True)
    service.settle()
    after = service.place(at, 1)[1]
    at.close()
    return figures, after - before


def say(given: argparse.Namespace, name: str, figures: Figures) -> None:
    if given.json:
        print(msgspec.json.encode({"service": name, "people": given.people, **asdict(figures)}).decode(), flush=True)
    elif name == "Renown":
        print(f"{given.people:,} people; {given.events:,} events each way. Renown:", flush=True)
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
