"""A rule's body: what it takes, and what it says of what it does not take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from renown_activity.defaults import DAILY_LIMIT_BODY, DEFAULTS
from renown_activity.schemas import AFFILIATIONS, KINDS, VERBS, DailyLimit, RuleBody
from renown_activity.score import Index, score
from renown_activity.words import limits, sentence
from tests.activity.acts import ANA, BEN, CUT, act, only

LIKE = {"verbs": ["react"], "owner_points": 2}


@pytest.mark.parametrize("one", DEFAULTS, ids=lambda one: one.name)
def test_a_default_loads_and_is_told_in_one_sentence(one: Any) -> None:
    body = RuleBody().load(dict(one.body))
    assert body == RuleBody().load(json.loads(json.dumps(body)))
    assert sentence(one.body).endswith(".")
    assert 20 < len(one.about) < 160


def test_the_daily_limit_loads() -> None:
    assert DailyLimit().load(dict(DAILY_LIMIT_BODY)) == {"most": 300}
    assert DailyLimit().load({"most": None}) == {"most": None}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"verbs": []}, "verbs", "at least one act"),
        ({"verbs": ["clap"]}, "verbs", "'clap' is not a verb"),
        ({"verbs": ["renown.merged.v1"]}, "verbs", "not a verb"),
        ({"verbs": ["collab.react.v1"]}, "verbs", "not a verb"),
        ({"activities": ["Undo"]}, "activities", "Must be one of"),
        ({"kinds": ["mesage"]}, "kinds", "'mesage' is not a kind"),
        ({"networks": ["Slack!"]}, "networks", "name of a network"),
        ({"actors": ["friend"]}, "actors", "Must be one of"),
        ({"min_words": -1}, "min_words", "greater than or equal to 0"),
        ({"min_words": "many"}, "min_words", "integer"),
        ({"min_words": 2.5}, "min_words", "integer"),
        ({"owner_points": "2,5"}, "owner_points", "Not a number"),
        ({"owner_points": True}, "owner_points", "Not a number"),
        ({"owner_points": float("nan")}, "owner_points", "Not a number"),
        ({"owner_points": "9" * 400}, "owner_points", "Not a number"),
        ({"owner_points": -1}, "owner_points", "0 to 100,000"),
        ({"owner_points": 0.0005}, "owner_points", "three decimals"),
        ({"owner_points": 0}, "actor_points", "Give points"),
        ({"daily_cap": 1}, "daily_cap", "lower than what one act gives (2 points)"),
        ({"pair_half": 2}, "pair_half", "acts that count whole"),
        ({"pair_full": 0}, "pair_full", "greater than or equal to 1"),
        ({"owner_points": 0, "actor_points": 1, "giver_quota": 3}, "giver_quota", "points for who made it"),
        ({"anonymous_points": 1}, "daily_cap", "needed here"),
        ({"anonymous_points": 1, "daily_cap": 5, "confirmed": True}, "anonymous_points", "cannot be the asker"),
        ({"anonymous_points": 1, "daily_cap": 5, "actors": ["customer"]}, "anonymous_points", "no affiliation"),
        ({"verbs": ["answer"]}, "owner_points", "is its owner"),
        ({"verbs": ["answer"], "actor_points": 1, "owner_points": 0, "confirmed": True}, "confirmed", "himself"),
        ({"verbs": ["resolve"]}, "states", "Closing alone pays nothing"),
        ({"verbs": ["resolve"], "states": ["merged", "Closed"]}, "states", "Closing alone pays nothing: 'Closed'"),
        ({"points": 3}, "points", "Unknown field"),
    ],
)
def test_a_wrong_body_is_told_by_field(changes: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(ValidationError) as raised:
        RuleBody().load({**LIKE, **changes})
    told = raised.value.normalized_messages()
    assert says in json.dumps(told[field], ensure_ascii=False)


def test_closing_that_the_asker_confirms_may_pay() -> None:
    assert RuleBody().load({"verbs": ["resolve"], "owner_points": 5, "confirmed": True})


#: The first texts take seconds on a busy machine.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(st.dictionaries(st.sampled_from([*RuleBody().fields, "x"]), st.none() | st.booleans() | st.text() | st.floats()))
def test_any_body_is_loaded_or_refused(body: dict[str, Any]) -> None:
    assert set(RuleBody().validate(body)) <= {*RuleBody().fields, *body}


_points = st.integers(0, 100_000_000).map(lambda number: number / 1000)
_some = st.integers(0, 50)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "verbs": draw(st.lists(st.sampled_from(VERBS), min_size=1, max_size=3)),
        "kinds": draw(st.lists(st.sampled_from(KINDS), max_size=2)),
        "states": draw(st.lists(st.sampled_from(("merged", "open")), max_size=1)),
        "spaces": draw(st.lists(st.text(min_size=1, max_size=200), max_size=3)),
        "not_spaces": draw(st.lists(st.text(min_size=1, max_size=20), max_size=3)),
        "actors": draw(st.lists(st.sampled_from(AFFILIATIONS), max_size=2)),
        "askers": draw(st.lists(st.sampled_from(AFFILIATIONS), max_size=2)),
        "confirmed": draw(st.booleans()),
        "min_words": draw(_some),
        "actor_points": draw(_points),
        "owner_points": draw(_points),
        "anonymous_points": draw(st.just(0) | _points),
        "daily_cap": draw(st.none() | _points),
        "pair_full": draw(st.none() | st.integers(1, 9)),
        "pair_half": draw(_some),
        "giver_quota": draw(st.none() | st.integers(1, 9)),
    }


@patient
@given(bodies(), st.sampled_from((None, ANA, BEN, CUT)), st.sampled_from((None, ANA, BEN, CUT)))
def test_what_loads_also_scores_and_reads(body: dict[str, Any], actor: Any, owner: Any) -> None:
    try:
        loaded = RuleBody().load(body)
    except ValidationError:
        return
    assert RuleBody().load(json.loads(json.dumps(loaded))) == loaded
    assert sentence(loaded)
    assert all(limits(loaded))
    verb = loaded["verbs"][0]
    events = [act(verb, actor, owner=owner, asker=asker, state="merged") for asker in (None, ANA, BEN, CUT)]
    for entry in score(events, only(loaded)):
        assert entry.raw > 0
        for limit in entry.limits:
            rates = [rate for _, rate in limit.curve.steps]
            assert rates == sorted(rates, reverse=True)
    assert Index([]).by_verb == {}
