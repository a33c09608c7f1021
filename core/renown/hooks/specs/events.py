"""Events on their way into the log, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from renown.context import PluginContext
    from renown.events.types import CloudEvent
    from renown.hooks.types import Rejection
    from renown.ledger.entries import ScoredEvent


@hookspec(firstresult=True)
def screen_event(event: CloudEvent) -> Rejection | None:
    """Whether to keep an event out of the log. Pure: no session, no clock, no network.

    :param event: as received or imported, before anything is stored of it.
    :returns: a Rejection, whose message the sender reads; None lets it pass. The first rejection counts.

    When it raises, the event is quarantined: it may be private. The same while its breaker is open.
    It does not fire for the core's own `renown.*` events, for duplicates within a delivery, or on replay.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def enrich_event(event: CloudEvent) -> Mapping[str, Any] | None:
    """What to keep with an event, for this plugin's own use when it scores. Pure: no session, no clock, no network.

    :param event: after it was let in, before it is appended.
    :returns: JSON-like values, kept under the plugin's name in the event's `extra`. No text of messages belongs here.

    When it raises, the event goes on without this plugin's addition.
    It does not fire for `renown.*` events, for events already in the log, or on replay: the kept additions are used.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    """Events that are in the log, in order, exactly once each: `ctx.session` is in the cursor's own transaction.

    :param events: a batch in the order of the log, `renown.*` events among them, facts as of their positions.
    :param ctx: with a session; what it does is committed together with the cursor, or not at all.

    When it raises, the batch is tried again, later each time, then event by event; one that still fails is set aside
    where an administrator sees it. A plugin enabled late gets all events from the first on.
    It does not fire while the plugin is off (it catches up afterwards), or on replay.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
