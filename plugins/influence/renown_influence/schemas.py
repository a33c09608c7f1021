"""What administrators may set: what each kind of endorsement weighs (rules), and how scores are reckoned (settings)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from renown_influence.solve import SOLVERS

_UP_TO_TEN = validate.Range(0, 10)


class Weight(Schema):
    """The body of a rule: what one act of its kind says about the one whose work it was done to."""

    weight = fields.Float(
        required=True,
        allow_nan=False,
        validate=_UP_TO_TEN,
        metadata={"label": "Weight", "description": "A mention weighs 1. With 0 it says nothing."},
    )
    private = fields.Boolean(
        load_default=False,
        metadata={"label": "Private places too", "description": "What is done in private channels counts as well."},
    )


def say(body: Mapping[str, Any]) -> Sequence[str]:
    """A rule's body in sentences."""
    if not body["weight"]:
        return ["It says nothing."]
    first = f"It weighs {body['weight']:g}, where a mention weighs 1."
    return [first, "Private places count too." if body["private"] else "Private places do not count."]


class Settings(Schema):
    """How scores are reckoned. What a run used is kept with it."""

    half_life = fields.Integer(
        load_default=60,
        validate=validate.Range(5, 1000),
        metadata={
            "label": "Half-life",
            "unit": "working days",
            "description": "After so many working days an endorsement says half as much. Holidays do not count.",
            "group": "Time",
        },
    )
    absence = fields.Integer(
        load_default=4,
        validate=validate.Range(1, 30),
        metadata={
            "label": "Absence begins after",
            "unit": "idle working days in a row",
            "description": "Shorter breaks are ordinary days.",
            "group": "Time",
        },
    )
    absence_most = fields.Integer(
        load_default=30,
        validate=validate.Range(0, 90),
        metadata={
            "label": "Absence that costs nothing",
            "unit": "working days in 130 days",
            "description": "Leave that is entered costs nothing in any case.",
            "group": "Time",
        },
    )
    shrink = fields.Float(
        load_default=3.0,
        allow_nan=False,
        validate=validate.Range(0.1, 100),
        metadata={
            "label": "Caution",
            "description": "The higher, the less a single endorsement says. 3 suits colleagues, 10 a public forum.",
            "group": "Weighing",
        },
    )
    cohesion = fields.Float(
        load_default=0.0,
        allow_nan=False,
        validate=validate.Range(0, 1),
        metadata={
            "label": "Circles of friends",
            "description": "0 lets them be. With 0.25 to 0.5 it counts less when people who praise one another praise "
            "the same person.",
            "group": "Weighing",
        },
    )
    alpha = fields.Float(
        load_default=0.85,
        allow_nan=False,
        validate=validate.Range(0, 0.95),
        metadata={
            "label": "Reach",
            "description": "How much of a voice is passed on. 0.85 is usual.",
            "group": "Weighing",
        },
    )
    hour = fields.Integer(
        load_default=3,
        validate=validate.Range(0, 23),
        metadata={
            "label": "Counted each night at",
            "unit": "o'clock, in the organisation's time zone",
            "description": "",
            "group": "Counting",
        },
    )
    solver = fields.String(
        load_default="scipy",
        validate=validate.OneOf(SOLVERS),
        metadata={
            "label": "Engine",
            "description": "What solves the equations. scipy is enough for millions of people. Others are packages.",
            "group": "Counting",
        },
    )
