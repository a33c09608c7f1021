"""The four tables of Renown: posts.csv, comments.csv, notes.csv and votes.csv, in a folder or a zip archive.

Each row has an `id` of its own; `post` is that of an idea in posts.csv. docs/moving.md says what each column means.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, cast

from renown.api import open_zip
from renown_ideation import numbers
from renown_ideation.ideas import texts
from renown_ideation.moving import cells, values
from renown_ideation.moving.records import Bad, Note, Post, Record, Remark, Said, Voice, Who
from renown_ideation.moving.values import Wrong
from renown_ideation.states import STATES, State

POSTS = (
    "id", "title", "body", "author_email", "author_name", "author_staff", "state", "created_at", "tags", "standing",
    "owner_email", "due_at", "merged_into", "merged_at", "merge_reason", "earlier_votes", "follows",
)  # fmt: skip
COMMENTS = ("id", "post", "author_email", "author_name", "author_staff", "created_at", "standing", "body")
NOTES = (
    "id", "post", "author_email", "author_name", "created_at", "state", "due_at", "late_seconds", "text",
)  # fmt: skip
VOTES = ("id", "post", "voter_email", "voter_name", "voter_staff", "created_at", "follows")
#: Columns without which a row says nothing.
_NEEDED = {
    "posts.csv": ("id", "title", "created_at"),
    "comments.csv": ("id", "post", "created_at", "body"),
    "notes.csv": ("id", "post", "created_at", "text"),
    "votes.csv": ("id", "post", "created_at"),
}
_KNOWN = {"posts.csv": POSTS, "comments.csv": COMMENTS, "notes.csv": NOTES, "votes.csv": VOTES}
_STANDINGS = ("shown", "waiting", "taken down")
#: What an idea that is brought in can be: drafts stay where they are, and merges have a column of their own.
STATES_IN = tuple(one for one in STATES if one not in ("draft", "merged"))
Row = Mapping[str, str]


def read(path: Path) -> Iterator[Record]:
    """Of a folder, a zip archive, or posts.csv alone. Raises BadPayload for an archive that is not to be opened."""
    with ExitStack() as stack:
        tables = _tables(path, stack)
        if "posts.csv" not in tables:
            yield Bad(path.name, "", "There is no posts.csv in it.")
            return
        for name, make in _READ.items():
            if name in tables:
                yield from _read(name, tables[name](), make)


def _tables(path: Path, stack: ExitStack) -> Mapping[str, Callable[[], IO[bytes]]]:
    if path.is_dir():
        found = {name: path / name for name in _KNOWN if (path / name).is_file()}
        return {name: lambda file=file: stack.enter_context(file.open("rb")) for name, file in found.items()}  # type: ignore[misc]
    if path.suffix.lower() == ".csv":
        return {"posts.csv": lambda: stack.enter_context(path.open("rb"))}
    archive = stack.enter_context(open_zip(path))
    members = {Path(one).name: one for one in archive.names if Path(one).name in _KNOWN}
    return {name: lambda one=one: io.BytesIO(archive.read(one)) for name, one in members.items()}  # type: ignore[misc]


def _read(name: str, raw: IO[bytes], make: Callable[[str, Row], Record]) -> Iterator[Record]:
    said = False
    for row in cells.read(name, raw, _NEEDED[name]):
        if isinstance(row, Bad):
            yield row
            continue
        where, given = row
        if not said:
            unknown = [one for one in given if one not in _KNOWN[name]]
            said = True
            if unknown:
                yield Remark(f"{name}, line 1", unknown[0], f"Columns that are not read: {', '.join(unknown)[:200]}.")
        yield from attempt(where, partial(make, where, _Cells(given)))


def attempt(where: str, make: Callable[[], Record | None]) -> Iterator[Record]:
    """What `make` gives, if anything, or what is wrong with the line."""
    try:
        found = make()
    except Wrong as error:
        found = Bad(where, error.field, str(error))
    if found is not None:
        yield found


class _Cells(dict[str, str]):
    """Cells without their guards; a column that is not there is empty."""

    def __init__(self, given: Row) -> None:
        super().__init__({name: cells.unguarded(cell) for name, cell in given.items()})

    def __missing__(self, name: str) -> str:
        return ""


def _post(where: str, row: Row) -> Record:
    title, body = values.fitting(values.title("title", row["title"]), row["body"])
    return Post(
        where, values.key("id", row["id"]), title, values.text("body", body, texts.BODY), _who(row, "author"),
        state=_one_of("state", row["state"] or "submitted", STATES_IN),
        at=values.instant("created_at", row["created_at"]),
        tags=values.tags(row["tags"].split(",")),
        standing=_one_of("standing", row["standing"] or "shown", _STANDINGS),
        owner=values.email("owner_email", row["owner_email"]),
        due_at=values.maybe_instant("due_at", row["due_at"]),
        into=values.key("merged_into", row["merged_into"]) if row["merged_into"] else "",
        merged_at=values.maybe_instant("merged_at", row["merged_at"]),
        merge_reason=values.text("merge_reason", row["merge_reason"], 400),
        earlier=values.whole("earlier_votes", row["earlier_votes"]),
        follows=values.yes("follows", row["follows"], True),
    )  # fmt: skip


def _said(where: str, row: Row) -> Record:
    return Said(
        where, values.key("id", row["id"]), values.key("post", row["post"]),
        values.text("body", row["body"], texts.COMMENT, needed=True), _who(row, "author"),
        values.instant("created_at", row["created_at"]),
        _one_of("standing", row["standing"] or "shown", _STANDINGS),
    )  # fmt: skip


def _note(where: str, row: Row) -> Record:
    state = _one_of("state", row["state"], tuple(STATES)) if row["state"] else None
    return Note(
        where, values.key("id", row["id"]), values.key("post", row["post"]),
        values.text("text", row["text"], texts.BODY, needed=state is None), _who(row, "author", staff=True),
        values.instant("created_at", row["created_at"]), state, values.maybe_instant("due_at", row["due_at"]),
        _seconds("late_seconds", row["late_seconds"]),
    )  # fmt: skip


def _voice(where: str, row: Row) -> Record:
    return Voice(
        where, values.key("id", row["id"]), values.key("post", row["post"]), _who(row, "voter"),
        values.instant("created_at", row["created_at"]), values.yes("follows", row["follows"], True),
    )  # fmt: skip


def _who(row: Row, what: str, staff: bool = False) -> Who:
    mail = values.email(f"{what}_email", row[f"{what}_email"])
    return Who(
        mail, values.name(row[f"{what}_name"]), staff or values.yes(f"{what}_staff", row[f"{what}_staff"], False)
    )


def _one_of(field: str, given: str, allowed: tuple[str, ...]) -> State:
    said = given.strip().lower()
    if said not in allowed:
        raise Wrong(field, f"“{given[:40]}” is none of: {', '.join(allowed)}.")
    return cast(State, said)


def _seconds(field: str, given: str) -> int:
    """With up to six decimals, as microseconds."""
    said = given.strip()
    if not said:
        return 0
    front, _, rest = said.partition(".")
    seconds, more = numbers.whole(front, 10**11), numbers.whole(rest.ljust(6, "0"), 999_999)
    if seconds is None or more is None:
        raise Wrong(field, f"“{given[:40]}” is no number of seconds.")
    return seconds * 1_000_000 + more


_READ: Mapping[str, Callable[[str, Row], Record]] = {
    "posts.csv": _post,
    "comments.csv": _said,
    "notes.csv": _note,
    "votes.csv": _voice,
}
