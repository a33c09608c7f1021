"""What Canny's API answers to posts/list, comments/list, votes/list and status_changes/list, kept as JSON.

One file, or a folder or zip of them; each an answer, a list of answers (its pages), or the list of objects itself in
a file that is called by what it holds, as votes-2.json.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from renown.api import BadPayload, open_zip
from renown_ideation.ideas import texts
from renown_ideation.moving import objects, tables, values
from renown_ideation.moving.neutral import attempt
from renown_ideation.moving.objects import Thing
from renown_ideation.moving.records import Bad, Note, Post, Record, Said, Voice, Who
from renown_ideation.moving.values import Wrong
from renown_ideation.states import State

_LISTS = {"posts": "posts", "comments": "comments", "votes": "votes", "statusChanges": "status"}
_STATES: Mapping[str, State] = {
    "open": "submitted", "under review": "review", "planned": "planned", "in progress": "delivery",
    "complete": "delivered", "closed": "declined",
}  # fmt: skip
#: Bytes of one file in a folder.
_MOST = 256 << 20
Found = dict[str, list[tuple[str, Thing]]]


def read(path: Path) -> Iterator[Record]:
    """Raises BadPayload for what is not JSON of that shape."""
    found: Found = {kind: [] for kind in _LISTS}
    for name, raw in _files(path):
        _sort(name, objects.parse(name, raw), found)
    if not found["posts"]:
        yield Bad(path.name, "", "There are no posts in it.")
    counted = Counter(_post_of(one) for _, one in found["votes"])
    for where, one in found["posts"]:
        yield from attempt(where, partial(_post, where, one, counted))
        yield from _merged(where, one)
    makers: Mapping[str, Callable[[str, Thing], Record]] = {
        "comments": _said, "statusChanges": _step, "votes": _voice,
    }  # fmt: skip
    # What staff said among themselves comes after what is public: one kind after the other.
    found["comments"].sort(key=lambda pair: _inside(pair[1]))
    for kind, make in makers.items():
        for where, one in found[kind]:
            yield from attempt(where, partial(make, where, one))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix.lower() == ".zip":
        with open_zip(path) as archive:
            for name in archive.names:
                if name.endswith(".json"):
                    yield Path(name).name, archive.read(name)
        return
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        if file.stat().st_size > _MOST:
            raise BadPayload(f"{file.name} is larger than {_MOST >> 20} MiB")
        yield file.name, file.read_bytes()


def _sort(name: str, given: Any, found: Found, page: str = "") -> None:
    """Objects by their kind, with where they stand."""
    if isinstance(given, list):
        kind = next((kind for kind, begin in _LISTS.items() if name.lower().startswith(begin)), None)
        for number, one in enumerate(given, 1):
            answer = isinstance(one, Mapping) and any(isinstance(one.get(kind_), list) for kind_ in _LISTS)
            if answer:
                _sort(name, one, found, f", answer {number}")
            elif kind is None or not isinstance(one, Mapping):
                raise BadPayload(f"{name}, item {number} is none of: {', '.join(_LISTS)}")
            else:
                found[kind].append((f"{name}{page}, item {number}", one))
    elif isinstance(given, Mapping) and any(isinstance(given.get(kind), list) for kind in _LISTS):
        for kind in _LISTS:
            for number, one in enumerate(given.get(kind) or [], 1):
                if not isinstance(one, Mapping):
                    raise BadPayload(f"{name}{page}, {kind} {number} is not an object")
                found[kind].append((f"{name}{page}, {kind} {number}", one))
    else:
        raise BadPayload(f"{name} has none of: {', '.join(_LISTS)}")


def _post(where: str, one: Thing, counted: Mapping[str, int]) -> Record:
    key = values.key("id", objects.text(one, "id"))
    title, body = values.fitting(values.title("title", objects.text(one, "title")), _with_pictures(one, "details"))
    names = [objects.text(tag, "name") for tag in objects.several(one, "tags")]
    return Post(
        where, key, title, values.text("details", body, texts.BODY), _who(one, "author"), _state(one),
        values.instant("created", objects.text(one, "created")),
        values.tags([*names, objects.text(objects.inner(one, "category"), "name")]),
        owner=values.email("owner.email", objects.text(objects.inner(one, "owner"), "email")),
        # Those votes of which the list of votes says nothing.
        earlier=max(0, objects.number(one, "score") - counted.get(key, 0)),
    )  # fmt: skip


def _merged(where: str, one: Thing) -> Iterator[Record]:
    """Posts that were merged into this one, as far as its history has them."""
    history = one.get("mergeHistory")
    for event in history if isinstance(history, list) else []:
        post = event.get("post") if isinstance(event, Mapping) else None
        if isinstance(post, Mapping) and post.get("id") and post.get("title"):
            yield from attempt(where, partial(_member, where, one, event, post))


def _member(where: str, one: Thing, event: Thing, post: Thing) -> Record:
    at = values.instant("mergeHistory.created", objects.text(event, "created"))
    title, body = values.fitting(values.title("title", objects.text(post, "title")), objects.text(post, "details"))
    return Post(
        where, values.key("id", objects.text(post, "id")), title, values.text("details", body, texts.BODY),
        _who(post, "author"), "submitted", values.maybe_instant("created", objects.text(post, "created")) or at,
        into=values.key("id", objects.text(one, "id")), merged_at=at,
    )  # fmt: skip


def _said(where: str, one: Thing) -> Record:
    key, post = values.key("id", objects.text(one, "id")), values.key("post.id", _post_of(one))
    body = values.text("value", _with_pictures(one, "value"), texts.COMMENT, needed=True)
    who, at = _who(one, "author"), values.instant("created", objects.text(one, "created"))
    if _inside(one):
        return Note(where, key, post, body, who, at)
    return Said(where, key, post, body, who, at)


def _inside(one: Thing) -> bool:
    return bool(one.get("internal") or one.get("private"))


def _step(where: str, one: Thing) -> Record:
    said = objects.text(objects.inner(one, "changeComment"), "value")
    return Note(
        where, values.key("id", objects.text(one, "id")), values.key("post.id", _post_of(one)),
        values.text("changeComment.value", said, texts.BODY), _who(one, "changer", staff=True),
        values.instant("created", objects.text(one, "created")), _state(one),
    )  # fmt: skip


def _voice(where: str, one: Thing) -> Record:
    key, post = values.key("id", objects.text(one, "id")), values.key("post.id", _post_of(one))
    return Voice(where, key, post, _who(one, "voter"), values.instant("created", objects.text(one, "created")))


def _post_of(one: Thing) -> str:
    post = one.get("post")
    return objects.text(post, "id") if isinstance(post, Mapping) else objects.text(one, "postID")


def _who(one: Thing, field: str, staff: bool = False) -> Who:
    who = objects.inner(one, field)
    mail = values.email(f"{field}.email", objects.text(who, "email"))
    return Who(mail, values.name(objects.text(who, "name")), staff or objects.flag(who, "isAdmin", False))


def _state(one: Thing) -> State:
    given = objects.text(one, "status") or "open"
    found = tables.state(given, _STATES)
    if found is None:
        raise Wrong("status", f"“{given[:40]}” is none of: {', '.join(_STATES)}. Give it one of these in the file.")
    return found


def _with_pictures(one: Thing, field: str) -> str:
    """The text, and the addresses of its pictures below it."""
    pictures = one.get("imageURLs")
    urls = [str(url) for url in pictures] if isinstance(pictures, list) else []
    return "\n\n".join(part for part in (objects.text(one, field), "\n".join(urls)) if part)
