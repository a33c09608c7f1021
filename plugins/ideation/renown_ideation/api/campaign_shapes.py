"""What the API of campaigns takes and gives, as marshmallow schemas."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate

from renown_ideation.campaigns.deciding import SEATS
from renown_ideation.numbers import MOST

_CHOICES = {"description": "By option: 1 (approve), points, money, votes or a rank; what is left out has nothing"}


class CampaignSeats(Schema):
    by_vote = fields.Integer()
    by_board = fields.Integer()


class Before(Schema):
    before = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "A campaign that is over: then those that are over and were made before it"},
    )


class CampaignLine(Schema):
    campaign = fields.String()
    title = fields.String()
    url = fields.String()
    board = fields.String()
    state = fields.String()
    question = fields.String()
    now = fields.String()
    promise = fields.String(metadata={"description": "How far the vote binds, in a sentence"})
    seats = fields.Nested(CampaignSeats)
    phases = fields.Dict(metadata={"description": "By name: `from`, `to`, `time_zone`"})
    decision_due = fields.String()
    overdue = fields.Boolean()
    charter_sha256 = fields.String(allow_none=True)
    counted_at = fields.String(allow_none=True)
    decided_at = fields.String(allow_none=True)
    void_reason = fields.String(allow_none=True)


class CampaignOption(Schema):
    option = fields.Integer()
    title = fields.String()
    idea = fields.Integer()
    revision = fields.Integer()


class Campaign(CampaignLine):
    opening = fields.Dict(allow_none=True, metadata={"description": "What was frozen when the vote opened: hashes"})
    options = fields.List(fields.Nested(CampaignOption), metadata={"description": "In an order of the caller's own"})
    log = fields.List(fields.Dict())


class NewCampaign(Schema):
    board = fields.String(required=True)
    charter = fields.Dict(required=True, metadata={"description": "`renown.charter/1`, as docs/ideation-tally.md says"})


class CharterText(Schema):
    charter = fields.Dict(required=True)


class SealedCharter(Schema):
    charter = fields.Dict()
    sha256 = fields.String(allow_none=True, metadata={"description": "null while it is a draft"})
    amendments = fields.List(fields.Dict())


class BallotChoices(Schema):
    choices = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[1-9][0-9]{0,8}\Z")),
        values=fields.Integer(strict=True),
        required=True,
        metadata=_CHOICES,
    )


class OwnBallot(Schema):
    choices = fields.Dict(metadata=_CHOICES)
    receipt = fields.String(metadata={"description": "Whoever has it sees the ballot"})
    voter = fields.String(metadata={"description": "The name in the published file"})
    sha256 = fields.String(metadata={"description": "Of the ballot's line in the published file"})
    number = fields.Integer(metadata={"description": "How many were cast; the last one counts"})


class ReceiptCode(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 80))


class CampaignResult(Schema):
    hidden = fields.String(metadata={"description": "Why it is not told yet; then nothing else is"})
    result = fields.Dict()
    options = fields.List(fields.Dict())


class OptionVerdict(Schema):
    option = fields.Integer(required=True)
    seat = fields.String(required=True, validate=validate.OneOf(list(SEATS)))
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class OptionVerdicts(Schema):
    decisions = fields.List(fields.Nested(OptionVerdict), required=True, validate=validate.Length(max=10_000))


class OptionDecided(OptionVerdict):
    place = fields.Integer()
    chosen_by_vote = fields.Boolean()
    seat = fields.String(allow_none=True, metadata={"description": "null: not decided"})


class DecisionsPublished(Schema):
    unfilled = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata={"description": "Why seats were given to nobody, where some were: everybody reads it"},
    )


class CharterAmended(Schema):
    what = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Dates by path in the charter, as `phases.vote.to`, and where to"},
    )
    why = fields.String(required=True, validate=validate.Length(1, 2000))
    effective_at = fields.String(load_default=None, allow_none=True, metadata={"description": "null: now"})


class CampaignEnded(Schema):
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class CampaignEntry(Schema):
    idea = fields.Integer(required=True, validate=validate.Range(1, MOST))


class CampaignLeft(Schema):
    reason = fields.String(
        load_default="", validate=validate.Length(max=400), metadata={"description": "By staff: everybody reads it"}
    )


class CampaignReport(Schema):
    """Figures; with `hidden` alone while totals are."""

    hidden = fields.String()
    seats = fields.Integer()
    promised_to_vote = fields.Integer()
    granted_by_vote = fields.Integer()
    promised_to_board = fields.Integer()
    given_by_board = fields.Integer()
    first_places_left_out = fields.Integer()
    top = fields.Integer()
    top_chosen = fields.Integer()
    given_to_nobody = fields.Integer(metadata={"description": "Seats that nobody got, though there was somebody"})
    without_decision = fields.Integer()
    overdue_days = fields.Integer()
    kept = fields.Boolean(allow_none=True, metadata={"description": "null while nothing is decided"})
    decided_at = fields.String(allow_none=True)
    figures = fields.List(fields.String(), metadata={"description": "The same in sentences, as the page has them"})
    options = fields.List(fields.Dict(), metadata={"description": "Differences first"})
