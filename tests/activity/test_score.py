"""What counts, for whom, and under which limits."""

from __future__ import annotations

import time
from typing import Any

import pytest

from renown.ledger.entries import Curve, Entry, Limit, Party, Quota, RuleVersion
from renown_activity.score import index_of, score
from tests.activity.acts import ANA, ANA_ELSEWHERE, BEN, CUT, ROBOT, Fixed, act, defaults, only


def got(*events: Any) -> list[tuple[str, int, int]]:
    """(rule, identity, whole points) by the default rules."""
    return [(entry.rule, entry.identity, entry.raw // 1000) for entry in score(events, defaults())]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (act("create", kind="message"), [("message", 1, 1)]),
        (act("create", kind="message", words=4), []),
        (act("create", kind="message", words=None), []),
        (act("create", kind=None), []),
        (act("reply", asker=BEN), [("reply", 1, 2)]),
        (act("reply", asker=None), [("reply", 1, 2)]),
        (act("reply", asker=ANA_ELSEWHERE), []),
        (act("ask"), [("question", 1, 3)]),
        (act("answer", asker=BEN, owner=ANA), [("answer", 1, 10)]),
        (act("answer", asker=ANA_ELSEWHERE, owner=ANA), []),
        (act("accept", BEN, owner=ANA, asker=BEN), [("answer-accepted", 1, 60)]),
        (act("accept", CUT, owner=ANA, asker=CUT), [("answer-accepted", 1, 60), ("customer-helped", 1, 40)]),
        (act("accept", CUT, owner=CUT, asker=CUT), []),
        (act("accept", BEN, owner=ANA, asker=CUT), []),
        (act("accept", BEN, owner=ANA, asker=None), []),
        (act("accept", ANA, owner=ANA_ELSEWHERE, asker=ANA), []),
        (act("accept", ANA, owner=ANA_ELSEWHERE, asker=BEN), []),
        (act("accept", None, owner=ANA, asker=BEN), []),
        (act("accept", BEN, owner=ANA, asker=BEN, activity="Undo"), []),
        (act("review", BEN, owner=ANA, activity="Delete"), []),
        (act("react", BEN, owner=ANA), [("reaction", 1, 2)]),
        (act("react", BEN, owner=ANA, asker=ANA), [("reaction", 1, 2)]),
        (act("react", ANA, owner=ANA_ELSEWHERE), []),
        (act("react", BEN, owner=None), []),
        (act("react", None, owner=ANA), []),
        (act("react", ROBOT, owner=ANA), []),
        (act("react", BEN, owner=ROBOT), []),
        (act("vote", BEN, owner=ANA), [("vote", 1, 5)]),
        (act("vote", BEN, owner=ANA, activity="Dislike"), []),
        (act("review", owner=BEN), [("review", 1, 8)]),
        (act("review", owner=ANA), []),
        (act("review", owner=ANA, asker=BEN), [("review", 1, 8)]),
        (act("review", owner=ANA, asker=ANA_ELSEWHERE), []),
        (act("review", owner=BEN, activity="Update"), [("review", 1, 8)]),
        (act("resolve", BEN, owner=ANA, kind="change", state="merged"), [("change-merged", 1, 15)]),
        (act("resolve", ROBOT, owner=ANA, kind="change", state="Merged"), [("change-merged", 1, 15)]),
        (act("resolve", ANA, owner=ANA, kind="change", state="merged"), []),
        (act("resolve", BEN, owner=ANA, kind="change", state="closed"), []),
        (act("resolve", BEN, owner=ANA, kind="issue", state="merged"), []),
        (act("resolve", None, owner=ANA, kind="change", state="merged"), []),
        (act("create", kind="issue"), [("issue", 1, 5)]),
        (act("create", kind="issue", words=9), []),
        (act("publish", kind="release", owner=ANA), [("release", 1, 20)]),
        (act("create", ROBOT, kind="issue"), []),
        (act("create", kind="document"), [("document", 1, 10)]),
        (act("edit", kind="document", owner=BEN), [("document-edited", 1, 4)]),
        (act("edit", kind="document", owner=ANA), []),
        (act("edit", kind="message", owner=BEN), []),
        (act("join"), []),
        (act("follow", owner=BEN), []),
        (act("view", owner=BEN), []),
        (act("delete"), []),
        (act("reopen", owner=BEN), []),
    ],
)
def test_default_rules(event: Any, expected: list[tuple[str, int, int]]) -> None:
    assert got(event) == expected


LIKE = {"verbs": ["react"], "owner_points": 2}


@pytest.mark.parametrize(
    ("body", "changes", "counts"),
    [
        ({"kinds": ["answer"]}, {"kind": "answer"}, True),
        ({"kinds": ["answer"]}, {"kind": None}, False),
        ({"emoji": ["+1"]}, {"content": "+1"}, True),
        ({"emoji": ["+1"]}, {"content": "heart"}, False),
        ({"networks": ["github"]}, {}, False),
        ({"networks": ["slack"]}, {}, True),
        ({"sources": ["slack:*"]}, {}, True),
        ({"sources": ["SLACK:t?"]}, {}, True),
        ({"sources": ["slack:T2"]}, {}, False),
        ({"spaces": ["help-*", "C?"]}, {}, True),
        ({"spaces": ["help-*"]}, {}, False),
        ({"spaces": ["*"]}, {"space": None}, False),
        ({"not_spaces": ["c*"]}, {}, False),
        ({"not_spaces": ["c*"]}, {"space": None}, True),
        ({"owners": ["employee"]}, {}, True),
        ({"owners": ["customer"]}, {}, False),
        ({"actors": ["customer"]}, {}, False),
        ({"askers": ["customer"]}, {"asker": CUT}, True),
        ({"askers": ["customer"]}, {"asker": None}, False),
        ({"private": False}, {"private": True}, False),
        ({}, {"private": True}, True),
        ({"backfill": False}, {"backfill": True}, False),
        ({}, {"backfill": True}, True),
        ({"on": False}, {}, False),
        ({"bots": True}, {"actor": ROBOT}, True),
        ({"verbs": ["shop.sold.v1"]}, {"verb": "shop.sold.v1", "activity": "Add"}, True),
        ({"anonymous_points": 1, "daily_cap": 9}, {"actor": None}, True),
    ],
)
def test_conditions(body: dict[str, Any], changes: dict[str, Any], counts: bool) -> None:
    event = act(**{"verb": "react", "actor": BEN, "owner": ANA, **changes})
    assert bool(score([event], only({**LIKE, **body}))) is counts


def test_both_sides_and_every_limit() -> None:
    body = {
        "verbs": ["review"], "actor_points": 8, "owner_points": 0.5, "daily_cap": 40,
        "pair_full": 2, "pair_half": 4, "giver_quota": 7,
    }  # fmt: skip
    event = act("review", BEN, owner=ANA, activity="Update")
    day = Limit("daily-limit", (102,), Curve.cap(300_000))
    assert score([event], only(body, most=300)) == [
        Entry(
            1, BEN.identity, "activity.points", "it", 8000, None,
            (
                Limit("same-pair limit for it", (102, 101), Curve(((16_000, 1000), (48_000, 500), (None, 0)))),
                Limit("daily limit for it", (102,), Curve.cap(40_000)),
                day,
            ),
        ),
        Entry(
            1, ANA.identity, "activity.points", "it", 500, None,
            (
                Limit("same-pair limit for it", (101, 102), Curve(((1000, 1000), (3000, 500), (None, 0)))),
                Limit("daily limit for it", (101,), Curve.cap(40_000)),
                Limit("daily-limit", (101,), Curve.cap(300_000)),
            ),
            Quota("giver's quota for it", (102,), 7),
        ),
    ]  # fmt: skip


def test_what_is_unknown_has_no_pair_but_the_same_amount() -> None:
    body = {"verbs": ["reply"], "actor_points": 2, "pair_full": 1}
    unknown, known = (score([act("reply", asker=asker)], only(body))[0] for asker in (None, BEN))
    assert (unknown.raw, unknown.limits) == (2000, ())
    assert [limit.key for limit in known.limits] == [(101, 102)]


def test_an_unknown_giver_gives_the_rules_own_amount() -> None:
    body = {"verbs": ["react"], "owner_points": 2, "anonymous_points": 0.25, "daily_cap": 5}
    [entry] = score([act("react", None, owner=ANA)], only(body))
    assert (entry.identity, entry.raw, entry.quota) == (ANA.identity, 250, None)


def test_versions_with_the_same_id_are_told_apart() -> None:
    """Drafts and other databases number from 1 as well."""
    one, two = (only({**LIKE, "owner_points": points}) for points in (2, 3))
    event = act("react", BEN, owner=ANA)
    assert [score([event], rules)[0].raw for rules in (one, two, one)] == [2000, 3000, 2000]
    assert index_of(one.versions) is index_of(tuple(RuleVersion(v.id, v.name, 1, dict(v.body)) for v in one.versions))


def test_a_batch_is_what_its_events_are() -> None:
    people = [Party(n, 100 + n, "employee", 0, False) for n in range(1, 6)]
    events = [
        act(verb, people[n % 5], id=n, owner=people[(n * 3) % 5], asker=people[(n * 7) % 5], kind="message")
        for n, verb in enumerate(["create", "reply", "answer", "accept", "react", "vote", "review"] * 20, 1)
    ]
    assert score(events, defaults()) == [entry for event in events for entry in score([event], defaults())]


def test_speed() -> None:
    """At most 10 us an event, with all default rules, in the best of five runs."""
    rules = Fixed([*defaults().versions, RuleVersion(99, "daily-limit", 1, {"most": 300})])
    verbs = ("create", "reply", "react", "react", "answer", "accept", "review", "join")
    events = [act(verb, BEN, owner=ANA, asker=BEN, id=n, kind="message") for n in range(500) for verb in verbs]
    best = min(_timed(events, rules) for _ in range(5))
    assert best / len(events) < 10e-6, f"{best / len(events) * 1e6:.1f} us an event"


def _timed(events: list[Any], rules: Any) -> float:
    start = time.process_time()
    assert score(events, rules)
    return time.process_time() - start
