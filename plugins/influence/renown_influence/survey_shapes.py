"""What the API gives of surveys that have ended, as schemas that describe it."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields


class Line(Schema):
    survey = fields.Integer()
    title = fields.String()
    ended = fields.DateTime()
    report = fields.Boolean(metadata={"description": "False where too few answered"})


class Ended(Schema):
    surveys = fields.List(fields.Nested(Line))
    next = fields.Integer(allow_none=True)


class Overlap(Schema):
    most = fields.Integer(metadata={"description": "So many of the most named"})
    highest = fields.Integer(metadata={"description": "beside so many of the highest by the measure"})
    both = fields.Integer()
    chance = fields.Float(metadata={"description": "How many it would be by chance"})


class Compared(Schema):
    measure = fields.String()
    title = fields.String()
    people = fields.Integer(metadata={"description": "In whole fives"})
    agreement = fields.Float(allow_none=True, metadata={"description": "Spearman's rank correlation, in tenths"})
    low = fields.Float(allow_none=True, metadata={"description": "It lies from here to `high`, with 95 %"})
    high = fields.Float(allow_none=True)
    overlaps = fields.List(fields.Nested(Overlap))
    heard = fields.List(fields.String(), metadata={"description": "Named by many and far from the highest"})
    busy = fields.List(fields.String(), metadata={"description": "Among the highest and named by few"})


class Report(Schema):
    few = fields.Boolean(metadata={"description": "True where fewer than five answered: then nothing else is told"})
    answers = fields.Integer()
    asked = fields.Integer()
    named = fields.Integer(metadata={"description": "How many people were named, in whole fives"})
    most = fields.List(
        fields.String(), metadata={"description": "Named by five or more, of those whom the caller may see; unordered"}
    )
    compared = fields.List(fields.Nested(Compared))


class Survey(Schema):
    survey = fields.Integer()
    title = fields.String()
    report = fields.Nested(Report)
