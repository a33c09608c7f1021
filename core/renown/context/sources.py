"""Connected sources, as the plugin that reads their network needs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from renown.db.sets import among
from renown.events import whereabouts
from renown.events.models import Object
from renown.events.whereabouts import Placed, Standing
from renown.ledger import why
from renown.sources import registry
from renown.sources.connector import BadSignature, Connector, Inbound, SourceInfo

if TYPE_CHECKING:
    from renown.context.base import PluginContext


@dataclass(frozen=True)
class Located:
    """A thing in a connected source. `private`: it is in a place that not everybody here may look into.

    `standing` is how it stands ("open", "closed", "merged", ...) by what was told last, None where nothing was.
    """

    source: str
    object: str
    private: bool
    standing: Standing | None


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

    def at(self, url: str) -> Located | None:
        """What a page of a connected network shows, where its connector can tell that from the address."""
        conn, connectors = self._ctx._connection, self._ctx._parts.connectors()
        for row in registry.listed(conn):
            connector = connectors.get(row.network)
            if connector is None or row.state != "live":
                continue
            seen: list[Placed] = []

            def place(address: str, name: str, source: int = row.id, seen: list[Placed] = seen) -> str | None:
                found = whereabouts.place(conn, source, address, name)
                seen += [found] if found is not None else []
                return None if found is None else found.key

            key = connector.object_at(url, place)
            if key is not None:
                private = any(one.private for one in seen)
                return Located(row.name, key, private, whereabouts.standing(conn, row.id, key))
        return None

    def keys(self, objects: Collection[int]) -> Mapping[int, str]:
        """What the objects of scored events are called in their sources, by number."""
        return whereabouts.keys(self._ctx._connection, objects)

    def pages(self, objects: Collection[int]) -> Mapping[int, str]:
        """Where their networks show them, by number, of those of which that is known."""
        conn = self._ctx._connection
        rows = conn.execute(select(Object.id, Object.url).where(among(conn, Object.id, list(objects))))
        return {row.id: url for row in rows if (url := why.link(row.url))}
