"""What may be a minute old is that at most, and threads do not trip over one another in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from renown.api import SECOND
from renown_ideation.ideas import lately
from tests.ideation.company import Company


class Numbers:
    """What there is, and what was asked for."""

    def __init__(self, **there: int) -> None:
        self.there, self.asked = there, list[Sequence[str]]()

    def __call__(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(list(keys))
        return {one: self.there[one] for one in keys if one in self.there}


def test_it_is_asked_again_after_a_minute_and_for_what_was_not_there(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, at = Numbers(a=1, b=0), 0
    with company.reading() as ctx:
        monkeypatch.setattr(type(ctx.clock), "now", lambda _: 10**15 + at)
        assert lately.found(ctx, "test", ["c", "b", "a"], numbers) == {"b": 0, "a": 1}
        numbers.there = {"a": 5, "c": 7}
        assert list(lately.found(ctx, "test", ["c", "b", "a"], numbers).items()) == [("c", 7), ("b", 0), ("a", 1)]
        assert numbers.asked == [["c", "b", "a"], ["c"]]
        at = 61 * SECOND
        assert lately.found(ctx, "test", ["a", "b"], numbers) == {"a": 5}
        at = -(10**12)  # a clock that was put back
        numbers.there = {"a": 6}
        assert lately.found(ctx, "test", ["a"], numbers) == {"a": 6}


def test_it_stays_small(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "_MOST", 100)
    with company.reading() as ctx:
        for number in range(1000):
            assert lately.found(ctx, "test", [f"w{number}"], lambda keys: {keys[0]: 1}) == {f"w{number}": 1}
        assert len(ctx.memory["test"]) <= 101


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_threads_share_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "_MOST", 20)
    keys = [f"w{number}" for number in range(60)]

    def look(turn: int) -> None:
        with company.reading() as ctx:
            for at in range(100):
                some = keys[(turn * 7 + at) % 50 :][:10]
                assert lately.found(ctx, "test", some, lambda new: dict.fromkeys(new, 3)) == dict.fromkeys(some, 3)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(32)))
