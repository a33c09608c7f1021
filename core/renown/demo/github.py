"""An organisation on GitHub that delivers what happens in its repositories, as its webhooks do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from renown.clock import SECOND
from renown.demo.deliveries import Channel, Mail
from renown.demo.organisation import Colleague

BOT = {"id": 41_898_282, "login": "github-actions[bot]", "type": "Bot"}


@dataclass(frozen=True)
class Thing:
    """An issue or a pull request: its repository and number are its id."""

    repo: int
    number: int
    author: Colleague
    at: int
    title: str
    text: str


class GitHub:
    def __init__(self, mail: Mail, channel: Channel, repositories: list[str]) -> None:
        self._mail, self._channel = mail, channel
        self._repos = [
            {"id": 900 + index, "full_name": f"acme/{name}", "name": name, "private": False}
            for index, name in enumerate(repositories)
        ]
        self._ids = 1_000_000
        self._numbers = [0] * len(repositories)

    @property
    def repositories(self) -> int:
        return len(self._repos)

    def star(self, at: int, repo: int, who: Colleague) -> None:
        self._send(at, "star", repo, who, action="created", starred_at=_time(at))

    def open(self, at: int, repo: int, who: Colleague, title: str, text: str, pull: bool = False) -> Thing:
        self._numbers[repo] += 1
        thing = Thing(repo, self._numbers[repo], who, at, title, text)
        self._lifecycle(at, thing, who, "opened", pull)
        return thing

    def close(self, at: int, thing: Thing, who: Colleague | None, pull: bool = False, merged: bool = False) -> None:
        """Closed; by a bot where nobody is named."""
        self._lifecycle(at, thing, who, "closed", pull, closed_at=_time(at), merged=merged)

    def reopen(self, at: int, thing: Thing, who: Colleague) -> None:
        self._lifecycle(at, thing, who, "reopened", False)

    def comment(self, at: int, thing: Thing, who: Colleague, text: str) -> None:
        comment = self._written(at, who, text)
        self._send(at, "issue_comment", thing.repo, who, action="created", issue=_issue(at, thing), comment=comment)

    def review(self, at: int, thing: Thing, who: Colleague, text: str, state: str) -> None:
        review = self._written(at, who, text) | {"state": state, "submitted_at": _time(at)}
        told = {"review": review, "pull_request": _issue(at, thing)}
        self._send(at, "pull_request_review", thing.repo, who, action="submitted", **told)

    def push(self, at: int, repo: int, who: Colleague, messages: list[str]) -> None:
        author = {"name": who.name, "email": who.email, "username": who.login}
        made = {"distinct": True, "author": author}
        commits = [{**made, "id": f"{self._id():040x}", "message": text} for text in messages]
        told = {"ref": "refs/heads/main", "after": commits[-1]["id"], "deleted": False, "commits": commits}
        self._send(at, "push", repo, who, pusher={"name": who.login, "email": who.email}, **told)

    def release(self, at: int, repo: int, who: Colleague, tag: str, text: str) -> None:
        release = self._written(at, who, text) | {"author": _user(who), "tag_name": tag, "published_at": _time(at)}
        self._send(at, "release", repo, who, action="published", release=release)

    def page(self, at: int, repo: int, who: Colleague, name: str, new: bool) -> None:
        page = {"page_name": name, "title": name, "action": "created" if new else "edited", "sha": f"{self._id():040x}"}
        self._send(at, "gollum", repo, who, pages=[page])

    def _lifecycle(self, at: int, thing: Thing, who: Colleague | None, action: str, pull: bool, **more: Any) -> None:
        name = "pull_request" if pull else "issue"
        self._send(at, name if pull else "issues", thing.repo, who, action=action, **{name: _issue(at, thing) | more})

    def _written(self, at: int, who: Colleague, text: str) -> dict[str, Any]:
        return {"id": self._id(), "user": _user(who), "body": text, "created_at": _time(at), "updated_at": _time(at)}

    def _id(self) -> int:
        self._ids += 1
        return self._ids

    def _send(self, at: int, event: str, repo: int, who: Colleague | None, **told: Any) -> None:
        sender = BOT if who is None else _user(who)
        repository = self._repos[repo] | {"updated_at": _time(at), "pushed_at": at // SECOND}
        self._mail.post(at, self._channel, {**told, "sender": sender, "repository": repository}, event)


def _issue(at: int, thing: Thing) -> dict[str, Any]:
    times = {"created_at": _time(thing.at), "updated_at": _time(at)}
    author = _user(thing.author)
    return {"number": thing.number, "title": thing.title, "body": thing.text, "user": author, **times}


def _user(who: Colleague) -> dict[str, Any]:
    return {"id": who.github, "login": who.login, "type": "User"}


def _time(at: int) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
