"""Pushes: one event for each commit that was new, to whoever made it, where the push can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from renown.api import Actor, CloudEvent, ObjectRef, Payload, Skipped
from renown_github import reasons, text
from renown_github.delivery import Delivery, Timing

# The address that GitHub gives to those who hide theirs holds the account's number.
_NOREPLY = re.compile(r"(\d{1,18})\+([^@]{1,100})@users\.noreply\.github\.com", re.IGNORECASE)
_NOTHING = re.compile("0{40,64}")


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    body = delivery.body
    ref = body.text("ref", 1024)
    if body.flag("deleted") or ref.startswith("refs/tags/") or _NOTHING.fullmatch(body.label("after", 64) or ""):
        yield Skipped(reasons.NO_BRANCH, what="push")
        return
    commits = body.values("commits")
    if not commits:
        yield Skipped(reasons.NO_COMMITS, what="push")
    when, timing = _pushed(delivery)
    yield from delivery.each("commits", lambda commit: _commit(delivery, commit, when, timing))


def _commit(delivery: Delivery, commit: Payload, when: datetime, timing: Timing) -> CloudEvent | Skipped:
    key = f"commit:{commit.text('id' if 'id' in commit else 'sha', 64)}"
    if "distinct" in commit and not commit.flag("distinct"):
        return Skipped(reasons.KNOWN_COMMIT, what="push", key=key)
    who, sure = _author(delivery, commit)
    if who is None:
        return Skipped(reasons.OTHER_AUTHOR, what="push", key=key)
    said = commit.prose("message")
    thing = ObjectRef(id=key, kind="commit", url=_page(commit), attributedTo=who, words=text.count(said), title=None)
    if delivery.source.keep_text:
        thing.title = (said.strip().splitlines() or [""])[0].replace("\0", "")[:300] or None
    event = delivery.act("create", "Create", thing, key, when, actor=who, timing=timing)
    if not sure and event.data.quality is not None:
        event.data.quality.actor = "inferred"
    return event


def _author(delivery: Delivery, commit: Payload) -> tuple[Actor | None, bool]:
    """Who made the commit, and whether that is certain. None where it was somebody else than who pushed, nameless."""
    told, sender = commit.maybe("author"), delivery.sender
    if told is None:
        return sender, False
    login, email = told.label("username", 128), told.label("email", 320) or ""
    if sender and login and login.casefold() == (sender.username or "").casefold():
        return sender, True
    hidden = _NOREPLY.fullmatch(email)
    if hidden:
        number, name = int(hidden[1]), hidden[2]
        bot = name.endswith("[bot]")
        kind: Actor = Actor(id=f"u{number}", type="Application" if bot else "Person", username=login or name)
        return (sender, True) if sender and sender.id == kind.id else (kind, True)
    if login:
        return None, False
    pusher = delivery.body.maybe("pusher")
    known = pusher.label("email", 320) if pusher else None
    return sender, bool(known and known.casefold() == email.casefold())


def _pushed(delivery: Delivery) -> tuple[datetime, Timing]:
    """When it was pushed: a commit's own time may be years before, or anything."""
    if delivery.archived:
        return delivery.at, "exact"
    if "pushed_at" in delivery.repository:
        return delivery.repository.moment("pushed_at"), "exact"
    return delivery.at, "received"


def _page(commit: Payload) -> str | None:
    url = commit.label("url", 2048)
    return url if url and not url.startswith("https://api.") else None
