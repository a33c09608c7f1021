"""What was tried, how often, on which database, and how many tries got through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

_NAME = "attack"


@dataclass(frozen=True)
class Tries:
    attack: str
    tries: int
    database: str
    through: int


class Tried:
    """Notes the tries of one test, and fails it where one got through."""

    def __init__(self, node: pytest.Item, database: str) -> None:
        self._node, self._database = node, database

    def __call__(self, attack: str, tries: int, through: int, detail: object = "") -> None:
        assert tries > 0, f"{attack}: nothing was tried"
        self._node.user_properties.append((_NAME, [attack, tries, self._database, through]))
        assert through == 0, f"{attack}: {through} of {tries} got through {detail}"


def noted(properties: Iterable[tuple[str, object]]) -> Iterator[Tries]:
    """Those of one report; they come from other processes as lists."""
    for name, value in properties:
        if name == _NAME and isinstance(value, list):
            yield Tries(*value)


def said(found: Iterable[Tries]) -> Iterator[str]:
    """As a table."""
    by_kind: dict[tuple[str, str], list[Tries]] = {}
    for one in found:
        by_kind.setdefault((one.attack, one.database), []).append(one)
    rows = [
        Tries(attack, sum(one.tries for one in some), database, sum(one.through for one in some))
        for (attack, database), some in sorted(by_kind.items())
    ]
    width = max((len(one.attack) for one in rows), default=0)
    yield f"{'attack':{width}}  {'database':10}  {'tries':>5}  got through"
    for one in rows:
        yield f"{one.attack:{width}}  {one.database:10}  {one.tries:5}  {one.through or 'none'}"
    yield f"{sum(one.tries for one in rows)} tries, {sum(one.through for one in rows)} got through"
