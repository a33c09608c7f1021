"""What the API gives, as schemas that describe it."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate


class Rater(Schema):
    person = fields.String()
    name = fields.String()
    percent = fields.Integer(metadata={"description": "Of the whole"})
    brought = fields.Float(
        allow_none=True,
        metadata={"description": "In voices: 1 is an employee's own. For the owner alone, as the next three"},
    )
    strength = fields.Float(allow_none=True, metadata={"description": "What their acts say, 0 to 1"})
    share = fields.Float(allow_none=True, metadata={"description": "Of their voice, 0 to 1"})
    voice = fields.Float(allow_none=True)
    acts = fields.Integer()
    last = fields.Date()


class Others(Schema):
    people = fields.Integer(allow_none=True, metadata={"description": "None where they are not counted"})
    percent = fields.Integer()
    brought = fields.Float(allow_none=True)


class KnownFor(Schema):
    topic = fields.Integer()
    name = fields.String()
    influence = fields.Float()
    place = fields.Integer()


class Step(Schema):
    day = fields.Date()
    influence = fields.Float()
    scale_anew = fields.Boolean(metadata={"description": "That day the scale was set anew"})
    fell = fields.String(allow_none=True, metadata={"description": "Why it is less than before, where it is"})


class Profile(Schema):
    person = fields.String()
    name = fields.String()
    day = fields.Date(allow_none=True, metadata={"description": "Of the run"})
    influence = fields.Float(allow_none=True)
    place = fields.Integer(allow_none=True)
    quality = fields.Float(allow_none=True, metadata={"description": "In percent"})
    quality_for = fields.Integer(allow_none=True, metadata={"description": "In voices"})
    quality_against = fields.Integer(
        allow_none=True, metadata={"description": "In voices; people are counted in fives, fewer than five not at all"}
    )
    quality_average = fields.Integer(allow_none=True, metadata={"description": "In percent, of all"})
    value = fields.Float(allow_none=True, metadata={"description": "In voices: own + brought + rounding"})
    unit = fields.Float(allow_none=True, metadata={"description": "influence = 10 * log2(1 + value / unit)"})
    own = fields.Float(allow_none=True)
    brought = fields.Float(allow_none=True)
    rounding = fields.Float(allow_none=True)
    people = fields.Integer(allow_none=True)
    raters = fields.List(fields.Nested(Rater), data_key="from", attribute="from")
    others = fields.Nested(Others, allow_none=True)
    topics = fields.List(fields.Nested(KnownFor))
    history = fields.List(fields.Nested(Step))


class Act(Schema):
    day = fields.Date()
    rule = fields.String()
    source = fields.String(allow_none=True)
    space = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    weight = fields.Float()
    counted = fields.Integer(
        allow_none=True, metadata={"description": "Working days since; these four are for the owner alone"}
    )
    leave = fields.Integer(allow_none=True, metadata={"description": "Days of leave, which do not count"})
    idle = fields.Integer(allow_none=True, metadata={"description": "Days of absence, which do not count"})
    left = fields.Float(allow_none=True)
    next_run = fields.Boolean(metadata={"description": "It counts from the next run on"})


class Pair(Schema):
    person = fields.String()
    name = fields.String()
    percent = fields.Integer(metadata={"description": "Of the whole. What follows is for the owner alone"})
    left = fields.Float(allow_none=True, metadata={"description": "Of their acts today"})
    half = fields.Float(allow_none=True, metadata={"description": "strength = left / (left + half) / friends"})
    friends = fields.Float(allow_none=True)
    strength = fields.Float(allow_none=True)
    total = fields.Float(allow_none=True, metadata={"description": "The strengths of all that they rely on, added up"})
    shrink = fields.Float(allow_none=True)
    share = fields.Float(allow_none=True, metadata={"description": "strength / (total + shrink)"})
    voice = fields.Float(allow_none=True)
    alpha = fields.Float(allow_none=True)
    brought = fields.Float(allow_none=True, metadata={"description": "share * voice * alpha"})
    acts = fields.List(fields.Nested(Act))
    rest = fields.Float(allow_none=True, metadata={"description": "Left of acts that are not listed"})


class Tie(Schema):
    person = fields.String()
    name = fields.String()
    strength = fields.Float(
        allow_none=True, metadata={"description": "0 to 1; None of those on whom one relies oneself"}
    )
    much = fields.Integer(metadata={"description": "1 a little, 2 some, 3 much"})


class Side(Schema):
    people = fields.Integer()
    named = fields.List(fields.Nested(Tie))
    others = fields.Integer(allow_none=True, metadata={"description": "None where they are too few to be counted"})


class Circle(Schema):
    day = fields.Date(allow_none=True)
    relying = fields.Nested(Side, allow_none=True)
    relied_on = fields.Nested(Side, allow_none=True)


class Page(Schema):
    after = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "`next` of the page before"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class OfTeam(Schema):
    team = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "A team's slug; empty for all"}
    )


class TeamLine(Schema):
    team = fields.String()
    relies_on = fields.String()
    people = fields.Integer()
    on_people = fields.Integer()
    share = fields.Float(metadata={"description": "Of what the team relies on, 0 to 1"})


class Network(Schema):
    run = fields.Integer(allow_none=True)
    team = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(TeamLine))


class Topic(Schema):
    topic = fields.Integer(metadata={"description": "A space's id, or below 0 a hashtag's"})
    scope = fields.String(metadata={"description": "Where its scores are among the standings"})
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
    next = fields.Integer(allow_none=True)


class Both(Schema):
    person = fields.String()
    name = fields.String()
    activity = fields.Float(metadata={"description": "Points of the period"})
    influence = fields.Float()


class TeamCounts(Schema):
    team = fields.String()
    heard = fields.Integer(allow_none=True, metadata={"description": "So many, or more; None where it is not told"})
    busy = fields.Integer(allow_none=True, metadata={"description": "So many, or more; None where it is not told"})


_OTHERS = "Not named; None where they are too few to be counted"


class Comparison(Schema):
    period = fields.String(
        allow_none=True, metadata={"description": "Of the points; None where there is nothing to compare yet"}
    )
    heard = fields.List(fields.Nested(Both), metadata={"description": "Much further up by influence than by points"})
    busy = fields.List(fields.Nested(Both), metadata={"description": "Much further up by points than by influence"})
    heard_others = fields.Integer(allow_none=True, metadata={"description": _OTHERS})
    busy_others = fields.Integer(allow_none=True, metadata={"description": _OTHERS})
    you = fields.String(
        metadata={"description": "heard, busy or neither; empty for who has no numbers. Told to the caller alone"}
    )
    teams = fields.List(fields.Nested(TeamCounts))
