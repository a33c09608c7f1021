"""Forms that Slack sends: of the shortcut by which a message becomes an idea, and of others, which are not for us."""

from __future__ import annotations

from urllib.parse import parse_qs

from renown.api import Actor, BadPayload, CloudEvent, Payload, Skipped
from renown_slack import acts, reasons
from renown_slack.accounts import ID
from renown_slack.acts import Place, Workspace, stamp

#: As the manifest names it.
IDEA = "idea"


def read(space: Workspace, body: bytes) -> CloudEvent | Skipped:
    """The text of the message is in it, and is not taken. Raises BadPayload."""
    try:
        given = parse_qs(body.decode(), max_num_fields=50)
    except (UnicodeDecodeError, ValueError):
        raise BadPayload("the form cannot be read") from None
    if "payload" not in given:
        return Skipped(reasons.NOT_AN_EVENT, what="command")
    said = Payload.parse(given["payload"][0].encode())
    kind = said.label("type", 64) or ""
    if kind != "message_action" or said.label("callback_id", 64) != IDEA:
        return Skipped(reasons.NOT_AN_EVENT, what="interaction")
    message, channel = said.object("message"), said.object("channel")
    owner = message.maybe_text("user", ID)
    if owner is None:
        return Skipped(reasons.BLANK, what=kind)
    place = channel.text("id", ID)
    # What is no public channel is private, as far as a shortcut tells.
    where = Place(
        place, channel.label("name"), private=not place.startswith("C") or channel.label("name") == "privategroup"
    )
    who = Actor(id=said.object("user").text("id", ID))
    return acts.suggestion(space, where, stamp(message, "ts"), who, Actor(id=owner), stamp(said, "action_ts"))
