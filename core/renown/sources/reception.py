"""What everything that comes in passes: connectors, the words that are declared, plugins that screen and enrich."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection

from renown.db.engine import Database
from renown.events.receive import Vocabulary
from renown.events.types import CloudEvent
from renown.hooks.dispatch import Dispatcher
from renown.hooks.guard import Fault
from renown.hooks.loading import Loaded
from renown.hooks.manager import Plugins
from renown.hooks.states import State
from renown.hooks.types import Rejection
from renown.jobs import presence
from renown.sources.connector import Connector, SourceInfo
from renown.sources.grouping import Grouping
from renown.sources.secrets import Keyring

Screen = Callable[[CloudEvent], tuple[str, Rejection] | Fault | None]
Enrich = Callable[[CloudEvent], Mapping[str, Mapping[str, Any]]]

#: Bytes of a delivery, where neither the settings nor the source say otherwise.
MAX_BODY = 1 << 20


class Words(Protocol):
    """The types and kinds that are declared as of now; `external` leaves out what only plugins themselves append."""

    def __call__(self, *, external: bool) -> Vocabulary: ...


def _why_nobody(plugins: Plugins, loaded: Loaded, network: str) -> str:
    """The sender reads it, too, so not what a plugin failed of."""
    name = loaded.connector_plugin(network) or network
    if name not in plugins:
        return f"no plugin for {network} is there"
    state = plugins.status(name).state
    return f"the plugin for {network} is {'switched off' if state is State.DISABLED else state}"


def _anybody(conn: Connection) -> None:
    return None


@dataclass(frozen=True)
class Reception:
    """One per process, shared by all threads."""

    db: Database
    keyring: Keyring
    words: Words
    connectors: Callable[[], Mapping[str, Connector]]
    screen: Screen
    enrich: Enrich
    max_body: int = MAX_BODY
    grouping: Grouping = field(default_factory=Grouping)
    #: Sources as they were when last looked at, by name. Whoever goes by them has the commit look whether they hold.
    known: dict[str, SourceInfo] = field(default_factory=dict)
    #: The plugins whose readers somebody moves, which is worth waiting for; None where nobody can tell.
    able: Callable[[Connection], Collection[str] | None] = _anybody
    #: Why nobody is there to read a network's deliveries.
    why_nobody: Callable[[str], str] = "the plugin for {} is switched off".format

    @classmethod
    def of(
        cls,
        db: Database,
        keyring: Keyring,
        plugins: Plugins,
        loaded: Loaded,
        dispatcher: Dispatcher,
        max_body: int = MAX_BODY,
    ) -> Reception:
        """The reception of an installation. Words of plugins that are off are still taken."""

        def words(*, external: bool) -> Vocabulary:
            types = frozenset(name for name, kind in plugins.event_types.items() if kind.external or not external)
            return Vocabulary(types, plugins.object_kinds)

        return cls(
            db,
            keyring,
            words,
            loaded.connectors,
            dispatcher.screen_event,
            dispatcher.enrich_event,
            max_body=max_body,
            able=lambda conn: presence.able(conn, plugins.enabled),
            why_nobody=partial(_why_nobody, plugins, loaded),
        )
