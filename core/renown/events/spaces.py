"""From places named in events to rows: one statement per step, whatever the size of the batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select, update

from renown.db.sets import among, listed
from renown.db.spelled import spelled_among
from renown.db.staging import copy_in, insert_new, update_by_id
from renown.events.models import Space, SpaceName
from renown.people import pseudonym

_COLUMNS = ("source_id", "key", "name", "url", "private")


class Place(Struct):
    """What a batch says of one space. Names change, so the last one said holds; private once is private."""

    name: str | None = None
    url: str | None = None
    private: bool = False


def recognise(conn: Connection, source_id: int, places: Mapping[str, Place]) -> dict[str, int]:
    """The id of each space by its key, made where it is new. Writers call this before all else, by ascending source."""
    if not places:
        return {}
    rows = _rows(conn, source_id, places)
    hidden = _hidden(conn, source_id, places.keys() - rows.keys())
    missing = sorted(places.keys() - rows.keys() - hidden.keys())
    if missing:
        new = [(source_id, key, places[key].name, places[key].url, places[key].private) for key in missing]
        insert_new(conn, Space.__table__, _COLUMNS, new, ("source_id", "key"))
        rows |= _rows(conn, source_id, missing)
    changed, closed = [], []
    for key in sorted(places.keys() - hidden.keys()):
        row, place = rows[key], places[key]
        told = (place.name or row.name, place.url or row.url)
        if told != (row.name, row.url):
            changed.append((row.id, *told))
        if place.private and not row.private:
            closed.append(row.id)
    update_by_id(conn, Space.__table__, ("name", "url"), changed)
    _close(conn, closed)
    return {key: row.id for key, row in rows.items()} | hidden


def hide(conn: Connection, source_id: int, keys: Collection[str]) -> None:
    """These are private from now on, as far as they are known: of others nothing is kept."""
    if not keys:
        return
    rows = _rows(conn, source_id, sorted(keys))
    public = [row.id for row in rows.values() if not row.private]
    public += _hidden(conn, source_id, set(keys) - rows.keys()).values()
    _close(conn, public)


def _close(conn: Connection, spaces: Sequence[int]) -> None:
    """Nothing ever writes that a place is public: what was read of it may be so no more."""
    if spaces:
        conn.execute(update(Space).where(among(conn, Space.id, spaces)).values(private=True))


def call(conn: Connection, said: Iterable[tuple[int, int, str]]) -> None:
    """Keep what spaces are called: (position, space, name) by position. The caller holds the log's lock."""
    told = list(said)
    if not told:
        return
    newest = select(SpaceName.name).where(SpaceName.space_id == Space.id).order_by(SpaceName.known.desc()).limit(1)
    rows = conn.execute(
        select(Space.id, Space.key, newest.scalar_subquery().label("name")).where(
            among(conn, Space.id, sorted({space for _, space, _ in told}))
        )
    )
    # What an erased person's spaces are called is not told again.
    now: dict[int, str | None] = {row.id: row.name for row in rows if not row.key.startswith(pseudonym.PREFIX)}
    new = []
    for position, space, name in told:
        if space in now and now[space] != name:
            now[space] = name
            new.append((space, position, name))
    copy_in(conn, SpaceName.__table__, ("space_id", "known", "name"), sorted(new))


def _hidden(conn: Connection, source_id: int, keys: Collection[str]) -> dict[str, int]:
    """Those kept under a hash, since an erased account's id was in them. What they are called is not told again."""
    hashed = pseudonym.hasher(conn) if keys else None
    if hashed is None:
        return {}
    digests = {hashed(key): key for key in keys}
    return {digests[digest]: row.id for digest, row in _rows(conn, source_id, list(digests)).items()}


def _rows(conn: Connection, source_id: int, keys: Mapping[str, Place] | list[str]) -> dict[str, Any]:
    found = _FIND(conn, {"source": source_id, "given": listed(conn, keys)})
    return {row.key: row for row in found}


_FIND = spelled_among("SELECT id, key, name, url, private FROM core_space WHERE source_id = :source AND key {among}")
