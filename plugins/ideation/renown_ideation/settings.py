"""What administrators may set for all boards."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    title = fields.String(
        load_default="Ideas",
        validate=validate.Length(1, 40),
        metadata={"label": "Name of the portal", "description": "Customers read it on every page.", "group": "Portal"},
    )
    most_ideas = fields.Integer(
        load_default=10,
        validate=validate.Range(1, 1000),
        metadata={"label": "Ideas of one person", "unit": "in a day", "group": "Limits"},
    )
    most_comments = fields.Integer(
        load_default=60,
        validate=validate.Range(1, 10_000),
        metadata={"label": "Comments of one person", "unit": "in a day", "group": "Limits"},
    )
    attachment_mebibytes = fields.Integer(
        load_default=5,
        validate=validate.Range(0, 20),
        metadata={
            "label": "Attachments",
            "unit": "MiB each",
            "description": "0: none are taken.",
            "group": "Limits",
        },
    )
    trusted_after = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 50),
        metadata={
            "label": "Trusted after",
            "unit": "texts that were let through",
            "description": "On boards where what is new is looked at first.",
            "group": "Moderation",
        },
    )
    idea_emoji = fields.String(
        load_default="bulb",
        validate=validate.Length(max=64),
        metadata={
            "label": "Emoji that makes an idea",
            "description": "On a message in Slack, as bulb. Its author is asked first. Empty: no emoji does.",
            "group": "From conversations",
        },
    )
    intake_board = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={
            "label": "Board for ideas from conversations",
            "description": "The last part of its address. Empty: nobody is asked.",
            "group": "From conversations",
        },
    )
