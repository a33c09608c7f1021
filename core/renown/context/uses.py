"""What a plugin does here: the hooks it uses, in words and with their calls, and how far it has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from renown import clock
from renown.context import timing
from renown.events import consume, log
from renown.events.models import Consumer, Event
from renown.hooks.calls import CallLog, Counts
from renown.hooks.manager import Plugins
from renown.hooks.outgoing import OUTGOING

#: By hook: what a plugin that uses it may do here, as administrators are asked before they switch it on.
WORDS: Mapping[str, str] = {
    "connectors": "Reads a network, and takes in what happens there",
    "identity_providers": "Lets people sign in by another service",
    "directories": "Brings people and teams from a list kept elsewhere",
    "channels": "Sends notices to people in a way of its own",
    "blueprints": "Has pages or API operations of its own",
    "commands": "Adds commands",
    "jobs": "Works by itself, again and again",
    "demo": "Takes part in the demo",
    "health": "Adds checks to the page of health",
    "metrics": "Adds figures to /metrics",
    "screen_event": "Sees each event before it is kept, and may keep it out",
    "enrich_event": "Sees each event before it is kept, and may add to it",
    "events_recorded": "Is told of each event that is kept, and whose it was",
    "score": "Gives numbers for what people did",
    "explain": "Explains its numbers in words",
    "navigation": "Adds links",
    "panels": "Shows boxes on pages",
    "permit": "Decides who may do what it declares",
    "person_merged": "Is told when two people are found to be one",
    "person_split": "Is told when they are two after all",
    "person_erased": "Is told whom to forget",
    "export_person": "Adds what it holds to a person's file",
}
#: Asked once when a process starts, so that there are no calls to be counted.
AT_START = frozenset({"blueprints", "channels", "commands", "connectors", "directories", "identity_providers", "jobs"})


@dataclass(frozen=True)
class Use:
    """A hook that a plugin implements. `suspended`: why it is not called, None while it is."""

    hook: str
    words: str
    counts: Counts
    suspended: str | None

    @property
    def at_start(self) -> bool:
        """Whether it is asked at the start alone; a channel's address is looked up later, and counted."""
        return self.hook in AT_START and not self.counts.calls


@dataclass(frozen=True)
class Reader:
    """How far a plugin has read in the log. `waiting` (microseconds): since when the next event is there, 0 if none is.

    The rest is set where it stopped.
    """

    name: str
    kind: str
    state: str
    position: int
    behind: int
    waiting: int
    failed_event: int | None
    error: str | None
    attempts: int
    retry_at: int | None

    @property
    def end(self) -> int:
        return self.position + self.behind

    @property
    def catching_up(self) -> bool:
        return self.state == consume.RUNNING and self.behind > 0


def uses(conn: Connection, plugins: Plugins, calls: CallLog, name: str) -> list[Use]:
    """By hook, with the calls of all processes; and what it opened by itself, if it did."""
    counted = timing.of(conn, calls, name)
    hooks = plugins.hooks_of(name) if plugins[name].module is not None else []
    found = [
        Use(hook, WORDS.get(hook, hook), counted.get(hook, Counts()), plugins.suspension(name, hook)) for hook in hooks
    ]
    if OUTGOING in counted:
        found.append(Use(OUTGOING, "Opened connections by itself, which were refused", counted[OUTGOING], None))
    return found


def readers(conn: Connection, name: str) -> Sequence[Reader]:
    """By name."""
    end, now = log.head(conn), clock.now()
    since = select(Event.recorded_at).where(Event.id == Consumer.position + 1).scalar_subquery()
    rows = conn.execute(
        select(Consumer.__table__, since.label("since")).where(Consumer.plugin == name).order_by(Consumer.name)
    )
    return [
        Reader(
            row.name, row.kind, row.state, row.position, max(0, end - row.position),
            0 if row.since is None else max(0, now - row.since),
            row.failed_event, row.error, row.attempts, row.retry_at,
        )
        for row in rows
    ]  # fmt: skip
