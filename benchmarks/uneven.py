"""The same mix of messages, replies and reactions by 400 people in 20 teams, with some of them doing 30 % of it.

Nobody answers or likes their own, or likes a thing twice, so that each case gives as many points as the others.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from benchmarks.chat import PACE, PEOPLE, START
from benchmarks.kit import SOURCE, TEAMS

CASES = ("even", "one does", "one gives", "one gets", "one team does")
SPACES = 30
SHARE, REACTIONS = 0.30, 0.45
HOT = 0
#: Messages that are there before: one of each person, and many of the one whose likes are counted.
GREETED = [(f"hello:{who}", who) for who in range(PEOPLE)]
OF_HOT = [(f"hello:{HOT}:{number}", HOT) for number in range(1_000)]
GREETINGS = len(GREETED) + len(OF_HOT)

Thing = tuple[str, int]


def greetings() -> bytes:
    """So that everybody is there."""
    return msgspec.json.encode([_create(key, who, START - 86_400) for key, who in GREETED + OF_HOT])


def bodies(case: str, count: int, batch: int, seed: int = 1) -> Iterator[bytes]:
    chance, written = random.Random(seed), list[dict[str, object]]()
    made: deque[Thing] = deque(GREETED, maxlen=2_000)
    liked: set[tuple[Thing, int]] = set()
    for number in range(count):
        at = START + number * PACE
        reacts = chance.random() < REACTIONS
        who = _actor(case, chance, reacts)
        to_hot = case == "one gets" and reacts and who != HOT and chance.random() < SHARE / REACTIONS
        thing = _drawn(made, to_hot, chance)
        while thing[1] == who or (reacts and (thing, who) in liked):
            thing = _drawn(made, to_hot, chance)
        if reacts:
            liked.add((thing, who))
            event = _like(thing, who, number, at)
        else:
            event = _create(f"C1:{number}", who, at, chance.randrange(60))
            if chance.random() < 0.5:
                event["type"] = "collab.reply.v1"
                event["data"]["object"]["inReplyTo"] = {"id": thing[0]}
            made.append((f"C1:{number}", who))
        event["data"]["target"] = {"id": f"C{chance.randrange(SPACES)}"}
        written.append(event)
        if len(written) == batch or number == count - 1:
            yield msgspec.json.encode(written)
            written = []


def hot(case: str) -> Sequence[str]:
    """Whose accounts it is about."""
    return [f"U{who}" for who in range(HOT, PEOPLE, TEAMS if case == "one team does" else PEOPLE)]


def _actor(case: str, chance: random.Random, reacts: bool) -> int:
    drawn, who = chance.random(), chance.randrange(PEOPLE)
    if (case == "one does" and drawn < SHARE) or (case == "one gives" and reacts and drawn < SHARE / REACTIONS):
        return HOT
    if case == "one team does" and drawn < SHARE:
        return who - who % TEAMS
    return who


def _drawn(made: Sequence[Thing], to_hot: bool, chance: random.Random) -> Thing:
    """One of the last messages, or of those that are liked so much."""
    return chance.choice(OF_HOT) if to_hot else made[-min(len(made), int(chance.expovariate(1 / 40)) + 1)]


def _like(thing: Thing, who: int, number: int, at: int) -> dict[str, Any]:
    key, owner = thing
    about = {"id": key, "kind": "message", "attributedTo": {"id": f"U{owner}"}}
    data = {"type": "Like", "content": "+1", "statekey": f"{key}:react:U{who}", "object": about}
    return _event(f"{key}:react:{who}:{number}", "react", who, at, data)


def _create(key: str, who: int, at: int, words: int = 9) -> dict[str, Any]:
    thing = {"id": key, "kind": "message", "words": words}
    return _event(f"{key}:create", "create", who, at, {"type": "Create", "object": thing})


def _event(key: str, verb: str, who: int, at: int, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": key,
        "source": SOURCE,
        "type": f"collab.{verb}.v1",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
        "data": {"actor": {"id": f"U{who}"}, **data},
    }
