"""What a worker does for notices: settles when they are due, writes messages, and sends them by mail or a plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from renown.clock import DAY, SECOND
from renown.context.base import Contexts
from renown.db.engine import Database
from renown.hooks.loading import Loaded
from renown.hooks.manager import Plugins
from renown.hooks.types import Channel, Message
from renown.jobs import Drain
from renown.notify import deliveries, mail, own, spread
from renown.notify.message import Writer
from renown.notify.spread import MAIL, Way


class NoSuchChannel(Exception):
    """The plugin that sent this way is off, or mail is not set up (any more)."""


class Sending:
    """One per process."""

    def __init__(self, contexts: Contexts, loaded: Loaded) -> None:
        self._contexts = contexts
        self._parts = contexts.parts
        self._loaded = loaded
        self.writer = Writer(self._parts.secret_key, self._parts.settings.url)

    def drains(self) -> list[Drain]:
        every = SECOND
        return [
            Drain(
                "notices",
                lambda db: spread.drain(db, self.ways, self.paces),
                every=every,
                lane="notices",
                topic="notices",
                schedule=False,
            ),
            Drain(
                "notices-due",
                lambda db: spread.drain_due(db, self.ways, self.writer),
                every=10 * every,
                lane="notices",
                topic="notices",
                schedule=False,
            ),
            Drain("deliveries", self._deliver, every=every, lane="deliveries", topic="deliveries", schedule=False),
            Drain("deliveries-tidy", deliveries.tidy, every=DAY),
        ]

    def ways(self, conn: Connection) -> Sequence[Way]:
        """Mail, where it is set up, and the channels of plugins that are on."""
        found = [Way(MAIL, spread.mail_address)] if mail.shown(conn) else []
        for name, (plugin, channel) in self._loaded.channels().items():
            if channel.title:
                found.append(Way(name, partial(self._address, plugin, channel)))
        return found

    def paces(self) -> Mapping[str, str]:
        """The pace of each kind that the core or a plugin which is on declares."""
        plugins: Plugins = self._parts.plugins
        return own.PACES | {one.name: one.pace for name in plugins.enabled for one in plugins.manifests[name].notices}

    def send(self, channel: str, address: str, payload: Mapping[str, Any]) -> None:
        """Raises on failure."""
        if channel == MAIL:
            with self._parts.db.read() as conn:
                settings = mail.load(conn, self._parts.keyring)
            if settings is None:
                raise NoSuchChannel("mail is not set up")
            mail.send(settings, address, payload)
            return
        found = self._loaded.channels().get(channel)
        if found is None:
            raise NoSuchChannel(f"the plugin of channel {channel} is off")
        plugin, sender = found
        message = Message(
            str(payload["title"]), str(payload.get("body") or ""), payload.get("url"), payload.get("unsubscribe")
        )
        sender.send(address, message, self._contexts.of(plugin))

    def _deliver(self, db: Database) -> bool:
        return deliveries.drain(db, self.send)

    def _address(self, plugin: str, channel: Channel, conn: Connection, person: int) -> str | None:
        dispatcher = self._parts.dispatcher
        assert dispatcher is not None
        return dispatcher.address(plugin, channel, person, conn)
