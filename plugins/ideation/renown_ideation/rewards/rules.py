"""The rules of points for initiative: what they may say, what they say at first, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from marshmallow import Schema, fields, validate

from renown.api import RuleSpec

SUBMITTED, SUPPORTED, DELIVERED = "submitted", "supported", "delivered"
_MOST = 10_000


class Reward(Schema):
    points = fields.Float(
        required=True, validate=validate.Range(0, _MOST), metadata={"label": "Points", "description": "0: none."}
    )
    daily_cap = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, _MOST),
        metadata={"label": "At most in a day", "unit": "points", "description": "Empty: no limit."},
    )


class Support(Reward):
    pair = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 100),
        metadata={
            "label": "By the same person",
            "unit": "votes a day",
            "description": "So many of one person's votes for the same author count. Empty: all.",
        },
    )


def _say(what: str, body: Mapping[str, Any]) -> list[str]:
    rule = Support().load(dict(body)) if "pair" in body else Reward().load(dict(body))
    if not rule["points"]:
        return ["Gives nothing."]
    said = [f"{_points(rule['points'])} for {what}."]
    if rule["daily_cap"] is not None:
        said.append(f"At most {_points(rule['daily_cap'])} a day.")
    if rule.get("pair") is not None:
        said.append(f"Of one person's votes for the same author, {rule['pair']} a day count.")
    return said


def _points(number: float) -> str:
    return "1 point" if number == 1 else f"{number:g} points"


RULES = (
    RuleSpec(
        SUBMITTED,
        "An idea brought",
        Reward,
        {"points": 3, "daily_cap": 9},
        "For an employee who brings an idea. It stays, whatever the answer is: a declined idea costs nothing.",
        partial(_say, "bringing an idea"),
    ),
    RuleSpec(
        SUPPORTED,
        "An idea supported",
        Support,
        {"points": 1, "daily_cap": 20, "pair": 2},
        "For an employee whose idea somebody else votes for, colleague or customer. Votes for one's own give nothing; "
        "a vote taken back takes its point back. Nobody is told who voted.",
        partial(_say, "each vote of somebody else for an idea of yours"),
    ),
    RuleSpec(
        DELIVERED,
        "An idea delivered",
        Reward,
        {"points": 50, "daily_cap": None},
        "For an employee whose idea was made real.",
        partial(_say, "an idea of yours that was made real"),
    ),
)
