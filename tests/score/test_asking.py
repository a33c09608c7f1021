"""What a plugin may not give, and that it is told why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from renown.ledger.asking import Asking, BadEntry, ScoringFailed
from renown.ledger.entries import Curve, Entry, Limit, Party, Quota, Rules, RuleVersion, ScoredEvent
from renown.ledger.limits import BadLimit, Keys
from renown.ledger.rules import Published, RuleBook

ANNA = Party(11, 1, "employee", 3, False)
EVENT = ScoredEvent(
    5, "slack:T1", "slack", "k", "collab.react.v1", "react", "Like", "message", ANNA, None, None, 1, None, None, None,
    3, None, None, None, 0, 19_000, False, False, None,
)  # fmt: skip
GOOD = Entry(5, 11, "points.sum", "like", 1_000)
LIMIT = Limit("day", (1,), Curve.cap(5_000))


def asking(*answer: Any) -> Asking:
    def score(events: Sequence[ScoredEvent], rules: Rules) -> Sequence[Entry]:
        for one in answer:
            if isinstance(one, Exception):
                raise one
        return answer

    book = RuleBook([Published(RuleVersion(7, "like", 1), 0, None)])
    return Asking("points", score, Keys(1, "points"), book, {"points.sum": 2})


def test_a_good_entry_is_read() -> None:
    quota = Quota("giving", (1,), 3)
    asked = asking(structs.replace(GOOD, reason="kind", limits=(LIMIT,), quota=quota))
    ((want,),) = asked.worth([EVENT])
    assert (want.slot, want.raw, want.day, want.team, want.reason) == ((7, 2, 11), 1_000, 19_000, 3, "kind")
    assert list(asked.declared.values()) == [LIMIT]
    assert (asked.quotas, want.most) == ({want.quota}, 3)
    assert asking(structs.replace(GOOD, raw=0)).worth([EVENT]) == [[]], "nothing is no entry"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"event": 6}, "event 6: was not asked about"),
        ({"identity": 12}, "identity 12 has no part in it"),
        ({"measure": "other.sum"}, "'other.sum' is no sum measure of 'points'"),
        ({"rule": "unknown"}, "no rule 'unknown' holds for it"),
        ({"raw": 1.5}, "whole number"),
        ({"raw": 10**16}, "whole number"),
        ({"reason": "x" * 65}, "at most 64"),
    ],
)
def test_a_bad_entry_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadEntry, match=complaint):
        asking(structs.replace(GOOD, **change)).worth([EVENT])


@pytest.mark.parametrize("limits", [(LIMIT, LIMIT), tuple(Limit(f"l{n}", (), Curve.cap(n)) for n in range(1, 7))])
def test_limits_nest_at_most_five_deep_and_each_once(limits: tuple[Limit, ...]) -> None:
    with pytest.raises(BadLimit, match="at most 5 limits, each once"):
        asking(structs.replace(GOOD, limits=limits)).worth([EVENT])


def test_an_act_has_one_entry_of_a_rule_for_an_account() -> None:
    with pytest.raises(BadEntry, match="two entries of rule 'like'"):
        asking(GOOD, GOOD).worth([EVENT])


def test_a_failure_names_the_event_unless_it_is_to_be_set_aside() -> None:
    failing = asking(ZeroDivisionError("by zero"))
    with pytest.raises(ScoringFailed, match=r"event 5 \(k of slack:T1\): ZeroDivisionError: by zero"):
        failing.worth([EVENT])
    assert failing.worth([EVENT], {0}) == [[]]


def test_the_same_act_with_two_sets_of_facts_is_asked_twice() -> None:
    asked: list[list[int | None]] = []

    def score(events: Sequence[ScoredEvent], rules: Rules) -> Sequence[Entry]:
        asked.append([one.words for one in events])
        return [structs.replace(GOOD, raw=one.words or 0) for one in events]

    book = RuleBook([Published(RuleVersion(7, "like", 1), 0, None)])
    two = Asking("points", score, Keys(1, "points"), book, {"points.sum": 2})
    (first,), (second,) = two.worth([EVENT, _with_words(9)])
    assert (asked, first.raw, second.raw) == ([[3], [9]], 3, 9)


def _with_words(words: int) -> ScoredEvent:
    import msgspec

    return msgspec.structs.replace(EVENT, words=words)
