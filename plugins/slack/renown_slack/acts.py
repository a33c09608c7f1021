"""The acts of Slack as events. A message's id is its channel and its time: the same live, retried and in an export."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from renown.api import (
    Activity,
    Actor,
    BadPayload,
    CloudEvent,
    Data,
    ObjectRef,
    Payload,
    Quality,
    Ref,
    SourceInfo,
    clean_text,
    collab,
    natural_key,
    text_digest,
)
from renown_slack import text
from renown_slack.accounts import ANONYMOUS, ID, author

SUGGESTED = "slack.suggested.v1"
_TS = re.compile(r"(\d{1,11})(?:\.(\d{1,6}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Timing = Literal["exact", "lower-bound"]


@dataclass(frozen=True)
class Workspace:
    """What is known beside the record itself: the source, its settings, and the accounts that an export lists."""

    source: SourceInfo
    accounts: dict[str, Actor] = field(default_factory=dict)
    backfill: bool = False

    def asks(self, place: Place) -> bool:
        """Whether new messages in this channel are questions and what is said in their threads answers."""
        channels = str(self.source.settings.get("question_channels") or "").replace(",", " ").split()
        return place.id in channels or (place.name is not None and f"#{place.name}" in channels)

    def page(self, place: str, ts: str) -> str | None:
        """Where Slack shows a message, where the workspace's address is set."""
        address = str(self.source.settings.get("address") or "").strip().rstrip("/")
        return f"{address}/archives/{place}/p{ts.replace('.', '')}" if address else None

    def accepts(self, emoji: str) -> bool:
        return emoji == str(self.source.settings.get("accept_emoji") or "").strip(": ")


@dataclass(frozen=True)
class Place:
    """A channel, group or direct message."""

    id: str
    name: str | None = None
    private: bool = False


def stamp(record: Payload, name: str) -> str:
    """A time of Slack's as it writes it, "1517436495.000136": it is part of ids. Raises BadPayload."""
    value = record.text(name, 18)
    if not _TS.fullmatch(value):
        raise BadPayload(f"{record.path}.{name} is not a time of Slack's, as 1517436495.000136")
    return value


def instant(ts: str) -> datetime:
    seconds, _, rest = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(rest.ljust(6, "0") or 0))


def message(space: Workspace, place: Place, record: Payload) -> CloudEvent | None:
    """Somebody wrote: a message, or an answer in a thread. None where no account is named."""
    who = author(record, space.accounts)
    if who is None:
        return None
    ts, thread = stamp(record, "ts"), record.maybe_text("thread_ts", 18)
    reply = thread is not None and thread != ts
    said = record.prose("text")
    # Only exports of old have the one `file`; the text beside it is Slack's then.
    said = text.said_with_file(said) if "file" in record else said
    asks = space.asks(place)
    thing = written(space, said, f"{place.id}:{ts}", "message", who)
    thing.url = space.page(place.id, ts)
    thing.kind = ("answer" if reply else "question") if asks else "message"
    thing.inReplyTo = Ref(id=f"{place.id}:{stamp(record, 'thread_ts')}") if reply else None
    verb = ("answer" if reply else "ask") if asks else ("reply" if reply else "create")
    return act(space, place, verb, "Create", who, thing, ts, thing.id)


def edit(space: Workspace, place: Place, record: Payload, ts: str) -> CloudEvent | None:
    """Somebody changed a message; `record` is it as it is now. None where no account is named."""
    edited, owner = record.object("edited"), author(record, space.accounts)
    who = author(edited, space.accounts) or owner
    if who is None:
        return None
    when = stamp(edited, "ts")
    thing = written(space, record.prose("text"), f"{place.id}:{ts}", None, owner)
    return act(space, place, "edit", "Update", who, thing, when, f"{thing.id}:edit:{when}")


def delete(space: Workspace, place: Place, gone: Payload | None, ts: str, when: str) -> CloudEvent:
    """A message is gone. Slack does not say who removed it: its author, as far as one can tell."""
    owner = author(gone, space.accounts) if gone else None
    thing = ObjectRef(id=f"{place.id}:{ts}", attributedTo=owner)
    event = act(space, place, "delete", "Delete", owner or ANONYMOUS, thing, when, f"{thing.id}:delete")
    assert event.data.quality is not None
    event.data.quality.actor = "inferred" if owner else "anonymous"
    event.data.retracts = thing.id
    return event


def reaction(
    space: Workspace, place: Place, item: str, emoji: str, who: Actor, owner: Actor | None, when: str | None, on: bool
) -> CloudEvent:
    """An emoji put on a message or taken off. `when` is None in exports: then it was at some time after the message."""
    thing = ObjectRef(id=f"{place.id}:{item}", attributedTo=owner, url=space.page(place.id, item))
    state = natural_key(place.id, item, "react", emoji, who.id)
    key = state if when is None else natural_key(state, when if on else f"{when}:off")
    accepts = space.accepts(emoji)
    kind: Activity = "Undo" if not on else "Accept" if accepts else "Like"
    timing: Timing = "exact" if when else "lower-bound"
    verb = "accept" if accepts else "react"
    event = act(space, place, verb, kind, who, thing, when or item, key, timing)
    event.data.statekey = state
    event.data.content = clean_text(emoji, 64)
    return event


def suggestion(space: Workspace, place: Place, item: str, who: Actor, owner: Actor, when: str) -> CloudEvent:
    """Somebody chose "Make it an idea" from a message's menu."""
    thing = ObjectRef(id=f"{place.id}:{item}", attributedTo=owner, url=space.page(place.id, item))
    event = act(space, place, "react", "Offer", who, thing, when, natural_key(place.id, item, "suggest", who.id))
    event.type = SUGGESTED
    return event


def membership(space: Workspace, place: Place, who: Actor, when: str, joined: bool) -> CloudEvent:
    """Somebody came into a channel or left it. The second tells: a delivery and an export differ below it."""
    verb = "join" if joined else "leave"
    thing = ObjectRef(id=place.id, kind="channel")
    key = natural_key(place.id, verb, who.id, when.partition(".")[0])
    return act(space, place, verb, "Join" if joined else "Leave", who, thing, when, key)


def file_comment(space: Workspace, place: Place, record: Payload) -> CloudEvent | None:
    """A comment on a file, as Slack had it until 2018."""
    comment, file = record.maybe("comment"), record.maybe("file")
    who = author(comment, space.accounts) if comment else None
    if comment is None or file is None or who is None:
        return None
    thing = written(space, comment.prose("comment"), comment.text("id", ID), "comment", who)
    thing.inReplyTo = Ref(id=file.text("id", ID))
    return act(space, place, "reply", "Create", who, thing, stamp(record, "ts"), thing.id)


def written(space: Workspace, said: str, key: str, kind: str | None, owner: Actor | None) -> ObjectRef:
    return ObjectRef(
        id=key,
        kind=kind,
        attributedTo=owner,
        words=text.count(said),
        digest=text_digest(said) if said else None,
        tag=text.mentions(said) or None,
        content=clean_text(said, 20_000) or None if space.source.keep_text else None,
    )


def act(
    space: Workspace,
    place: Place,
    verb: str,
    activity: Activity,
    who: Actor,
    thing: ObjectRef,
    when: str,
    key: str,
    timing: Timing = "exact",
) -> CloudEvent:
    quality = Quality(time=timing, bot=who.type == "Application", private=place.private, backfill=space.backfill)
    return CloudEvent(
        specversion="1.0",
        id=key,
        source=space.source.name,
        type=collab(verb),
        time=instant(when),
        subject=thing.id,
        data=Data(
            type=activity,
            actor=who,
            object=thing,
            target=Ref(id=place.id, type="channel", name=place.name),
            quality=quality,
        ),
    )
