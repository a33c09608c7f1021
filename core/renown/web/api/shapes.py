"""What the API takes and gives, as marshmallow schemas: they check requests and describe answers."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields, validate


class Amount(fields.Float):
    """In the measure's own unit; whole amounts without a point."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class PageQuery(Schema):
    after = fields.String(metadata={"description": "`next` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class PeriodQuery(PageQuery):
    period = fields.String(
        load_default="this-month",
        metadata={"description": "2026-05, 2026-Q2, 2026, 2026-W21, all, rolling, this-month, last-month, ..."},
    )


class BoardQuery(PeriodQuery):
    team = fields.String(metadata={"description": "A team's slug: the board of its people"})
    source = fields.String(metadata={"description": "A source's slug: what came from it alone; not with team or of"})
    of = fields.String(validate=validate.OneOf(("people", "teams")), load_default="people")


class WhyQuery(PeriodQuery):
    taken = fields.Boolean(load_default=False, metadata={"description": "Only what limits or reversals took away"})


class PeopleQuery(PageQuery):
    q = fields.String(load_default="", metadata={"description": "A part of the name"})
    team = fields.String(metadata={"description": "A team's slug"})


class Measure(Schema):
    measure = fields.String()
    title = fields.String()
    kind = fields.String()
    unit = fields.String()
    plugin = fields.String()


class Place(Schema):
    rank = fields.Integer()
    person = fields.String()
    team = fields.String()
    name = fields.String()
    amount = Amount()
    movement = fields.Integer(allow_none=True)


class Board(Schema):
    measure = fields.String()
    unit = fields.String()
    period = fields.String()
    scope = fields.String()
    counted_at = fields.DateTime()
    closed_at = fields.DateTime(allow_none=True)
    total = fields.Integer()
    rows = fields.List(fields.Nested(Place))
    next = fields.String(allow_none=True)


class Person(Schema):
    person = fields.String()
    name = fields.String()


class People(Schema):
    rows = fields.List(fields.Nested(Person))
    next = fields.String(allow_none=True)


class Total(Schema):
    measure = fields.String()
    period = fields.String()
    amount = Amount()
    rank = fields.Integer(allow_none=True, metadata={"description": "None for others below the depth of boards"})


class Profile(Person):
    team = fields.String(allow_none=True)
    totals = fields.List(fields.Nested(Total))


class Part(Schema):
    plugin = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    acts = fields.Integer()
    raw = Amount()
    amount = Amount()
    quota = Amount()


class Entry(Schema):
    id = fields.Integer()
    day = fields.Date()
    at = fields.DateTime(allow_none=True)
    what = fields.String()
    notes = fields.List(fields.String())
    raw = Amount()
    amount = Amount()
    reverses = fields.Integer()
    reversed_by = fields.Integer()
    private = fields.Boolean()
    plugin = fields.String(allow_none=True)
    rule = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    type = fields.String(allow_none=True)
    kind = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    space = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    by = fields.String(allow_none=True)


class Why(Schema):
    person = fields.String()
    measure = fields.String()
    period = fields.String()
    amount = Amount()
    parts = fields.List(fields.Nested(Part))
    entries = fields.List(fields.Nested(Entry))
    next = fields.String(allow_none=True)


class Team(Schema):
    team = fields.String()
    name = fields.String()
    people = fields.Integer()


class RuleVersion(Schema):
    version = fields.Integer()
    says = fields.List(fields.String())
    body = fields.Dict()
    effective = fields.Date(allow_none=True)
    reason = fields.String(allow_none=True)


class Rule(Schema):
    plugin = fields.String()
    rule = fields.String()
    title = fields.String()
    versions = fields.List(fields.Nested(RuleVersion))


class Me(Schema):
    person = fields.String(allow_none=True)
    role = fields.String()
    scopes = fields.List(fields.String(), allow_none=True)


class Source(Schema):
    slug = fields.String()
    name = fields.String()
    network = fields.String()
    title = fields.String()
    state = fields.String()
    affiliation = fields.String()
    path = fields.String()
    last_event_at = fields.DateTime(allow_none=True)


class FieldError(Schema):
    field = fields.String()
    message = fields.String()


class Rejected(Schema):
    index = fields.Integer()
    id = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FieldError))


class Received(Schema):
    accepted = fields.Integer()
    duplicates = fields.Integer()
    quarantined = fields.Integer()
    rejected = fields.List(fields.Nested(Rejected))
    skipped = fields.Integer(metadata={"description": "Only where the source's settings left some out"})
