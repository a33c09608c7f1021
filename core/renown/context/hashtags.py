"""What objects are tagged with, as plugins reckon with it and show it: of what is not private."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import aliased

from renown.db.packed import CHUNK, pack
from renown.db.sets import among
from renown.events.models import Hashtag, Object, Space, Tagged
from renown.people import pseudonym

if TYPE_CHECKING:
    from renown.context.base import PluginContext


_TAG = aliased(Hashtag)


@dataclass(frozen=True)
class Hashtags:
    """Objects by rising id, and by hashtag: the n-th numbers of both arrays are one pair. `names` is by hashtag.

    A name is in small letters and without "#". Ids are of hashtags for ever: none is given to another one.
    """

    names: Mapping[int, str]
    object: array[int]
    hashtag: array[int]

    def __len__(self) -> int:
        return len(self.object)


class HashtagsService:
    """`ctx.hashtags`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def packed(self) -> Hashtags:
        """Every object that is tagged now, each time with one of its hashtags. What is deleted or private is not there.

        Nor are hashtags that name somebody who was erased: nobody is told what those are called.
        """
        conn = self._ctx._connection
        objects, hashtags = array("q"), array("q")
        for start in range(0, conn.scalar(select(func.max(Tagged.object_id))) or 0, CHUNK):
            within = _PUBLIC.where(Tagged.object_id > start, Tagged.object_id <= start + CHUNK)
            part = pack(conn, within.order_by(Tagged.object_id, Tagged.hashtag_id))
            for into, numbers in zip((objects, hashtags), part, strict=True):
                into.extend(numbers)
        return Hashtags(_names(conn, set(hashtags)), objects, hashtags)

    def public(self, hashtags: Collection[int]) -> Mapping[int, str]:
        """What those of these hashtags are called by which something is tagged now that is not private, by id."""
        return _names(self._ctx._connection, hashtags, _PUBLIC.where(Tagged.hashtag_id == Hashtag.id).exists())


#: Objects and hashtags, without what is private and what names somebody who was erased.
_PUBLIC = (
    select(Tagged.object_id, Tagged.hashtag_id)
    .join(_TAG, _TAG.id == Tagged.hashtag_id)
    .join(Object, Object.id == Tagged.object_id)
    .outerjoin(Space, Space.id == Object.space_id)
    .where(Space.private.is_not(True), _TAG.name.not_like(f"{pseudonym.PREFIX}%"))
)


def _names(conn: Connection, hashtags: Collection[int], *also: ColumnElement[bool]) -> dict[int, str]:
    named = select(Hashtag.id, Hashtag.name).where(among(conn, Hashtag.id, list(hashtags)), *also)
    return dict(conn.execute(named).all())
