"""Connected sources, as the plugin that reads their network needs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from renown.db.sets import among
from renown.events.models import Object
from renown.ledger import why
from renown.sources import registry
from renown.sources.connector import BadSignature, Connector, Inbound, SourceInfo

if TYPE_CHECKING:
    from renown.context.base import PluginContext


class SourcesService:
    """`ctx.sources`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def listed(self, network: str) -> Sequence[SourceInfo]:
        """The live sources of a network, by name."""
        rows = registry.listed(self._ctx._connection)
        return [registry.info(row) for row in rows if row.network == network and row.state == "live"]

    def verify(self, slug: str, connector: Connector, inbound: Inbound) -> SourceInfo:
        """Check that a request comes from the source with this slug, with the secrets that it has.

        Raises BadSignature, also where there is no such source of the connector's network.
        """
        row = registry.by_slug(self._ctx._connection, slug)
        if row is None or row.network != connector.network or row.state == "removed":
            raise BadSignature("no source listens there")
        connector.verify(inbound, self._ctx._parts.keyring.open_all(row.secrets))
        return registry.info(row)

    def keys(self, objects: Collection[int]) -> Mapping[int, str]:
        """What the objects of scored events are called in their sources, by number."""
        conn = self._ctx._connection
        rows = conn.execute(select(Object.id, Object.key).where(among(conn, Object.id, list(objects))))
        return {row.id: row.key for row in rows}

    def pages(self, objects: Collection[int]) -> Mapping[int, str]:
        """Where their networks show them, by number, of those of which that is known."""
        conn = self._ctx._connection
        rows = conn.execute(select(Object.id, Object.url).where(among(conn, Object.id, list(objects))))
        return {row.id: url for row in rows if (url := why.link(row.url))}
