"""Rules as they are read by those who are counted by them."""

from __future__ import annotations

from typing import Any

import pytest

from renown_activity.words import say, say_daily_limit


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"verbs": ["accept"], "confirmed": True, "owner_points": 60},
            ["60 points for an answer that the asker accepted."],
        ),
        (
            {"verbs": ["create"], "kinds": ["message"], "min_words": 5, "actor_points": 1, "daily_cap": 10},
            ["1 point for a message of at least 5 words.", "At most 10 points a day."],
        ),
        (
            {"verbs": ["react"], "owner_points": 0.5, "pair_full": 1, "pair_half": 2, "giver_quota": 1},
            [
                "0.5 points for each reaction of somebody else to something of yours.",
                "With the same person, the first a day counts whole, the next 2 half, the rest nothing.",
                "One person gives it at most once a day.",
            ],
        ),
        (
            {
                "verbs": ["answer"],
                "actor_points": 5,
                "askers": ["customer"],
                "spaces": ["help-*"],
                "networks": ["slack"],
            },
            ["5 points for an answer, when a customer asked, on slack, in help-*."],
        ),
        (
            {"verbs": ["vote"], "activities": ["Like"], "owner_points": 3, "anonymous_points": 1, "daily_cap": 9},
            [
                "3 points for each vote of somebody else for something of yours, and 1 point where nobody knows who "
                "acted.",
                "At most 9 points a day.",
            ],
        ),
        (
            {"verbs": ["review"], "kinds": ["change"], "actor_points": 8, "owner_points": 1, "private": False},
            [
                "8 points for reviewing a change that somebody else made, and 1 point for a change that somebody else "
                "reviewed, not in private spaces."
            ],
        ),
        ({"verbs": ["shop.sold.v1"], "actor_points": 2}, ["2 points for doing shop.sold.v1."]),
        ({"verbs": ["join"], "actor_points": 2, "on": False}, ["Switched off: gives nothing."]),
    ],
)
def test_a_rule_in_sentences(body: dict[str, Any], said: list[str]) -> None:
    assert say(body) == said


def test_the_daily_limit_in_a_sentence() -> None:
    assert say_daily_limit({"most": 250}) == ["At most 250 points per person and day, by all rules together."]
    assert say_daily_limit({"most": None}) == ["No limit."]
