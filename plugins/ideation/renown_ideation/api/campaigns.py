"""Campaigns: read by everybody, voted in by voters. What staff do is in `staff_campaigns`."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from apiflask import APIBlueprint, abort
from apiflask.schemas import FileSchema
from flask import Response

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api import campaign_shapes as shapes
from renown_ideation.campaigns import casting, finding, held, shown, view
from renown_ideation.campaigns.casting import NotAVoter, Receipt
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas.texts import Refused
from renown_ideation.totals import Hidden

CAMPAIGN = "/campaigns/<slug>"


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get("/campaigns")
    @needs("ideation.read")
    @api.input(shapes.Before, location="query")
    @api.output(shapes.CampaignLine(many=True))
    @api.doc(
        summary="Campaigns that the caller may read: running ones, then the newest that are over", security="token"
    )
    def all_campaigns(query_data: dict[str, Any]) -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            found = finding.listed(inner, viewer(), finding.number(inner, viewer(), query_data["before"]))
            return [view.data(inner, one) for one in view.summaries(inner, found)]

    @api.get(CAMPAIGN)
    @needs("ideation.read")
    @api.output(shapes.Campaign)
    @api.doc(summary="One campaign: its phase, its options, what happened", security="token")
    def one_campaign(slug: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            return whole(inner, slug)

    @api.get(f"{CAMPAIGN}/charter")
    @needs("ideation.read")
    @api.output(shapes.SealedCharter)
    @api.doc(summary="The charter, its hash, and the dates that were moved", security="token")
    def charter_of(slug: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            campaign = view.found(inner, viewer(), slug).campaign
            amendments = [msgspec.to_builtins(one) for one in held.amendments(inner, campaign.id)]
            return {
                "charter": json.loads(campaign.charter),
                "sha256": campaign.charter_sha256,
                "amendments": amendments,
            }

    _add_voting(api, ctx)
    _add_results(api, ctx)


def _add_voting(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.put(f"{CAMPAIGN}/ballot")
    @needs("ideation.write")
    @api.input(shapes.BallotChoices, location="json")
    @api.output(shapes.OwnBallot)
    @api.doc(
        summary="Cast a ballot, which takes the place of any before",
        security="token",
        responses={403: "Not among those who may vote", 409: "The vote is not open"},
    )
    def cast_ballot(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            one, choices = view.found(inner, viewer(), slug), json_data["choices"]
            try:
                receipt = casting.cast(inner, one.campaign.id, viewer().person_id or gate.absent(), choices)
            except NotNow as error:
                abort(409, str(error))
            except NotAVoter as error:
                abort(403, str(error))
            except Refused as error:
                abort(422, detail={"json": {"choices": list(error.errors["ballot"])}})
            return _own(receipt, choices)

    @api.get(f"{CAMPAIGN}/ballot")
    @needs("ideation.write")
    @api.output(shapes.OwnBallot)
    @api.doc(summary="The caller's own ballot that counts, and its receipt", security="token")
    def own_ballot(slug: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            campaign = view.found(inner, viewer(), slug).campaign
            found = casting.mine(inner, campaign.id, viewer().person_id or gate.absent())
            return _own(*found) if found is not None else gate.absent()

    @api.post(f"{CAMPAIGN}/receipt")
    @needs("ideation.read")
    @api.input(shapes.ReceiptCode, location="json")
    @api.output(shapes.BallotChoices)
    @api.doc(
        summary="What the holder of a receipt voted for",
        security="token",
        responses={400: "A browser's request without its CSRF token", 404: "No such ballot"},
    )
    def by_receipt(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = casting.by_receipt(inner, view.found(inner, viewer(), slug).campaign.id, json_data["code"])
            return {"choices": dict(found)} if found is not None else gate.absent()


def _add_results(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"{CAMPAIGN}/result")
    @needs("ideation.read")
    @api.output(shapes.CampaignResult)
    @api.doc(summary="What the ballots gave; while totals are hidden, why they are", security="token")
    def result_of(slug: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            found = shown.of(inner, view.found(inner, viewer(), slug))
            return {"hidden": found.why} if isinstance(found, Hidden) else shown.data(found)

    @api.get(f"{CAMPAIGN}/tally")
    @needs("ideation.read")
    @api.output(FileSchema(type="string"), content_type="application/jsonl")
    @api.doc(summary="The published file, JSON Lines, from which anybody can count again", security="token")
    def tally_of(slug: str) -> Response:
        with ctx.reading() as inner:
            found = shown.file(inner, view.found(inner, viewer(), slug))
            return abort(404, found.why) if isinstance(found, Hidden) else shown.sent(slug, found)

    @api.get(f"{CAMPAIGN}/report")
    @needs("ideation.read")
    @api.output(shapes.CampaignReport)
    @api.doc(summary="Where the decision left the vote", security="token")
    def report_of(slug: str) -> dict[str, Any]:
        with ctx.reading() as inner:
            one = view.found(inner, viewer(), slug)
            found = shown.report(inner, one)
            return (
                {"hidden": found.why} if isinstance(found, Hidden) else shown.report_data(inner, viewer(), one, found)
            )


def whole(ctx: PluginContext, slug: str) -> dict[str, Any]:
    one = view.found(ctx, viewer(), slug)
    return {
        **view.data(ctx, one),
        "opening": json.loads(one.campaign.opening) if one.campaign.opening else None,
        "options": [
            {"option": option.number, "title": option.title, "idea": option.idea_id, "revision": option.revision}
            for option in shown.ordered(ctx, viewer(), one)
        ],
        "log": view.log(ctx, one.campaign),
    }


def _own(receipt: Receipt, choices: Any) -> dict[str, Any]:
    return {
        "choices": dict(choices),
        "receipt": receipt.code,
        "voter": receipt.voter,
        "sha256": receipt.digest,
        "number": receipt.number,
    }
