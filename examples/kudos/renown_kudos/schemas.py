"""Settings and the rule, as their forms are drawn from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate


class Settings(Schema):
    """What administrators may set."""

    a_month = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 1000),
        metadata={
            "label": "Allowance",
            "unit": "thank-yous a month",
            "description": "How often one person may thank others in a calendar month.",
        },
    )
    shortest = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 200),
        metadata={
            "label": "Shortest reason",
            "unit": "characters",
            "description": "Long enough to say what somebody did.",
        },
    )
    minutes = fields.Integer(
        load_default=15,
        validate=validate.Range(0, 1440),
        metadata={
            "label": "Can be taken back for",
            "unit": "minutes",
            "description": "A thank-you that is taken back gives no points, and counts in the allowance no more.",
        },
    )


class Received(Schema):
    """What a thank-you gives to whoever was thanked."""

    points = fields.Integer(
        required=True, validate=validate.Range(0, 1000), metadata={"label": "For a thank-you", "unit": "thanks"}
    )
    most = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 100_000),
        metadata={"label": "At most, a day", "unit": "thanks"},
    )
    private = fields.Boolean(
        load_default=True,
        metadata={"label": "Private ones too", "description": "They count, and only their number is told."},
    )


def say(body: Mapping[str, Any]) -> Sequence[str]:
    """The rule's body in sentences."""
    if not body["points"]:
        return ["A thank-you gives nothing."]
    return [
        f"A thank-you from a colleague gives {body['points']}, up to {body['most']} a day.",
        "Private ones count too." if body["private"] else "Private ones do not count.",
    ]
