"""Messages, replies and reactions, as a busy company's chat has them: what most benchmarks take in.

Everybody takes part, some more than others: of 400 people the busiest does 2 %, and the busier half nearly two thirds.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator

import msgspec

PEOPLE, SPACES = 400, 30
#: Seconds from one act to the next: of 400 people each acts ten times a day.
PACE = 20
START = 1_600_000_000
SKEW = 1.5


def called(who: int) -> tuple[str, str]:
    """The account and the name of the person of a number."""
    return f"U{who}", f"Person {who}"


def bodies(
    count: int, batch: int, source: str, seed: int = 1, people: int = PEOPLE, start: int = START
) -> Iterator[bytes]:
    """In batches of CloudEvents, one act each PACE seconds from `start` (seconds since 1970) on."""
    chance, written = random.Random(seed), list[dict[str, object]]()
    made: deque[tuple[str, str]] = deque(maxlen=2_000)
    for number in range(count):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + number * PACE))
        who = int(people * chance.random() ** SKEW)
        key, name = called(who)
        actor = {"id": key, "name": name}
        space = {"id": f"C{chance.randrange(SPACES)}"}
        if made and chance.random() < 0.45:
            key, owner = made[-min(len(made), int(chance.expovariate(1 / 40)) + 1)]
            key_of_act = f"{key}:react:+1:{actor['id']}:{number}"
            thing: dict[str, object] = {"id": key, "kind": "message", "attributedTo": {"id": owner}}
            data = {"type": "Like", "content": "+1", "statekey": f"{key}:react:+1:{actor['id']}"}
            verb = "react"
        else:
            key = f"C1:{start + number}.000100"
            thing = {"id": key, "kind": "message", "words": chance.randrange(60), "digest": "sha256:" + "0" * 64}
            verb, data = "create", {"type": "Create"}
            if made and chance.random() < 0.5:
                verb, thing["inReplyTo"] = "reply", {"id": made[-1][0]}
            made.append((key, actor["id"]))
            key_of_act = f"{key}:create"
        written.append(
            {
                "specversion": "1.0",
                "id": key_of_act,
                "source": source,
                "type": f"collab.{verb}.v1",
                "time": at,
                "data": {"actor": actor, "object": thing, "target": space, **data},
            }
        )
        if len(written) == batch or number == count - 1:
            yield msgspec.json.encode(written)
            written = []
