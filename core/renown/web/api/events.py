"""Events in: CloudEvents from programs, and the deliveries of networks."""

from __future__ import annotations

from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response, abort, request

from renown import clock
from renown.access.routes import needs, opened
from renown.events import receive as contract
from renown.events.receive import MEDIA_TYPES, UnknownMediaType, UnreadableBody
from renown.events.types import CloudEvent
from renown.sources import post, receive
from renown.sources.connector import Inbound
from renown.sources.receive import NoSuchAddress
from renown.web.api import shapes
from renown.web.exports import as_json
from renown.web.house import house
from renown.web.session import bearer

api = APIBlueprint("api_events", __name__, tag="Events")


def described(spec: dict[str, Any]) -> None:
    """Tell in the description of the API what `take` takes, in the contract's own words."""
    (event,), parts = msgspec.json.schema_components([CloudEvent], ref_template="#/components/schemas/{name}")
    spec["components"]["schemas"].update(parts)
    taken = dict(zip(MEDIA_TYPES, (event, {"type": "array", "items": event}, {"type": "string"}), strict=True))
    spec["paths"]["/api/v1/events"]["post"]["requestBody"] = {
        "required": True,
        "description": "One event, an array of them, or one a line; see `/api/v1/events/schema.json`.",
        "content": {media: {"schema": schema} for media, schema in taken.items()},
    }


@api.post("/api/v1/events")
@needs("events:write")
@api.output(shapes.Received, description="What became of them")
@api.doc(
    summary="Take CloudEvents: one, a batch, or NDJSON",
    description="200 whenever the body could be read. A refused event never sinks its neighbours.",
    security="token",
    responses={
        400: "The body cannot be read",
        413: "The body is too large",
        415: f"The media type is none of {', '.join(MEDIA_TYPES)}",
    },
)
def take() -> Response:
    token = bearer()
    try:
        found = post.post(
            house().reception,
            request.get_data(cache=False),
            request.headers.get("Content-Type", ""),
            sources=token.sources if token else None,
        )
    except UnknownMediaType as error:
        return as_json({"message": str(error), "detail": {}}, 415)
    except UnreadableBody as error:
        return as_json({"message": str(error), "detail": {}}, 400)
    return as_json(msgspec.to_builtins(found))


@api.get("/api/v1/events/schema.json")
@needs("me:read")
@api.doc(summary="The contract of events as JSON Schema", security="token")
def schema() -> Response:
    return as_json(contract.schema())


@api.post("/in/<network>/<slug>")
@opened(csrf=False)
@api.doc(hide=True)
def deliver(network: str, slug: str) -> Response:
    """A network's own delivery: its signature is the proof, so there is no token and no form."""
    reception = house().reception
    try:
        request.max_content_length = receive.body_cap(reception, slug)
        inbound = Inbound(
            method=request.method,
            headers={name.lower(): value for name, value in request.headers.items()},
            query=request.args.to_dict(),
            body=request.get_data(cache=False),
            at=clock.now(),
        )
        answer = receive.deliver(reception, slug, inbound, network)
    except NoSuchAddress:
        abort(404)
    return Response(answer.body, status=answer.status, content_type=answer.content_type)
