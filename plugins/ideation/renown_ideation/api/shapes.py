"""What the API takes and gives, as marshmallow schemas: they check requests and describe answers."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields, validate

from renown_ideation.ideas.texts import BODY, COMMENT, TAG, TAGS, TITLE
from renown_ideation.listing import SORTS
from renown_ideation.numbers import MOST
from renown_ideation.states import STATES

_AFTER = {"description": "`after` of the page before"}
_OUT = "Campaigns that collect on the board and that it does not take part in"


def _without(default: Any, said: str) -> fields.List[Any]:
    each = fields.String(validate=validate.Length(1, 80))
    return fields.List(each, load_default=default, validate=validate.Length(max=50), metadata={"description": said})


#: Of an idea that is brought to a board where campaigns collect; and of a draft.
WITHOUT = _without(list, _OUT)
DRAFT_WITHOUT = _without(None, f"{_OUT}; left out: as the draft was kept")
_WHERE = ["", "open", *(one for one in STATES if one != "draft")]


class ListQuery(Schema):
    sort = fields.String(load_default="voices", validate=validate.OneOf(list(SORTS)))
    state = fields.String(load_default="", validate=validate.OneOf(_WHERE))
    tag = fields.String(load_default="")
    after = fields.String(load_default="", metadata=_AFTER)


class SearchQuery(Schema):
    q = fields.String(required=True, validate=validate.Length(1, 200))
    after = fields.String(load_default="", metadata=_AFTER)


class SimilarQuery(Schema):
    title = fields.String(required=True, validate=validate.Length(1, TITLE))


class NewIdea(Schema):
    title = fields.String(required=True, validate=validate.Length(1, TITLE))
    body = fields.String(load_default="", validate=validate.Length(max=BODY))
    tags = fields.List(
        fields.String(validate=validate.Length(1, TAG)), load_default=list, validate=validate.Length(max=TAGS)
    )


class BroughtIdea(NewIdea):
    without = WITHOUT


class IdeaText(NewIdea):
    revision = fields.Integer(
        required=True, validate=validate.Range(1, MOST), metadata={"description": "The one that was read before"}
    )
    note = fields.String(load_default="", validate=validate.Length(max=200))


class NewComment(Schema):
    body = fields.String(required=True, validate=validate.Length(1, COMMENT))


class Known(Schema):
    kind = fields.String()
    text = fields.String()
    outcome = fields.String()


class IdeaBoard(Schema):
    board = fields.String()
    title = fields.String()
    about = fields.String()
    audience = fields.String()
    closed = fields.Boolean()
    acknowledge_days = fields.Integer()
    answer_days = fields.Integer()
    ideas = fields.Integer()
    answered = fields.Float(allow_none=True, metadata={"description": "Share of ideas that were answered in public"})
    delivered = fields.Float(allow_none=True, metadata={"description": "Share of ideas that are delivered"})
    first_answer_seconds = fields.Integer(
        allow_none=True,
        metadata={"description": "How long the middle one of those answered waited for its first answer"},
    )
    in_time = fields.Float(allow_none=True, metadata={"description": "Share of answers that came in time"})
    overdue = fields.Integer()
    known = fields.List(fields.Nested(Known), metadata={"description": "Constraints, issues, what was found out"})


class IdeaLine(Schema):
    id = fields.Integer()
    board = fields.String()
    url = fields.String()
    title = fields.String()
    state = fields.String()
    voters = fields.Integer(allow_none=True, metadata={"description": "null while numbers are hidden"})
    hidden = fields.String(allow_none=True, metadata={"description": "Why they are"})
    earlier_votes = fields.Integer()
    comments = fields.Integer()
    owner = fields.String(allow_none=True)
    next_answer_by = fields.String(allow_none=True)
    overdue = fields.Boolean()
    submitted_at = fields.String(allow_none=True)
    tags = fields.List(fields.String())


class Ideas(Schema):
    sort = fields.String()
    ideas = fields.List(fields.Nested(IdeaLine))
    after = fields.String(allow_none=True)


class IdeaAnswer(Schema):
    state = fields.String()
    text = fields.String()
    by = fields.String()
    at = fields.String()


class Promised(Schema):
    by = fields.String(metadata={"description": "When an answer was due, before a step gave another date or none"})
    state = fields.String(metadata={"description": "To which it came next"})
    at = fields.String()
    late = fields.Boolean()


class Said(Schema):
    id = fields.Integer()
    text = fields.String()
    by = fields.String()
    at = fields.String()


class Commented(Schema):
    id = fields.Integer()
    text = fields.String()
    standing = fields.String(metadata={"description": "`waiting`: a moderator looks at it first"})
    at = fields.String()


class Idea(IdeaLine):
    body = fields.String()
    revision = fields.Integer()
    authors = fields.List(fields.String())
    merged_into = fields.Integer(allow_none=True)
    merged = fields.List(fields.Integer())
    answers = fields.List(fields.Nested(IdeaAnswer))
    promised = fields.List(fields.Nested(Promised), metadata={"description": "Dates that held before, oldest first"})
    said = fields.List(fields.Nested(Said))


class Likely(Schema):
    id = fields.Integer()
    title = fields.String()
    likeness = fields.Float(metadata={"description": "0 to 1"})


class Follows(Schema):
    follows = fields.Boolean()


class Voted(Schema):
    voted = fields.Boolean()
    voters = fields.Integer(allow_none=True)
    hidden = fields.Boolean()
