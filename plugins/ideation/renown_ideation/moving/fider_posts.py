"""Fider's posts.csv: ideas with numbers of votes. It has neither voters nor comments: those are in backup.zip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from renown_ideation.ideas import texts
from renown_ideation.moving import tables, values
from renown_ideation.moving.records import Note, Post, Record, Who
from renown_ideation.moving.tables import Row
from renown_ideation.moving.values import Wrong
from renown_ideation.states import State

_NEEDED = ("number", "title", "created_at", "status")
_RENAMED = {"total_votes": "votes_count", "total_supporters": "votes_count", "total_comments": "comments_count"}
_STATES: Mapping[str, State] = {
    "open": "submitted", "started": "delivery", "completed": "delivered", "declined": "declined",
    "planned": "planned", "duplicate": "submitted",
}  # fmt: skip


def read(path: Path) -> Iterator[Record]:
    return tables.read(path, _NEEDED, _RENAMED, _post, _note)


def _post(where: str, row: Row) -> Record:
    title, body = values.fitting(values.title("title", row["title"]), row["description"])
    duplicate = row["status"].strip().lower() == "duplicate"
    return Post(
        where, values.key("number", row["number"]), title, values.text("description", body, texts.BODY),
        Who(name=values.name(row["created_by"])), _state(row), values.instant("created_at", row["created_at"]),
        values.tags(row["tags"].split(",")),
        into=values.key("original_number", row["original_number"]) if duplicate else "",
        merged_at=values.maybe_instant("responded_at", row["responded_at"]) if duplicate else None,
        merge_reason=values.text("response", row["response"], 400) if duplicate else "",
        earlier=values.whole("votes_count", row["votes_count"]),
    )  # fmt: skip


def _note(where: str, row: Row) -> Record | None:
    at = values.maybe_instant("responded_at", row["responded_at"])
    if at is None or row["status"].strip().lower() == "duplicate":
        return None
    key, by = values.key("number", row["number"]), Who(name=values.name(row["responded_by"]), staff=True)
    return Note(where, f"{key}:{at}", key, values.text("response", row["response"], texts.BODY), by, at, _state(row))


def _state(row: Row) -> State:
    found = tables.state(row["status"], _STATES)
    if found is None:
        raise Wrong("status", f"“{row['status'][:40]}” is no state that Fider has.")
    return found
