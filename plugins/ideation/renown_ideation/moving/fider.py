"""Fider's backup.zip: one JSON file a table. Tables with keys, sign-ins and settings are not even opened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from renown.api import Export, open_zip
from renown_ideation.ideas import texts
from renown_ideation.moving import objects, values
from renown_ideation.moving.neutral import attempt
from renown_ideation.moving.objects import Thing
from renown_ideation.moving.records import Bad, Note, Post, Record, Remark, Said, Voice, Who
from renown_ideation.moving.values import Wrong
from renown_ideation.states import State

#: posts.status; 5 is a duplicate, 6 was deleted.
_STATES: Mapping[int, State] = {
    0: "submitted", 1: "delivery", 2: "delivered", 3: "declined", 4: "planned", 5: "submitted",
}  # fmt: skip
_DUPLICATE, _DELETED = 5, 6
#: users.role from which on somebody worked there; users.status of those who are gone.
_COLLABORATOR, _GONE = 2, 2
_READ = ("posts", "comments", "post_votes", "post_tags", "post_subscribers", "tags", "users")


def read(path: Path) -> Iterator[Record]:
    """Raises BadPayload for an archive that is not to be opened."""
    with open_zip(path) as archive:
        if "posts.json" not in archive or "users.json" not in archive:
            yield Bad(path.name, "", "There is no posts.json and users.json in it: it is no backup of Fider.")
            return
        yield from _Backup(archive).records()


class _Backup:
    def __init__(self, archive: Export) -> None:
        self._archive = archive
        self._gone: set[str] = set()
        self._people: dict[str, Who] = {}

    def records(self) -> Iterator[Record]:
        yield from self._of("users", self._person)
        tags, silent = self._tags(), self._silent()
        yield from self._of("posts", lambda where, one: self._post(where, one, tags))
        yield from self._of("comments", self._said)
        yield from self._of("posts", self._answer)
        yield from self._of("post_votes", lambda where, one: self._voice(where, one, silent))
        yield from self._left_behind()

    def _of(self, table: str, make: Callable[[str, Thing], Record | None]) -> Iterator[Record]:
        for where, one in self._rows(table):
            yield from attempt(where, partial(make, where, one))

    def _rows(self, table: str) -> Iterator[tuple[str, Thing]]:
        name = f"{table}.json"
        if name in self._archive:
            yield from objects.listed(name, self._archive.read(name))

    def _person(self, where: str, one: Thing) -> None:
        gone = objects.number(one, "status") == _GONE
        mail = "" if gone else values.email("email", objects.text(one, "email"))
        staff = objects.number(one, "role") >= _COLLABORATOR
        self._people[values.key("id", objects.text(one, "id"))] = Who(
            mail, values.name(objects.text(one, "name")), staff
        )

    def _tags(self) -> Mapping[str, list[str]]:
        names = {objects.text(one, "id"): objects.text(one, "name") for _, one in self._rows("tags")}
        found: dict[str, list[str]] = defaultdict(list)
        for _, one in self._rows("post_tags"):
            found[objects.text(one, "post_id")].append(names.get(objects.text(one, "tag_id"), ""))
        return found

    def _silent(self) -> set[tuple[str, str]]:
        """Who wanted to hear no more of what."""
        return {
            (objects.text(one, "post_id"), objects.text(one, "user_id"))
            for _, one in self._rows("post_subscribers")
            if one.get("status") == 0
        }

    def _post(self, where: str, one: Thing, tags: Mapping[str, list[str]]) -> Record:
        key, status = values.key("id", objects.text(one, "id")), objects.number(one, "status")
        if status == _DELETED:
            self._gone.add(key)
            return Remark(
                where, "status", f"Idea {key} was deleted there: it is left out, with all that belongs to it."
            )
        if status not in _STATES:
            raise Wrong("status", f"{status} is no state that Fider has.")
        title, body = values.fitting(
            values.title("title", objects.text(one, "title")), objects.text(one, "description")
        )  # fmt: skip
        into = status == _DUPLICATE
        return Post(
            where, key, title, values.text("description", body, texts.BODY), self._who(one, "user_id"),
            _STATES[status], values.instant("created_at", objects.text(one, "created_at")),
            values.tags(tags.get(key, [])),
            "shown" if objects.flag(one, "is_approved", True) else "waiting",
            into=values.key("original_id", objects.text(one, "original_id")) if into else "",
            merged_at=values.maybe_instant("response_date", objects.text(one, "response_date")) if into else None,
            merge_reason=values.text("response", objects.text(one, "response"), 400) if into else "",
        )  # fmt: skip

    def _answer(self, where: str, one: Thing) -> Record | None:
        key, status = objects.text(one, "id"), objects.number(one, "status")
        at = values.maybe_instant("response_date", objects.text(one, "response_date"))
        if at is None or key in self._gone or status not in _STATES or status == _DUPLICATE:
            return None
        said = values.text("response", objects.text(one, "response"), texts.BODY)
        by = self._who(one, "response_user_id", staff=True)
        return Note(where, f"{key}:{at}", key, said, by, at, _STATES[status])

    def _said(self, where: str, one: Thing) -> Record | None:
        post = values.key("post_id", objects.text(one, "post_id"))
        if one.get("deleted_at") or post in self._gone:
            return None
        return Said(
            where, values.key("id", objects.text(one, "id")), post,
            values.text("content", objects.text(one, "content"), texts.COMMENT, needed=True),
            self._who(one, "user_id"), values.instant("created_at", objects.text(one, "created_at")),
            "shown" if objects.flag(one, "is_approved", True) else "waiting",
        )  # fmt: skip

    def _voice(self, where: str, one: Thing, silent: set[tuple[str, str]]) -> Record | None:
        post, user = (values.key(name, objects.text(one, name)) for name in ("post_id", "user_id"))
        if post in self._gone:
            return None
        at = values.instant("created_at", objects.text(one, "created_at"))
        return Voice(where, f"{post}:{user}", post, self._who(one, "user_id"), at, (post, user) not in silent)

    def _who(self, one: Thing, field: str, staff: bool = False) -> Who:
        found = self._people.get(objects.text(one, field), Who())
        return Who(found.email, found.name, found.staff or staff)

    def _left_behind(self) -> Iterator[Record]:
        """What is in the archive and is not taken."""
        others = Counter(
            "blobs" if name.startswith("blobs/") else name.removesuffix(".json")
            for name in self._archive.names
            if name.removesuffix(".json") not in _READ
        )
        files = others.pop("blobs", 0) + sum(1 for _ in self._rows("attachments"))
        others.pop("attachments", 0)
        if files:
            yield Remark("blobs", "", "Pictures and files are not taken: add them to the ideas that need them.")
        if others:
            yield Remark(
                "backup.zip", "", f"Not opened, as keys and settings stay behind: {', '.join(sorted(others))}."
            )
