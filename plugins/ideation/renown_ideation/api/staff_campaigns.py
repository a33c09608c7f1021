"""What staff do with campaigns: draft, seal, move dates, end, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from apiflask import APIBlueprint, abort

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.api import campaign_shapes as shapes
from renown_ideation.api.campaigns import CAMPAIGN, whole
from renown_ideation.api.common import NUMBER
from renown_ideation.campaigns import deciding, held, results, sealing, taking_part, view
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.campaigns.held import NotNow
from renown_ideation.counting.dates import is_instant
from renown_ideation.ideas.texts import Refused

T = TypeVar("T")


def add(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.post("/campaigns")
    @needs("ideation.desk")
    @api.input(shapes.NewCampaign, location="json")
    @api.output(shapes.Campaign, status_code=201)
    @api.doc(summary="A new campaign, as a draft that only staff see", security="token")
    def draft(json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            board, charter = gate.board(inner, viewer(), json_data["board"]), json_data["charter"]
            made = _attempt(lambda: sealing.draft(inner, board, charter, viewer().person_id))
            return whole(inner, made.slug)

    @api.put(f"{CAMPAIGN}/charter")
    @needs("ideation.desk")
    @api.input(shapes.CharterText, location="json")
    @api.output(shapes.Campaign)
    @api.doc(summary="Another draft of the charter", security="token", responses={409: "It is sealed"})
    def redraft(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            campaign = view.found(inner, viewer(), slug).campaign
            _attempt(lambda: sealing.redraft(inner, campaign.id, json_data["charter"]))
            return whole(inner, slug)

    @api.post(f"{CAMPAIGN}/seal")
    @needs("ideation.desk")
    @api.output(shapes.Campaign)
    @api.doc(summary="Seal the charter for good", security="token", responses={409: "It is sealed"})
    def seal(slug: str) -> dict[str, Any]:
        with ctx.writing() as inner:
            campaign, me = view.found(inner, viewer(), slug).campaign, viewer().person_id or gate.absent()
            _attempt(lambda: sealing.seal(inner, campaign.id, me))
            return whole(inner, slug)

    @api.post(f"{CAMPAIGN}/amendments")
    @needs("ideation.desk")
    @api.input(shapes.CharterAmended, location="json")
    @api.output(shapes.Campaign)
    @api.doc(summary="Move dates of a sealed charter, in public", security="token", responses={409: "Not now"})
    def amend(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            campaign, me = view.found(inner, viewer(), slug).campaign, viewer().person_id or gate.absent()
            at = json_data["effective_at"]
            if at is not None and not is_instant(at):
                abort(422, detail={"json": {"effective_at": ["Is no instant such as 2026-01-05T09:00:00Z."]}})
            effective = inner.clock.now() if at is None else held.moment(at)
            what, why = json_data["what"], json_data["why"]
            _attempt(lambda: sealing.amend(inner, campaign.id, what, why, effective, me))
            return whole(inner, slug)

    @api.delete(CAMPAIGN)
    @needs("ideation.desk")
    @api.output({}, status_code=204)
    @api.doc(summary="Throw a draft away", security="token", responses={409: "It was sealed"})
    def throw_away(slug: str) -> str:
        with ctx.writing() as inner:
            campaign = view.found(inner, viewer(), slug).campaign
            _attempt(lambda: sealing.throw_away(inner, campaign.id, viewer().person_id))
            return ""

    @api.post(f"{CAMPAIGN}/void")
    @needs("ideation.desk")
    @api.input(shapes.CampaignEnded, location="json")
    @api.output(shapes.Campaign)
    @api.doc(summary="End the campaign for good, with a public reason", security="token", responses={409: "It ended"})
    def void(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            campaign = view.found(inner, viewer(), slug).campaign
            _attempt(lambda: sealing.void(inner, campaign.id, json_data["reason"], viewer().person_id))
            return whole(inner, slug)

    @api.post(f"{CAMPAIGN}/ideas")
    @needs("ideation.write")
    @api.input(shapes.CampaignEntry, location="json")
    @api.output(shapes.Campaign)
    @api.doc(
        summary="Have an idea of the board take part: one's own while ideas are collected, any by staff",
        security="token",
        responses={409: "The vote is open"},
    )
    def enter(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            one = view.found(inner, viewer(), slug)
            _attempt(lambda: taking_part.enter(inner, viewer(), one, json_data["idea"]))
            return whole(inner, slug)

    @api.post(f"{CAMPAIGN}/ideas/{NUMBER}/leave")
    @needs("ideation.write")
    @api.input(shapes.CampaignLeft, location="json")
    @api.output(shapes.Campaign)
    @api.doc(
        summary="Take an idea out again: an author as they like, staff with a public reason",
        security="token",
        responses={409: "The vote is open"},
    )
    def leave(slug: str, number: int, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            one = view.found(inner, viewer(), slug)
            _attempt(lambda: taking_part.out(inner, viewer(), one, number, json_data))
            return whole(inner, slug)

    _add_deciding(api, ctx)


def _add_deciding(api: APIBlueprint, ctx: PluginContext) -> None:
    @api.get(f"{CAMPAIGN}/decisions")
    @needs("ideation.desk")
    @api.output(shapes.OptionDecided(many=True))
    @api.doc(summary="What is decided so far, before it is published too", security="token")
    def decisions(slug: str) -> list[dict[str, Any]]:
        with ctx.reading() as inner:
            return _decided(inner, slug)

    @api.put(f"{CAMPAIGN}/decisions")
    @needs("ideation.desk")
    @api.input(shapes.OptionVerdicts, location="json")
    @api.output(shapes.OptionDecided(many=True))
    @api.doc(
        summary="Write down what becomes of options", security="token", responses={409: "Not counted, or published"}
    )
    def decide(slug: str, json_data: dict[str, Any]) -> list[dict[str, Any]]:
        with ctx.writing() as inner:
            campaign, me = view.found(inner, viewer(), slug).campaign, viewer().person_id or gate.absent()
            made = {one["option"]: Verdict(one["seat"], one["reason"]) for one in json_data["decisions"]}
            _attempt(lambda: deciding.decide(inner, campaign.id, made, me))
            return _decided(inner, slug)

    @api.post(f"{CAMPAIGN}/decisions/publish")
    @needs("ideation.desk")
    @api.input(shapes.DecisionsPublished, location="json")
    @api.output(shapes.Campaign)
    @api.doc(
        summary="Make all decisions public; refused while one is missing or unexplained",
        security="token",
        responses={409: "Not counted, or published", 422: "By option, what is missing"},
    )
    def publish(slug: str, json_data: dict[str, Any]) -> dict[str, Any]:
        with ctx.writing() as inner:
            campaign, me = view.found(inner, viewer(), slug).campaign, viewer().person_id or gate.absent()
            _attempt(lambda: deciding.publish(inner, campaign.id, me, json_data["unfilled"]))
            return whole(inner, slug)


def _decided(ctx: PluginContext, slug: str) -> list[dict[str, Any]]:
    campaign = view.found(ctx, viewer(), slug).campaign
    if not deciding.open_to_staff(campaign):
        gate.absent()
    made = deciding.newest(ctx, campaign.id)
    return [
        {
            "option": one.option,
            "place": one.place,
            "chosen_by_vote": one.selected,
            "seat": made[one.option].seat if one.option in made else None,
            "reason": made[one.option].reason if one.option in made else "",
        }
        for one in results.standings(campaign)
    ]


def _attempt(work: Callable[[], T]) -> T:
    """409 where it is not the time, 422 by field where it is refused."""
    try:
        return work()
    except Refused as error:
        abort(422, detail={"json": dict(error.errors)})
    except NotNow as error:
        abort(409, str(error))
