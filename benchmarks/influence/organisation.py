"""A seeded organisation as CloudEvents: teams, people whose work is good or bad however much of it there is, holidays.

    python -m benchmarks.influence.organisation [--people N] [--days N] [--seed N] [--alike] EVENTS.jsonl [TRUTH.csv]

How much somebody does, how good it is and how freely they like others' work are drawn independently. Who reads a thing
likes it the likelier the better they find it, and how well they can tell differs: whose own work is good judges better
on average, and who cannot judge finds one thing as good as another. With --alike all judge rightly. TRUTH has
everybody's quality, as `benchmarks.influence.accuracy` reads it.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from renown import clock

SOURCE = "post:acme"
PEOPLE, DAYS, SEED = 120, 365, 1
#: The last day: a Friday.
END = 20_630
TEAM = 12
#: People who read a thing, and how many of them are of the author's team.
READERS, NEAR = 8, 6
#: How much of somebody's judgement is how good their own work is; the rest is drawn.
SKILL = 0.7
_HOUR = 3600
_SATURDAY = 5


@dataclass
class Colleague:
    """`quality` and `judgement` are between 0 and 1, `pace` things made a working day, `warmth` 1 where one likes as
    most do."""

    number: int
    quality: float
    judgement: float
    pace: float
    warmth: float
    leave: list[range] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"u{self.number}"

    @property
    def team(self) -> int:
        return self.number // TEAM

    def works(self, day: int) -> bool:
        return (day + 3) % 7 < _SATURDAY and not any(day in away for away in self.leave)


def found(seed: int = SEED, people: int = PEOPLE, days: int = DAYS) -> list[Colleague]:
    chance, judging = random.Random(f"{seed}:people"), random.Random(f"{seed}:judgement")
    made = []
    for number in range(people):
        quality = chance.betavariate(2, 2)
        judgement = SKILL * quality + (1 - SKILL) * judging.random()
        one = Colleague(number, quality, judgement, chance.lognormvariate(-0.7, 0.7), chance.lognormvariate(0, 0.5))
        for _ in range(max(1, days // 150)):
            start = END - chance.randrange(1, max(2, days))
            one.leave.append(range(start, start + chance.choice((7, 14, 21))))
        made.append(one)
    return made


def events(
    seed: int = SEED, people: int = PEOPLE, days: int = DAYS, *, alike: bool = False
) -> Iterator[dict[str, Any]]:
    """Day by day; within one day each thing with what follows from it. `alike`: all judge rightly."""
    everybody = found(seed, people, days)
    if alike:
        everybody = [replace(one, judgement=1.0) for one in everybody]
    story = _Story(random.Random(f"{seed}:story"))
    for day in range(END - days + 1, END + 1):
        here = [one for one in everybody if one.works(day)]
        for one in here:
            for _ in range(_some(story.chance, one.pace)):
                yield from story.thing(day, one, here)


class _Story:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._count = 0

    def thing(self, day: int, author: Colleague, here: list[Colleague]) -> Iterator[dict[str, Any]]:
        at = day * 86_400 + int(self.chance.uniform(8, 16) * _HOUR)
        readers = self._readers(author, here)
        if self.chance.random() < 0.2:
            yield from self._question(at, author, readers)
            return
        key = self._key()
        mentioned = [one.key for one in readers if self.chance.random() < 0.03 * self._found(author, one)]
        yield self._made(key, "create", "message", author, at, mentioned=mentioned)
        yield from self._received(at, key, author, readers)
        if self.chance.random() < 0.01:
            yield self._about(key, author, "delete", "Delete", author, at + 2 * _HOUR)

    def _question(self, at: int, asker: Colleague, readers: list[Colleague]) -> Iterator[dict[str, Any]]:
        question = self._key()
        yield self._made(question, "ask", "question", asker, at)
        for one in readers[: self.chance.choice((1, 1, 2))]:
            answer, later = self._key(), at + self._later()
            yield self._made(answer, "answer", "answer", one, later, above=(question, asker))
            if self.chance.random() < self._found(asker, one):
                yield self._about(answer, one, "accept", "Accept", asker, later + self._later())
            yield from self._received(later, answer, one, [other for other in readers if other is not one])

    def _received(self, at: int, key: str, author: Colleague, readers: list[Colleague]) -> Iterator[dict[str, Any]]:
        """What readers do with a thing: like it (and now and then take that back), pass it on, reply."""
        for one in readers:
            found = self._found(one, author)
            if self.chance.random() < min(0.9, found**2 * one.warmth):
                yield self._about(key, author, "react", "Like", one, at + self._later(), "+1")
                if self.chance.random() < 0.03:
                    yield self._about(key, author, "react", "Undo", one, at + 5 * _HOUR, "+1")
            drawn = self.chance.random()
            if drawn < 0.02 * found:
                yield self._about(key, author, "share", "Announce", one, at + self._later())
            elif drawn < 0.08 * found:
                yield self._made(self._key(), "reply", "message", one, at + self._later(), above=(key, author))

    def _found(self, judge: Colleague, author: Colleague) -> float:
        """How good one finds what another did, 0 to 1: how good it is, as far as they can tell; else by chance."""
        if judge.judgement == 1:
            return author.quality
        return judge.judgement * author.quality + (1 - judge.judgement) * self.chance.betavariate(2, 2)

    def _readers(self, author: Colleague, here: list[Colleague]) -> list[Colleague]:
        near = [one for one in here if one.team == author.team and one is not author]
        far = [one for one in here if one.team != author.team]
        chosen = self.chance.sample(near, min(len(near), NEAR))
        chosen += self.chance.sample(far, min(len(far), READERS - len(chosen)))
        self.chance.shuffle(chosen)
        return chosen

    def _made(
        self,
        key: str,
        verb: str,
        kind: str,
        who: Colleague,
        at: int,
        above: tuple[str, Colleague] | None = None,
        mentioned: list[str] | None = None,
    ) -> dict[str, Any]:
        thing: dict[str, Any] = {"id": key, "kind": kind, "words": self.chance.randrange(5, 60)}
        if above is not None:
            thing["inReplyTo"] = {"id": above[0]}
        if mentioned:
            thing["tag"] = [{"type": "Mention", "href": one} for one in mentioned]
        return _event(f"{key}:{verb}", verb, who, at, {"type": "Create", "object": thing})

    def _about(
        self, key: str, owner: Colleague, verb: str, activity: str, who: Colleague, at: int, content: str | None = None
    ) -> dict[str, Any]:
        data: dict[str, Any] = {"type": activity, "object": {"id": key, "attributedTo": {"id": owner.key}}}
        if content is not None:
            data |= {"content": content, "statekey": f"{key}:{verb}:{who.key}"}
        return _event(f"{key}:{verb}:{activity}:{who.key}", verb, who, at, data)

    def _key(self) -> str:
        self._count += 1
        return f"t{self._count}"

    def _later(self) -> int:
        """Seconds until somebody has seen it: the same day."""
        return int(self.chance.uniform(0.05, 3) * _HOUR)


def _event(key: str, verb: str, who: Colleague, at: int, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": key,
        "source": SOURCE,
        "type": f"collab.{verb}.v1",
        "time": clock.to_datetime(at * clock.SECOND).isoformat(),
        "data": {"actor": {"id": who.key}, **data},
    }


def _some(chance: random.Random, mean: float) -> int:
    """How often it happened that happens `mean` times on average (Poisson)."""
    limit, count, left = math.exp(-mean), 0, chance.random()
    while left > limit:
        count += 1
        left *= chance.random()
    return count


def write(path: Path, seed: int = SEED, people: int = PEOPLE, days: int = DAYS, *, alike: bool = False) -> None:
    """As CloudEvents, one a line."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for event in events(seed, people, days, alike=alike):
            file.write(encode(event) + b"\n")


def write_truth(path: Path, seed: int = SEED, people: int = PEOPLE, days: int = DAYS) -> None:
    """Everybody's quality."""
    with path.open("w", newline="", encoding="utf-8") as file:
        sheet = csv.writer(file)
        sheet.writerow(("person", "value"))
        sheet.writerows((f"{SOURCE}|{one.key}", f"{one.quality:.6f}") for one in found(seed, people, days))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--alike", action="store_true", help="everybody judges rightly")
    given = parser.parse_args()
    write(given.events, given.seed, given.people, given.days, alike=given.alike)
    if given.truth is not None:
        write_truth(given.truth, given.seed, given.people, given.days)


if __name__ == "__main__":
    sys.exit(main())
