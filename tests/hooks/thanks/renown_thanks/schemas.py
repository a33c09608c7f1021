"""Settings and rules, as their forms are drawn from them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    a_day = fields.Integer(
        load_default=3,
        validate=validate.Range(1, 100),
        metadata={"label": "Thanks a day", "description": "How often one person may thank others on one day."},
    )


class Given(Schema):
    points = fields.Integer(required=True, validate=validate.Range(0, 1000), metadata={"unit": "points"})
    most = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 10_000),
        metadata={"label": "At most, a day", "unit": "points"},
    )
