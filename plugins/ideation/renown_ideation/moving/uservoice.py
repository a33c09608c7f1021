"""UserVoice's CSV export of suggestions, by the columns of its documentation and those of its older exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from renown_ideation.ideas import texts
from renown_ideation.moving import tables, values
from renown_ideation.moving.records import Note, Post, Record, Who
from renown_ideation.moving.tables import Row
from renown_ideation.moving.values import Wrong
from renown_ideation.states import State

_NEEDED = ("id", "title", "created")
#: Ours, by theirs. Two of theirs that would be one of ours in the same file are a column that is there twice.
_RENAMED = {
    "suggestion.id": "id",
    "suggestion.title": "title",
    "suggestion.body": "body",
    "description": "body",
    "text": "body",
    "suggestion.created_timestamp": "created",
    "suggestion.created_at": "created",
    "created at": "created",
    "created_at": "created",
    "suggestion.status.name": "status",
    "suggestion.labels.name": "labels",
    "suggestion.category.name": "category",
    "suggestion.parent.id": "parent",
    "suggestion.supporters_count": "supporters",
    "supporters count": "supporters",
    "supporters_count": "supporters",
    "suggestion.votes_count": "votes",
    "votes count": "votes",
    "votes_count": "votes",
    "suggestion.creator.name": "creator name",
    "suggestion.created_by.name": "creator name",
    "creator_name": "creator name",
    "suggestion.creator.email": "creator email",
    "suggestion.creator.email_address": "creator email",
    "suggestion.created_by.email_address": "creator email",
    "creator_email": "creator email",
    "suggestion.status_update.body": "response",
    "suggestion.response": "response",
    "admin response": "response",
    "suggestion.status_update.created_timestamp": "responded",
    "suggestion.status_changed_timestamp": "responded",
    "response date": "responded",
}
_STATES: Mapping[str, State] = {
    "": "submitted", "open": "submitted", "published": "submitted", "under review": "review", "reviewed": "review",
    "gathering feedback": "review", "planned": "planned", "started": "delivery", "in progress": "delivery",
    "completed": "delivered", "declined": "declined", "closed": "declined",
}  # fmt: skip


def read(path: Path) -> Iterator[Record]:
    return tables.read(path, _NEEDED, _RENAMED, _post, _note)


def _post(where: str, row: Row) -> Record:
    title, body = values.fitting(values.title("title", row["title"]), row["body"])
    who = Who(values.email("creator email", row["creator email"]), values.name(row["creator name"]))
    return Post(
        where, values.key("id", row["id"]), title, values.text("body", body, texts.BODY), who, _state(row),
        values.instant("created", row["created"]),
        values.tags([*row["labels"].replace(";", ",").split(","), row["category"]]),
        into=values.key("parent", row["parent"]) if row["parent"].strip() else "",
        # Where it counts people, those; its votes were weights of one to three once.
        earlier=values.whole("supporters", row["supporters"]) or values.whole("votes", row["votes"]),
    )  # fmt: skip


def _note(where: str, row: Row) -> Record | None:
    said = values.text("response", row["response"], texts.BODY)
    if not said:
        return None
    at = values.maybe_instant("responded", row["responded"]) or values.instant("created", row["created"])
    key = values.key("id", row["id"])
    return Note(where, f"{key}:{at}", key, said, Who(staff=True), at, _state(row))


def _state(row: Row) -> State:
    found = tables.state(row["status"], _STATES)
    if found is None:
        known = ", ".join(one for one in _STATES if one)
        raise Wrong("status", f"“{row['status'][:40]}” is none of: {known}. Give it one of these in the file.")
    return found
