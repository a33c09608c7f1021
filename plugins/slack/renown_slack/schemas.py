"""What is set for Slack as a whole, beside the settings of each workspace."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class Settings(Schema):
    bot_token = fields.String(
        load_default="",
        validate=validate.Length(max=512),
        metadata={
            "label": "Bot token",
            "description": "Begins with xoxb-. With it, answers to an idea return to the thread that it came from.",
            "secret": True,
        },
    )
    api = fields.Url(
        load_default="https://slack.com/api",
        schemes={"http", "https"},
        require_tld=False,
        metadata={"label": "Address of Slack's API", "description": "Another one for GovSlack."},
    )
