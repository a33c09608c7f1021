"""A Slack workspace that delivers what happens in it, as the Events API does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from renown.clock import SECOND
from renown.demo.deliveries import Channel, Mail

#: The emoji by which whoever asked says that an answer helped.
ACCEPTS = "white_check_mark"


@dataclass(frozen=True)
class Post:
    """A message: its channel and time are its id."""

    place: str
    ts: str
    author: str
    at: int
    thread: str | None = None


class Workspace:
    def __init__(self, mail: Mail, channel: Channel, team: str) -> None:
        self._mail, self._channel, self._team = mail, channel, team
        self._acts = 0

    def arrive(self, at: int, account: str, name: str, login: str, email: str) -> None:
        """Somebody new in the workspace."""
        profile = {"real_name": name, "display_name": login, "email": email}
        user = {"id": account, "team_id": self._team, "name": login, "profile": profile, "is_email_confirmed": True}
        self._send(at, {"type": "team_join", "user": user, "event_ts": self._ts(at)})

    def open(self, at: int, place: str, name: str) -> None:
        """A new channel: the one delivery that says what it is called."""
        self._send(at, {"type": "channel_created", "channel": {"id": place, "name": name}, "event_ts": self._ts(at)})

    def join(self, at: int, place: str, account: str) -> None:
        told = {"user": account, "channel": place, "channel_type": "C", "event_ts": self._ts(at)}
        self._send(at, {"type": "member_joined_channel", **told})

    def say(self, at: int, place: str, account: str, text: str, thread: Post | None = None) -> Post:
        ts = self._ts(at)
        event = {"type": "message", "user": account, "text": text, "ts": ts, "event_ts": ts, "channel": place}
        event["channel_type"] = "channel"
        if thread is not None:
            event |= {"thread_ts": thread.thread or thread.ts, "parent_user_id": thread.author}
        self._send(at, event)
        return Post(place, ts, account, at, (thread.thread or thread.ts) if thread else None)

    def edit(self, at: int, post: Post, text: str) -> None:
        now = {"type": "message", "user": post.author, "text": text, "ts": post.ts}
        edited = {"user": post.author, "ts": self._ts(at)}
        self._hidden(at, post, "message_changed", message=now | {"edited": edited}, previous_message=now | {"text": ""})

    def delete(self, at: int, post: Post) -> None:
        gone = {"type": "message", "user": post.author, "text": "", "ts": post.ts}
        self._hidden(at, post, "message_deleted", deleted_ts=post.ts, previous_message=gone)

    def react(self, at: int, post: Post, account: str, emoji: str, on: bool = True) -> None:
        item = {"type": "message", "channel": post.place, "ts": post.ts}
        kind = "reaction_added" if on else "reaction_removed"
        told = {"user": account, "item_user": post.author, "reaction": emoji, "item": item, "event_ts": self._ts(at)}
        self._send(at, {"type": kind, **told})

    def _hidden(self, at: int, post: Post, subtype: str, **told: Any) -> None:
        ts = self._ts(at)
        event = {"type": "message", "subtype": subtype, "hidden": True, "channel": post.place, "ts": ts, "event_ts": ts}
        self._send(at, event | {"channel_type": "channel"} | told)

    def _ts(self, at: int) -> str:
        # The last digits count, so that no two messages of a workspace share their time.
        self._acts += 1
        return f"{at // SECOND}.{self._acts % 1_000_000:06d}"

    def _send(self, at: int, event: dict[str, Any]) -> None:
        body = {"type": "event_callback", "team_id": self._team, "event_id": f"Ev{self._acts:09d}", "event": event}
        self._mail.post(at, self._channel, body | {"event_time": at // SECOND})
