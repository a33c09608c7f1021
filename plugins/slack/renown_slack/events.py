"""The Events API: one delivery, one act."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import CloudEvent, ObjectRef, Payload, Skipped, text_digest
from renown_slack import acts, reasons
from renown_slack.accounts import ANONYMOUS, ID, account, author, named
from renown_slack.acts import Place, Workspace, stamp

#: Subtypes of messages that somebody wrote.
WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast", "bot_message", "slackbot_response"})
JOINED, LEFT = frozenset({"channel_join", "group_join"}), frozenset({"channel_leave", "group_leave"})
#: Told again by a `message` delivery.
TOLD_TWICE = frozenset({"app_mention", "file_shared", "file_created", "file_public", "link_shared", "message_metadata"})


def read(space: Workspace, body: Payload) -> Iterator[CloudEvent | Skipped]:
    """The event in a verified delivery. Raises BadPayload naming the field."""
    if body.maybe_text("type", 64) != "event_callback":
        yield Skipped(reasons.NOT_AN_EVENT, what=body.label("type", 64) or "")
        return
    event = body.object("event")
    kind = event.text("type", 64)
    if kind == "message":
        yield record(space, _place(event), event)
    elif kind in ("reaction_added", "reaction_removed"):
        yield _reaction(space, event, kind == "reaction_added")
    elif kind in ("member_joined_channel", "member_left_channel"):
        when = stamp(event, "event_ts") if "event_ts" in event else str(body.number("event_time"))[:11]
        who = named(event.text("user", ID), space.accounts)
        yield acts.membership(space, _place(event), who, when, kind == "member_joined_channel")
    elif kind == "team_join":
        yield _arrival(space, body, event)
    elif kind == "user_change":
        yield _profile(space, body, event)
    elif kind in ("channel_created", "channel_rename"):
        yield _channel(space, event, kind == "channel_created")
    else:
        yield Skipped(reasons.TWICE if kind in TOLD_TWICE else reasons.NOT_READ, what=kind)


def record(space: Workspace, place: Place, message: Payload) -> CloudEvent | Skipped:
    """A message as it stands in a channel, or what became of it; live or in an export."""
    subtype = message.maybe_text("subtype", 64)
    found: CloudEvent | None = None
    if subtype == "message_changed":
        return _changed(space, place, message)
    if subtype == "message_deleted":
        gone = message.maybe("previous_message")
        return acts.delete(space, place, gone, stamp(message, "deleted_ts"), stamp(message, "ts"))
    if subtype in WRITTEN:
        found = acts.message(space, place, message)
    elif subtype in JOINED or subtype in LEFT:
        who = author(message, space.accounts)
        found = acts.membership(space, place, who, stamp(message, "ts"), subtype in JOINED) if who else None
    elif subtype == "file_comment":
        found = acts.file_comment(space, place, message)
    else:
        return Skipped(reasons.NOTICE, what=subtype or "message", key=f"{place.id}:{message.label('ts', 18)}")
    return found or Skipped(reasons.BLANK, what=subtype or "message")


def _changed(space: Workspace, place: Place, event: Payload) -> CloudEvent | Skipped:
    now, before = event.object("message"), event.maybe("previous_message")
    at = now if "ts" in now or before is None else before
    ts = stamp(at, "ts")
    if now.maybe_text("subtype", 64) == "tombstone":
        return acts.delete(space, place, before, ts, stamp(event, "ts"))
    same = before is not None and before.prose("text") == now.prose("text")
    if "edited" not in now or (same and before is not None and _edited(before) == _edited(now)):
        return Skipped(reasons.UNCHANGED, what="message_changed", key=f"{place.id}:{ts}")
    return acts.edit(space, place, now, ts) or Skipped(reasons.BLANK, what="message_changed")


def _edited(message: Payload) -> str | None:
    edited = message.maybe("edited")
    return edited.maybe_text("ts", 18) if edited else None


def _reaction(space: Workspace, event: Payload, on: bool) -> CloudEvent | Skipped:
    item = event.object("item")
    if item.text("type", 32) != "message":
        return Skipped(reasons.NOT_A_MESSAGE, what=event.text("type", 64))
    who, owner = event.text("user", ID), event.maybe_text("item_user", ID)
    return acts.reaction(
        space,
        _place(item),
        stamp(item, "ts"),
        event.text("reaction", 100),
        named(who, space.accounts),
        named(owner, space.accounts) if owner else None,
        stamp(event, "event_ts"),
        on,
    )


def _arrival(space: Workspace, body: Payload, event: Payload) -> CloudEvent:
    """Somebody new in the workspace: the one delivery that brings a name and an address."""
    who, team = account(event.object("user")), body.text("team_id", ID)
    when = stamp(event, "event_ts") if "event_ts" in event else str(body.number("event_time"))[:11]
    found = acts.act(space, Place(team), "join", "Join", who, ObjectRef(id=team), when, f"{team}:join:{who.id}")
    found.data.target = None
    return found


def _profile(space: Workspace, body: Payload, event: Payload) -> CloudEvent:
    """Somebody changed their name or address. A change of the status comes so too: it has the key again."""
    who, team = account(event.object("user")), body.text("team_id", ID)
    said = text_digest("\n".join(part or "" for part in (who.name, who.username, who.email)))[-32:]
    thing = ObjectRef(id=f"{team}:user:{who.id}", kind="person", attributedTo=who)
    found = acts.act(space, Place(team), "edit", "Update", who, thing, stamp(event, "event_ts"), f"{thing.id}:{said}")
    found.data.target = None
    return found


def _channel(space: Workspace, event: Payload, created: bool) -> CloudEvent:
    """A channel got its name; other deliveries bring only its id. Slack does not say who renamed it."""
    channel, when = event.object("channel"), stamp(event, "event_ts")
    place = Place(channel.text("id", ID), channel.label("name"))
    creator = channel.maybe_text("creator", ID) if created else None
    who, thing = named(creator, space.accounts) if creator else ANONYMOUS, ObjectRef(id=place.id, kind="channel")
    if created:
        found = acts.act(space, place, "create", "Create", who, thing, when, f"{place.id}:created")
    else:
        found = acts.act(space, place, "edit", "Update", who, thing, when, f"{place.id}:rename:{when}")
    if who is ANONYMOUS and found.data.quality is not None:
        found.data.quality.actor = "anonymous"
    return found


def _place(record: Payload) -> Place:
    """A channel as a delivery names it. Its id tells of direct messages; the rest tells `channel_type`, where given."""
    channel = record.text("channel", ID)
    kind = record.maybe_text("channel_type", 16)
    private = kind in ("group", "im", "mpim", "G", "D") or channel[0] in "DG"
    return Place(channel, private=private)
