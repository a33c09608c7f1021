"""Deliveries into the log, by the path that real ones take: verified, read by the connector, taken in by the batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from renown.app import Renown
from renown.demo.deliveries import Channel
from renown.events.types import CloudEvent
from renown.sources import intake, registry
from renown.sources.connector import Connector, Inbound, Skipped, SourceInfo


class NoConnector(Exception):
    """The demo speaks Slack and GitHub, and a plugin that reads one of them is off or missing."""


@dataclass(frozen=True)
class _Door:
    source: SourceInfo
    connector: Connector
    secret: str


class Feed:
    """Connects the sources and takes their deliveries in."""

    def __init__(self, renown: Renown) -> None:
        self._renown = renown
        self._doors: dict[str, _Door] = {}

    def connect(self, channel: Channel, title: str, affiliation: str, **settings: str) -> SourceInfo:
        """A connected source, as the wizard would leave it."""
        connector = self._renown.reception.connectors().get(channel.network)
        if connector is None:
            raise NoConnector(f"no enabled plugin reads {channel.network}")
        with self._renown.db.write() as conn:
            row = registry.add(
                conn,
                self._renown.keyring,
                channel.network,
                channel.name,
                connector=connector,
                secret=channel.secret,
                title=title,
                settings=settings,
            )
            registry.change(conn, row.id, affiliation=affiliation)
            again = registry.by_id(conn, row.id)
            assert again is not None
            source = registry.info(again)
        self._doors[channel.name] = _Door(source, connector, channel.secret)
        return source

    def take(self, deliveries: Iterable[tuple[Channel, Inbound]]) -> int:
        """All of them, in one transaction; how many events were accepted."""
        by_source: dict[str, list[CloudEvent | Skipped]] = {}
        for channel, inbound in deliveries:
            door = self._doors[channel.name]
            door.connector.verify(inbound, [door.secret])
            by_source.setdefault(channel.name, []).extend(door.connector.normalise(inbound, door.source))
        reception = self._renown.reception
        group = [intake.prepare(reception, self._doors[name].source, items) for name, items in by_source.items()]
        return sum(counts.accepted for counts in intake.commit(self._renown.db, group))
