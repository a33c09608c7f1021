"""Faults of the ledger, each made on purpose: a check of the whole ledger that misses one of them is worth little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from renown.ledger import closes, counting, limits, rules, score, staging
from renown.ledger.acts import World
from renown.ledger.posting import Ledger
from renown.people.facts import Facts


class Fault(NamedTuple):
    """What stands in the place of `owner.name`."""

    owner: Any
    name: str
    instead: Callable[..., Any]


def _any_version(book: rules.RuleBook, position: int, day: int) -> Any:
    return _holding(book, 1 << 60, day)


_holding = rules.RuleBook._holding

FAULTS = {
    "limits let everything through": Fault(limits, "value", lambda curve, total: total),
    "nothing is ever reversed": Fault(Ledger, "_reverse", lambda *_: None),
    "quotas never refuse": Fault(Ledger, "_let_through", lambda *_: True),
    "quotas are never free again": Fault(Ledger, "_release", lambda *_: None),
    "what is taken back still counts": Fault(counting, "_retracted", lambda *_: False),
    "what was deleted still counts": Fault(counting, "deleted", lambda *_: False),
    "of a toggle the last counts": Fault(counting, "holder", lambda world, group, at: world.groups[group][-1]),
    "what is told later changes nothing": Fault(World, "facts", lambda world, act, at: act),
    "merges are not seen": Fault(Facts, "root", lambda facts, person, position: person),
    "a rule holds before it is published": Fault(rules.RuleBook, "_holding", _any_version),
    "nobody hears of people's news": Fault(score, "_news", lambda world, batch: iter(())),
    "closed periods are not kept": Fault(closes, "snapshot", lambda *_: None),
    "boards forget the rolling year": Fault(staging.periods, "window", lambda as_of: (as_of, as_of)),
}


@contextmanager
def made(name: str) -> Iterator[None]:
    fault = FAULTS[name]
    with patch.object(fault.owner, fault.name, fault.instead):
        yield
