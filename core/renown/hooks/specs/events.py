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
    :called: for each event that is delivered, sent or imported, before anything is stored of it; also for one that came
        before.
    :not called: for `renown.*` events, for events that plugins append, for what is refused before (not well formed, or
        private where the source does not keep that), where an administrator takes an event in all the same, on replay.
    :when it raises: the event is quarantined, for it may be private. After three faults in a row so is all for a
        minute, then it is asked again.
    :time: 1 s. A later answer still counts; after three in a row all is quarantined for a minute.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def enrich_event(event: CloudEvent) -> Mapping[str, Any] | None:
    """What to keep with an event, for this plugin's own use when it scores. Pure: no session, no clock, no network.

    :param event: after it was let in, before it is appended.
    :returns: JSON-like values, kept under the plugin's name in the event's `extra`. No text of messages belongs here.
    :called: for each event that was let in, before it is appended.
    :not called: for `renown.*` events, for events that plugins append, on replay: what was kept is used.
    :when it raises: the event goes on without this plugin's addition. Three faults in a row open the breaker.
    :time: 1 s. A later answer still counts; after three in a row it is left alone for a minute.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    """Events that are in the log, in order, exactly once each: `ctx.session` is in the cursor's own transaction.

    :param events: a batch in the order of the log, `renown.*` events among them, facts as of their positions.
    :param ctx: with a session; what it does is committed together with the cursor, or not at all.
    :called: by the plugin's own consumer, within a second of the append, one batch after the other. A plugin that is
        enabled late gets all events from the first on.
    :not called: while the plugin is off (it catches up afterwards), or on replay.
    :when it raises: all that it wrote is undone; the batch is tried again, later each time, then event by event. One
        that still fails is passed over: the plugin's page lists it, and it is never told of it again. No breaker.
    :time: none; after a minute the page of health says that it has not come back. Only this plugin waits.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
