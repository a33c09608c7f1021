"""From events to entries, and from entries to words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from renown.context import PluginContext
    from renown.hooks.types import Explanation
    from renown.ledger.entries import Entry, Rules, ScoredEvent


@hookspec
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    """What events are worth. Pure: the same events and rules give the same entries for ever.

    The core decides whether an act counts (retractions, toggles, deletions), reverses what no longer follows, and
    applies limits: none of that is this hook's work. An event may come again, with better facts.

    :param events: a batch. People, affiliations and teams are as known at each event's position.
    :param rules: `rules.of(event)` gives the versions of this plugin's rules that hold for it.
    :returns: entries, each naming an event of the batch and a measure and a rule of this plugin.
    :called: by the plugin's own consumer, within a second of the append; again where an event's facts changed, on a
        recount, on replay, and in a dry run.
    :not called: for `renown.*` events, for retractions and undone acts, for events that do not count, or while the
        plugin is off (it catches up afterwards).
    :when it raises: the batch is halved down to the event; this plugin's cursor stops there, nobody else's does, and
        an administrator may set the event aside. No breaker: skipping would lose points unseen.
    :time: none; after a minute the page of health says that it has not come back. Only this plugin waits.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def explain(person: int, measure: str, period: str, ctx: PluginContext) -> Explanation | None:
    """Why a person's number in a measure of this plugin is what it is, in words, beside the core's list of entries.

    :param person: whose number.
    :param measure: one of this plugin's measures.
    :param period: "all", "2026", "2026-Q2", "2026-05", "2026-W21" or "rolling"; `period_days` tells its days.
    :param ctx: with a session that keeps nothing that is written.
    :returns: None where there is nothing to add.
    :called: when somebody opens the page of why of a measure of this plugin; for a level, by `renown why` too.
    :not called: for measures of other plugins, for those with a page of their own, or where the viewer may not see
        the number.
    :when it raises: "could not be explained" stands there; so does the number. Three faults in a row open the
        breaker.
    :time: 500 ms. A later answer still counts; after three in a row it is left alone for a minute.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
