"""What objects are tagged with. All of it happens under the log's lock, so it is a function of the log.

An object's hashtags are those that the last act told which made or changed it; by time, so the order of arrival does
not matter. An act without `tag` tells none; a private one keeps none. What is deleted has none until it is restored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from renown.db.sets import among, listed
from renown.db.spelled import spelled_among
from renown.db.staging import copy_in
from renown.events import retractions
from renown.events.drafts import Draft
from renown.events.models import HASHTAGS, PRIVATE, Hashtag, Tagged
from renown.events.objects import Objects
from renown.events.retractions import Retractions
from renown.events.types import ACTIVITIES, collab
from renown.people import pseudonym
from renown.people.pseudonym import Hasher

#: Characters that a hashtag has at most. What is longer is a sentence, and is not kept.
LONGEST = 64

_CREATE, _UPDATE, _DELETE = (ACTIVITIES.index(name) for name in ("Create", "Update", "Delete"))
_TELLING = (_CREATE, _UPDATE, _DELETE)
_decode = msgspec.json.Decoder().decode

_ACTS = spelled_among(
    "SELECT source_id, key, object_id, type, occurred_at, CAST(extra AS TEXT) AS extra FROM core_event"
    f" WHERE object_id {{among}} AND (type IN ({_CREATE}, {_UPDATE}) AND extra IS NOT NULL OR type = {_DELETE}"
    f" AND verb = (SELECT id FROM core_term WHERE term = '{collab('delete')}'))",
    "BIGINT",
)


def normal(name: str) -> str | None:
    """As it is kept: "#Tea " is "tea". None for what is no hashtag."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(one for one in plain if one.isprintable()).strip().lstrip("#").strip()
    return shown if 0 < len(shown) <= LONGEST and not shown.startswith(pseudonym.PREFIX) else None


def number(conn: Connection, fresh: Iterable[Draft], last: int, hashed: Hasher | None) -> int:
    """Fill in what each act says its object is tagged with. New hashtags follow `last`; returns the last one now."""
    said = [
        (one, names) for one in fresh if one.event.data.object.tag is not None and (names := _said(one)) is not None
    ]
    wanted = {name for _, names in said for name in names}
    ids = _ids(conn, wanted, last, hashed) if wanted else {}
    for one, names in said:
        one.hashtags = tuple(sorted({ids[name] for name in names}))
    return max(last, max(ids.values(), default=0))


def settle(conn: Connection, fresh: Sequence[Draft], objects: Objects) -> None:
    """Let what these acts, which are in the log by now, speak of be tagged as the log says."""
    touched = {
        objects.by_key[one.source.id, one.event.data.object.id].id
        for one in fresh
        if one.hashtags is not None or one.event.data.type == "Delete"
    }
    undoing = {(one.source.id, one.retracts) for one in fresh if one.retracts is not None}
    if undoing:
        touched |= {row.object_id for row in retractions.retracted(conn, undoing) if row.type in _TELLING}
    if touched:
        keep(conn, touched)


def keep(conn: Connection, objects: Collection[int]) -> None:
    """Bring what is kept of these objects to what the log says. The caller holds the log's lock."""
    due, kept = told(conn, objects), held(conn, objects)
    changed = {number for number, _ in due ^ kept}
    gone = changed & {number for number, _ in kept}
    if gone:
        conn.execute(delete(Tagged).where(among(conn, Tagged.object_id, sorted(gone))))
    copy_in(conn, Tagged.__table__, ("object_id", "hashtag_id"), sorted(pair for pair in due if pair[0] in changed))


def told(conn: Connection, objects: Collection[int]) -> set[tuple[int, int]]:
    """Objects and hashtags as the log says."""
    rows = _ACTS(conn, {"given": listed(conn, sorted(objects))}).all()
    acts = [(row, said) for row in rows if (said := _kept(row)) is not None]
    undone = Retractions(conn, [(row.source_id, row.key) for row, _ in acts]).undone
    holding = [(row, said) for row, said in acts if not undone((row.source_id, row.key))]
    # Whoever changed it came after whoever made it, whatever their clocks say.
    holding.sort(key=lambda one: (one[0].type, one[0].occurred_at, one[0].key))
    last = {row.object_id: said for row, said in holding}
    return {(number, hashtag) for number, said in last.items() for hashtag in said}


def held(conn: Connection, objects: Collection[int]) -> set[tuple[int, int]]:
    """The same as it is kept."""
    rows = conn.execute(select(Tagged.object_id, Tagged.hashtag_id).where(among(conn, Tagged.object_id, objects)))
    return {(row.object_id, row.hashtag_id) for row in rows}


def _kept(row: Any) -> Sequence[int] | None:
    """What an act says its object is tagged with; None where it says nothing of that."""
    if row.type == _DELETE:
        return ()
    found: Sequence[int] | None = _decode(row.extra).get(HASHTAGS)
    return found


def _said(one: Draft) -> set[str] | None:
    data = one.event.data
    if data.type not in ("Create", "Update"):
        return None
    given = () if one.quality & PRIVATE else data.object.tag or ()
    names = {normal(tag.name) for tag in given if tag.type == "Hashtag" and tag.name} - {None}
    # What is made without hashtags has none anyway.
    return {name for name in names if name} if names or data.type == "Update" else None


def _ids(conn: Connection, wanted: Collection[str], last: int, hashed: Hasher | None) -> dict[str, int]:
    found = _numbers(conn, wanted)
    if hashed is not None:
        digests = {hashed(name): name for name in wanted if name not in found}
        found |= {digests[digest]: number for digest, number in _numbers(conn, digests).items()}
    new = [(number, name) for number, name in enumerate(sorted(set(wanted) - found.keys()), last + 1)]
    copy_in(conn, Hashtag.__table__, ("id", "name"), new)
    return found | {name: number for number, name in new}


def _numbers(conn: Connection, names: Collection[str]) -> dict[str, int]:
    return dict(conn.execute(select(Hashtag.name, Hashtag.id).where(among(conn, Hashtag.name, list(names)))).all())
