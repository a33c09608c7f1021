"""Settings and the rule, as their forms are drawn from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

_ANSWERS, _WORDS, _LISTENING, _SURVEY = "Working hours", "What counts", "Listening", "The one question"


class Settings(Schema):
    """What counts as a question and a word holds for what comes from then on."""

    opens = fields.Integer(
        load_default=9,
        validate=validate.Range(0, 23),
        metadata={"label": "Work begins at", "unit": "o'clock", "group": _ANSWERS},
    )
    closes = fields.Integer(
        load_default=17,
        validate=validate.Range(1, 24),
        metadata={
            "label": "Work ends at",
            "unit": "o'clock",
            "description": "On the organisation's working days, in its time zone.",
            "group": _ANSWERS,
        },
    )
    issues = fields.Boolean(
        load_default=True,
        metadata={
            "label": "Issues are questions",
            "description": "An issue that a customer opens counts as a question that they ask.",
            "group": _WORDS,
        },
    )
    signs = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=lambda: ["white_check_mark", "heavy_check_mark", "✅", "✔️"],
        validate=validate.Length(max=20),
        metadata={
            "label": "Reactions that say: resolved",
            "description": "Put by whoever asked, on their question or an answer. An accepted answer always says so.",
            "group": _WORDS,
        },
    )
    remind_after = fields.Integer(
        load_default=8,
        validate=validate.Range(0, 400),
        metadata={
            "label": "Remind after",
            "unit": "working hours",
            "description": "Followers of a question that waits so long are told, moderators where nobody follows it. "
            "With 0 nobody is.",
            "group": _LISTENING,
        },
    )
    in_public = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={
            "label": "Everybody on the internet sees what waits in",
            "description": "Names of places, such as channels. Their unanswered questions are listed at /care/open for "
            "everybody, signed in or not: the place's name, its source's, links and times, and no names of people. "
            "With none nothing is open.",
            "group": _LISTENING,
        },
    )
    survey = fields.Boolean(
        load_default=True,
        metadata={
            "label": "Ask how easy it was",
            "description": "Once for each question that was answered and is resolved. Of customers who can sign in "
            "here: others cannot be reached.",
            "group": _SURVEY,
        },
    )
    rest = fields.Integer(
        load_default=14,
        validate=validate.Range(0, 365),
        metadata={
            "label": "Nobody is asked again within",
            "unit": "days",
            "description": "",
            "group": _SURVEY,
        },
    )

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["closes"] <= data["opens"]:
            raise ValidationError("Work ends after it begins.", "closes")


class Helped(Schema):
    """The body of the rule: what an answer gives that the customer who asked accepted."""

    questions = fields.Integer(
        required=True,
        validate=validate.Range(0, 100),
        metadata={"label": "An accepted answer counts", "unit": "questions", "description": "With 0 nothing counts."},
    )
    most = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 10_000),
        metadata={"label": "At most, a day", "unit": "questions"},
    )


def say(body: Mapping[str, Any]) -> Sequence[str]:
    """The rule's body in sentences."""
    if not body["questions"]:
        return ["It gives nothing."]
    return [f"It counts {body['questions']}.", f"At most {body['most']} a day count."]
