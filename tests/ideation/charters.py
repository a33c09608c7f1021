"""Charters for tests: whole ones, of which a test changes what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from renown import clock
from tests.ideation.company import NOW


def at(days: float) -> str:
    """An instant so many days after the clock's start, as charters write it."""
    return f"{clock.to_datetime(NOW) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def charter(slug: str = "autumn", **changes: Any) -> dict[str, Any]:
    """Collect on days 1 to 10, vote on days 12 to 20, decide by day 40. `ballot__most_options=3` changes a part."""
    made: dict[str, Any] = {
        "format": "renown.charter/1",
        "campaign": {"slug": slug, "title": slug.title()},
        "question": "What should be made next?",
        "electorate": {"kind": "everyone", "teams": [], "minimum_account_age_days": 0},
        "ballot": {"kind": "approve", "most_options": None},
        "weights": {"kind": "none"},
        "count": {"method": "plain", "tie_break": "lot"},
        "seats": {"by_vote": 2, "by_board": 1},
        "secrecy": {"totals_hidden_until": "close", "ballots": "pseudonymous"},
        "merging": {"before_opening": "links", "between_opening_and_counting": "none"},
        "phases": {
            "time_zone": "Europe/Vienna",
            "collect": {"from": at(1), "to": at(10)},
            "elaborate": None,
            "vote": {"from": at(12), "to": at(20)},
        },
        "decision": {"who": "The board", "due": at(40)[:10]},
        "contact": "ideas@example.com",
    }
    for name, value in changes.items():
        *parents, last = name.split("__")
        place = made
        for parent in parents:
            place = place[parent]
        place[last] = value
    return made
