"""What the API gives, as schemas that describe it."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields


class Rater(Schema):
    person = fields.String()
    name = fields.String()
    brought = fields.Float(metadata={"description": "In voices: 1 is an employee's own"})
    part = fields.Float(metadata={"description": "Of the whole, 0 to 1"})
    weight = fields.Float(metadata={"description": "What their acts say, 0 to 1"})
    share = fields.Float(metadata={"description": "Of their voice, 0 to 1"})
    voice = fields.Float()
    acts = fields.Integer()
    last = fields.Date()


class Others(Schema):
    people = fields.Integer(allow_none=True, metadata={"description": "None where they are too few to be counted"})
    brought = fields.Float()


class KnownFor(Schema):
    topic = fields.Integer()
    name = fields.String()
    influence = fields.Float()
    place = fields.Integer()


class Step(Schema):
    day = fields.Date()
    influence = fields.Float()
    scale_anew = fields.Boolean(metadata={"description": "That day the scale was set anew"})


class Profile(Schema):
    person = fields.String()
    name = fields.String()
    day = fields.Date(allow_none=True, metadata={"description": "Of the run"})
    influence = fields.Float(allow_none=True)
    place = fields.Integer(allow_none=True)
    quality = fields.Float(allow_none=True, metadata={"description": "In percent"})
    value = fields.Float(allow_none=True, metadata={"description": "In voices: own + brought + rounding"})
    own = fields.Float(allow_none=True)
    brought = fields.Float(allow_none=True)
    rounding = fields.Float(allow_none=True)
    people = fields.Integer(allow_none=True)
    raters = fields.List(fields.Nested(Rater), data_key="from", attribute="from")
    others = fields.Nested(Others, allow_none=True)
    topics = fields.List(fields.Nested(KnownFor))
    history = fields.List(fields.Nested(Step))


class Topic(Schema):
    topic = fields.Integer()
    name = fields.String()
    source = fields.String()
    url = fields.String(allow_none=True)


class Expert(Schema):
    person = fields.String()
    name = fields.String()
    influence = fields.Float()
    relied_on_by = fields.Integer(allow_none=True, metadata={"description": "None where they are fewer than five"})
    last = fields.Date(allow_none=True)
    away_until = fields.Date(allow_none=True)


class Suggested(Topic):
    people = fields.List(fields.Nested(Expert))


class Run(Schema):
    run = fields.Integer()
    state = fields.String()
    reason = fields.String()
    day = fields.String(allow_none=True)
    seconds = fields.Float(allow_none=True)
    people = fields.Integer()
    pairs = fields.Integer()
    rounds = fields.Integer()
    residual = fields.Float()
    exact = fields.Boolean()
    graph = fields.String(allow_none=True)
    result = fields.String(allow_none=True)
    reproducible = fields.Boolean()
    moved = fields.Integer()
    moved_most = fields.Float()
    erased = fields.Integer(metadata={"description": "People erased since the run before"})
    erased_moved = fields.Integer(allow_none=True, metadata={"description": "Scores of others that this alone moved"})
    erased_most = fields.Float(allow_none=True)
    looking_for_rings = fields.Boolean()
    error = fields.String(allow_none=True)
    parameters = fields.Dict()
    same_again = fields.Boolean(allow_none=True)


class Runs(Schema):
    runs = fields.List(fields.Nested(Run))
