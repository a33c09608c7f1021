"""What goes wrong with plugins that are on, beyond their state: readers that do not go on, jobs that fail.

And what waits for an administrator: that one asks for more than was agreed to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from renown import clock
from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.manager import Plugins
from renown.jobs import schedule
from renown.jobs.presence import able
from renown.ledger import needed


@dataclass(frozen=True)
class Trouble:
    """In a few words, which stand beside the state, and the whole of it, with whose fault it is. `kind`: bad, warn."""

    text: str
    whole: str
    kind: str = "bad"


def troubles(conn: Connection, plugins: Plugins) -> Mapping[str, list[Trouble]]:
    """By plugin; those that are switched off, and those that do well, are left out."""
    late, off = [row for row, _ in still(conn)], needed.astray(conn, plugins)
    asking = {one.name: [*_asks(plugins, one.name)] for one in plugins.installed if plugins.is_wanted(one.name)}
    going = {name: [*_of(conn, name, late, off.get(name, ()))] for name in plugins.enabled}
    found = {name: asking.get(name, []) + going.get(name, []) for name in asking.keys() | going.keys()}
    return {name: those for name, those in found.items() if those}


def still(conn: Connection) -> list[tuple[Row[Any], int]]:
    """Readers that have not come back from a call, and since when. Those that no worker has would all seem so."""
    moved = able(conn, ())
    return [(row, clock.now() - micros) for row, micros in consume.standing_still(conn) if row.plugin in moved]


def _asks(plugins: Plugins, name: str) -> Iterator[Trouble]:
    wanting = plugins.wanting(name)
    if wanting:
        what = "; ".join(f"{one.title}, for {one.role} and above ({one.name})" for one in wanting)
        remedy = f"To allow it: renown plugins enable {name} --yes"
        yield Trouble("asks for more", f"asks for more than was agreed to: {what}. {remedy}", "warn")


def _of(conn: Connection, name: str, late: Sequence[Row[Any]], off: Sequence[str]) -> Iterator[Trouble]:
    for row in conn.execute(select(Consumer.__table__).where(Consumer.plugin == name).order_by(Consumer.name)):
        if row.state == consume.STOPPED:
            text = f"stopped at event {row.failed_event}"
            yield Trouble(text, f"{row.name} {text}: {row.error}")
    for row in late:
        if row.plugin == name:
            text = f"has not come back from event {row.position + 1}"
            yield Trouble(text, f"{row.name} {text}")
    for reader in off:
        yield Trouble("does not read", f"{reader} is off, though the plugin is on")
    for row in schedule.failing(conn, name):
        yield Trouble(f"{row.name} failed", f"the job {row.name} failed: {row.error}")
