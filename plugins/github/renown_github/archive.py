"""GH Archive's hourly files: one JSON object a line, as GitHub's public timeline tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from renown.api import BadPayload, BlankField, CloudEvent, Payload, Skipped, SourceInfo, gzip_lines, parse_json
from renown_github import reasons
from renown_github.delivery import Delivery
from renown_github.subjects import SUBJECTS

TYPES = {
    "IssuesEvent": "issues",
    "IssueCommentEvent": "issue_comment",
    "PullRequestEvent": "pull_request",
    "PullRequestReviewEvent": "pull_request_review",
    "PullRequestReviewCommentEvent": "pull_request_review_comment",
    "CommitCommentEvent": "commit_comment",
    "DiscussionEvent": "discussion",
    "ReleaseEvent": "release",
    "PushEvent": "push",
    "GollumEvent": "gollum",
    "WatchEvent": "watch",
}
#: Up to here (bytes, packed) a file is read once more to tell how much it holds.
COUNTED = 4 << 20


def read(path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
    """Line by line. A damaged line never sinks the others. Raises BadPayload where no line is a record of theirs."""
    _require(path)
    for number, line in enumerate(gzip_lines(path), 1):
        if not line.strip():
            continue
        try:
            found = list(_record(line, f"line {number}", source))
        except BlankField as error:
            found = [Skipped(reasons.BLANK, what=str(error))]
        except BadPayload as error:
            found = [Skipped(reasons.UNREADABLE, what=str(error))]
        yield from found


def size(path: Path, source: SourceInfo) -> int | None:
    """How many records `read` gives; None for large files."""
    return sum(1 for _ in read(path, source)) if path.stat().st_size <= COUNTED else None


def _require(path: Path) -> None:
    """Raises BadPayload unless there is a line that tells an act."""
    first: BadPayload | None = None
    for number, line in enumerate(gzip_lines(path), 1):
        if not line.strip():
            continue
        try:
            record = Payload(parse_json(line, f"line {number}"), f"line {number}")
            record.text("type", 64)
            record.object("actor")
            record.object("repo")
        except BadPayload as error:
            first = first or error
        else:
            return
    raise BadPayload(f"{path.name} is no file of GH Archive's: {first or 'it is empty'}")


def _record(line: bytes, where: str, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
    record = Payload(parse_json(line, where), where)
    kind = record.text("type", 64)
    if kind not in TYPES:
        yield Skipped(reasons.NOT_READ, what=kind, key=record.label("id") or "")
        return
    event = TYPES[kind]
    delivery = Delivery(source, event, _as_delivered(record), record.moment("created_at"), archived=True)
    yield from SUBJECTS[event](delivery)


def _as_delivered(record: Payload) -> Payload:
    """The payload as a webhook would bring it: sender and repository beside it."""
    repo = record.object("repo")
    public = "public" not in record or record.flag("public")
    body = {
        # Comments on commits were always only ever made there, and mostly do not say so.
        "action": "created" if record.text("type", 64) == "CommitCommentEvent" else "",
        **record.plain("payload"),
        "sender": record.plain("actor"),
        "repository": {"id": repo.number("id"), "full_name": repo.label("name"), "private": not public},
    }
    return Payload(body, f"{record.path}.payload")
