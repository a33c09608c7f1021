"""Places in sources as plugins show them: those that are not private."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from renown.db.sets import among
from renown.events.models import Space
from renown.ledger import why
from renown.people import pseudonym
from renown.sources.models import Source

if TYPE_CHECKING:
    from renown.context.base import PluginContext


class PublicSpace(NamedTuple):
    """`name` is its id in the source where nothing has named it yet, as with channels that a network sends ids of.

    `url` leads to it in its network, where that is known; `source` is the title of where it is.
    """

    id: int
    name: str
    url: str | None
    source: str


class SpacesService:
    """`ctx.spaces`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def public(self, spaces: Collection[int]) -> Mapping[int, PublicSpace]:
        """Of these, those that are not private now, by id. One whose id was hashed in an erasure is not among them."""
        conn = self._ctx._connection
        hashed = Space.key.startswith(pseudonym.PREFIX, autoescape=True)
        rows = conn.execute(
            select(Space.id, Space.key, Space.name, Space.url, Source.title)
            .join(Source, Source.id == Space.source_id)
            .where(among(conn, Space.id, list(spaces)), Space.private.is_(False), Space.name.is_not(None) | ~hashed)
        )
        return {row.id: PublicSpace(row.id, row.name or row.key, why.link(row.url), row.title) for row in rows}
