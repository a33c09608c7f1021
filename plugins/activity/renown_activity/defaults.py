"""The rules that a new organisation begins with, in words for those who are counted by them.

What helps somebody else weighs most, and most where that person said so; what one can do alone weighs little and
is capped; closing, joining, following and looking give nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Default:
    name: str
    title: str
    about: str
    body: Mapping[str, Any]


DEFAULTS = (
    Default(
        "message",
        "Messages",
        "A message that begins a conversation. It counts little, and only when it says something.",
        {"verbs": ["create"], "kinds": ["message"], "min_words": 5, "actor_points": 1, "daily_cap": 10},
    ),
    Default(
        "reply",
        "Replies",
        "A reply to somebody else. Long exchanges between the same two people count less.",
        {
            "verbs": ["reply"],
            "min_words": 5,
            "actor_points": 2,
            "daily_cap": 30,
            "pair_full": 5,
            "pair_half": 5,
        },
    ),
    Default(
        "question",
        "Questions",
        "A question helps everybody who has it too.",
        {"verbs": ["ask"], "min_words": 5, "actor_points": 3, "daily_cap": 15},
    ),
    Default(
        "answer",
        "Answers",
        "An answer to somebody else's question.",
        {
            "verbs": ["answer"],
            "min_words": 5,
            "actor_points": 10,
            "daily_cap": 100,
            "pair_full": 5,
            "pair_half": 5,
        },
    ),
    Default(
        "answer-accepted",
        "Answers accepted",
        "The one who asked says that your answer helped. Nobody else can say it.",
        {
            "verbs": ["accept"],
            "activities": ["Accept"],
            "confirmed": True,
            "owner_points": 60,
            "pair_full": 3,
            "pair_half": 3,
            "giver_quota": 10,
        },
    ),
    Default(
        "customer-helped",
        "Customers helped",
        "Comes on top when the one who asked and accepted is a customer.",
        {
            "verbs": ["accept"],
            "activities": ["Accept"],
            "confirmed": True,
            "askers": ["customer"],
            "owners": ["employee", "partner", "supplier"],
            "owner_points": 40,
            "pair_full": 3,
            "pair_half": 3,
            "giver_quota": 10,
        },
    ),
    Default(
        "reaction",
        "Reactions received",
        "Somebody liked what you wrote. Many likes from one person count less, and nobody can give without end.",
        {
            "verbs": ["react"],
            "activities": ["Like"],
            "owner_points": 2,
            "daily_cap": 40,
            "pair_full": 3,
            "pair_half": 3,
            "giver_quota": 30,
        },
    ),
    Default(
        "vote",
        "Votes received",
        "Somebody voted for what you wrote. Votes against take nothing away.",
        {
            "verbs": ["vote"],
            "activities": ["Like"],
            "owner_points": 5,
            "daily_cap": 50,
            "pair_full": 2,
            "pair_half": 2,
            "giver_quota": 20,
        },
    ),
    Default(
        "review",
        "Reviews",
        "You read a colleague's change and said what you think.",
        {"verbs": ["review"], "actor_points": 8, "daily_cap": 80, "pair_full": 4, "pair_half": 4},
    ),
    Default(
        "change-merged",
        "Changes merged",
        "Somebody else, or the bot that merges, took your change in. Closing it without that gives nothing.",
        {
            "verbs": ["resolve"],
            "kinds": ["change"],
            "states": ["merged"],
            "bots": True,
            "owner_points": 15,
            "daily_cap": 90,
        },
    ),
    Default(
        "issue",
        "Issues reported",
        "An issue written down with enough words to work on.",
        {"verbs": ["create"], "kinds": ["issue"], "min_words": 10, "actor_points": 5, "daily_cap": 25},
    ),
    Default(
        "release",
        "Releases",
        "A release that others can use.",
        {"verbs": ["publish"], "kinds": ["release"], "actor_points": 20, "daily_cap": 40},
    ),
    Default(
        "document",
        "Documents written",
        "A new page that others can read.",
        {"verbs": ["create"], "kinds": ["document"], "actor_points": 10, "daily_cap": 50},
    ),
    Default(
        "document-edited",
        "Documents improved",
        "You made a colleague's page better.",
        {"verbs": ["edit"], "kinds": ["document"], "actor_points": 4, "daily_cap": 20},
    ),
)

DAILY_LIMIT_TITLE = "Daily limit"
DAILY_LIMIT_ABOUT = "What all rules together can give one person on one day, so that no single day decides a board."
DAILY_LIMIT_BODY: Mapping[str, Any] = {"most": 300}

OWN_ABOUT = "A rule of this organisation's own, beside those that Renown comes with."
OWN_BODY: Mapping[str, Any] = {"verbs": ["review"], "actor_points": 1, "daily_cap": 10}
