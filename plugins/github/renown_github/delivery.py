"""One delivery, and how an act in it becomes an event.

Accounts are `u<number>`, repositories `r<number>`; an issue, a pull request or a discussion is `r<number>#<n>`: they
share their numbers, and a comment names its pull request by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from renown.api import (
    Activity,
    Actor,
    BadPayload,
    BlankField,
    CloudEvent,
    Data,
    ObjectRef,
    Payload,
    Quality,
    Ref,
    Skipped,
    SourceInfo,
    clean_text,
    collab,
    natural_key,
    text_digest,
)
from renown_github import reasons, text

#: The account of an act by nobody that GitHub names: deleted accounts, mostly.
ANONYMOUS = Actor(id="anonymous")
Timing = Literal["exact", "lower-bound", "received"]


@dataclass(frozen=True)
class Delivery:
    """`at` is when it came in; in an archive, when it was done. `action` is "" where the event has none."""

    source: SourceInfo
    event: str
    body: Payload
    at: datetime
    archived: bool = False

    @cached_property
    def action(self) -> str:
        return self.body.maybe_text("action", 64) or ""

    @cached_property
    def sender(self) -> Actor | None:
        return account(self.body.maybe("sender"))

    def each(self, name: str, read: Callable[[Payload], CloudEvent | Skipped]) -> Iterator[CloudEvent | Skipped]:
        """What becomes of the parts of a list. One that cannot be read never sinks the others.

        Raises BadPayload where none can: the delivery is then kept, to be tried again.
        """
        sound, damaged = 0, None
        for index, value in enumerate(self.body.values(name)):
            try:
                found = read(Payload(value, f"{name}[{index}]"))
            except BadPayload as error:
                damaged = damaged or error
                yield Skipped(reasons.BLANK if isinstance(error, BlankField) else reasons.UNREADABLE, what=str(error))
            else:
                sound += 1
                yield found
        if damaged and not sound:
            raise damaged

    @cached_property
    def repository(self) -> Payload:
        return self.body.object("repository")

    @cached_property
    def repo(self) -> str:
        return f"r{self.repository.number('id')}"

    def numbered(self, thing: Payload) -> str:
        return f"{self.repo}#{thing.number('number')}"

    def time(self, thing: Payload, name: str) -> datetime:
        """A time in the payload. Archives leave some out; there the act's own is as good."""
        return self.at if self.archived and name not in thing else thing.moment(name)

    def written(self, thing: Payload, key: str, kind: str | None, titled: bool = False) -> ObjectRef:
        """What somebody wrote: `body`, and `title` where it has one."""
        title = thing.prose("title") if titled else ""
        said = f"{title}\n\n{thing.prose('body')}".strip()
        keep = self.source.keep_text
        return ObjectRef(
            id=key,
            kind=kind,
            url=thing.label("html_url", 2048),
            attributedTo=account(thing.maybe("user")),
            words=text.count(said),
            digest=text_digest(said) if said else None,
            tag=text.mentions(said, self._accounts) or None,
            title=clean_text(title, 300) or None if keep else None,
            content=clean_text(said, 20_000) or None if keep else None,
        )

    @cached_property
    def _accounts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in ("issue", "pull_request", "discussion", "comment", "review", "answer"):
            if (part := self.body.maybe(name)) is not None:
                for user in (part.maybe("user"), *part.items("assignees"), *part.items("requested_reviewers")):
                    _remember(found, user)
        _remember(found, self.body.maybe("sender"))
        return found

    def act(
        self,
        verb: str,
        activity: Activity,
        thing: ObjectRef,
        key: str,
        when: datetime,
        actor: Actor | None = None,
        timing: Timing = "exact",
        statekey: str | None = None,
    ) -> CloudEvent:
        """The act as an event, by the sender unless `actor` says otherwise."""
        who = actor or self.sender
        repository = self.repository
        hidden = repository.flag("private") and not self.source.settings.get("colleagues_see_private")
        quality = Quality(time=timing, private=hidden, backfill=self.archived)
        quality.bot = who is not None and who.type == "Application"
        quality.actor = "known" if who else "anonymous"
        return CloudEvent(
            specversion="1.0",
            id=natural_key(key),
            source=self.source.name,
            type=collab(verb),
            time=when,
            subject=thing.id,
            data=Data(
                type=activity,
                actor=who or ANONYMOUS,
                object=thing,
                target=Ref(
                    id=self.repo,
                    type="repo",
                    name=repository.label("full_name") or repository.label("name"),
                    url=repository.label("html_url", 2048),
                ),
                quality=quality,
                statekey=statekey,
            ),
        )

    def edited(self, thing: ObjectRef, when: datetime) -> CloudEvent:
        return self.act("edit", "Update", thing, f"{thing.id}:edited:{stamp(when)}", when)

    def deleted(self, thing: ObjectRef, made: str) -> CloudEvent:
        """The thing is gone, and `made` is the key of the act that made it. GitHub tells no time of it."""
        gone = ObjectRef(id=thing.id, kind=thing.kind, attributedTo=thing.attributedTo)
        timing: Timing = "exact" if self.archived else "received"
        event = self.act("delete", "Delete", gone, f"{thing.id}:deleted", self.at, timing=timing)
        event.data.retracts = made
        return event


def account(user: Payload | None) -> Actor | None:
    """An account by its number, which stays when its login changes. None for accounts that are gone."""
    if user is None:
        return None
    login, kind = user.label("login", 128), user.label("type", 32)
    bot = kind == "Bot" or (login or "").endswith("[bot]")
    return Actor(
        id=f"u{user.number('id')}",
        type="Application" if bot else "Organization" if kind == "Organization" else "Person",
        name=user.label("name"),
        username=login,
    )


def stamp(when: datetime) -> int:
    """Whole seconds: deliveries and archives agree on them."""
    return int(when.timestamp())


def _remember(found: dict[str, str], user: Payload | None) -> None:
    if user is not None and (login := user.label("login", 128)) and "id" in user:
        found[login.casefold()] = f"u{user.number('id')}"
