"""Changing the past: a new generation is counted beside the live one, shown first, then read instead of it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import NoResultFound

from renown import audit, clock
from renown.clock import SECOND
from renown.db import stored
from renown.db.engine import Database
from renown.events import consume
from renown.events.log import append_core, head
from renown.events.models import Consumer
from renown.ledger import catchup, generations, handover, standings
from renown.ledger.catchup import Progress
from renown.ledger.models import DayTotal, Entry, Generation, LimitUse, QuotaUse
from renown.ledger.score import Scorer

#: What was live stays whole for this long after a switch: pages that began with it end with it.
KEPT = 3600 * SECOND
#: A dry run that nobody discarded goes after this long.
DRAFT_KEPT = 7 * 24 * 3600 * SECOND

#: A replay whose process died: its cursor stood still for this long.
REPLAY_KEPT = 24 * 3600 * SECOND

_CHUNK = 20_000
#: Seconds until it is tried again to switch, where the live generation is at a batch.
_PAUSE = 0.1


def draft(conn: Connection, plugin: str, bodies: Mapping[str, Mapping[str, Any]]) -> int:
    """Begin a dry run in which these bodies, by rule, hold on every day. It knows what is known now."""
    drafts = [{"name": name, "body": dict(body)} for name, body in sorted(bodies.items())]
    return generations.create(conn, plugin, base=head(conn), state="draft", draft=drafts)


def count(db: Database, scorer: Scorer, generation: int, progress: Progress | None = None) -> int:
    """Take a dry run through the history, up to where the live generation is; safe to call again. Raises as scoring."""
    with db.read() as conn:
        live = generations.live(conn, scorer.plugin)
        upto = head(conn) if live is None else generations.position(conn, live)
    return catchup.run(db, scorer, generation, upto=upto, progress=progress)


def begin(conn: Connection, plugin: str, note: str, *, by: int | None = None, via: str = "system") -> int:
    """Start a recount with all that is known now, in today's time zone. The worker counts and then switches to it.

    Whatever was being built before is given up: the new one knows more.
    """
    building = (Generation.plugin == plugin, Generation.state == "building")
    for former in conn.scalars(select(Generation.id).where(*building)).all():
        generations.discard(conn, former)
    made = generations.create(conn, plugin, base=head(conn), state="building", note=note)
    audit.record(
        conn,
        "ledger.recount",
        actor_id=by,
        via=via,
        target=f"plugin:{plugin}",
        details={"generation": made, "why": note},
    )
    return made


def change_zone(conn: Connection, zone: str, *, by: int | None = None, via: str = "system") -> list[int]:
    """Let days be those of another time zone, in the past too: a recount of everything. Returns the generations."""
    if stored.get(conn, "core", "timezone", "UTC") == zone:
        return []
    stored.put(conn, "core", "timezone", zone)
    append_core(conn, "timezone-changed", extra={"zone": zone})
    # What has not begun to count begins with the right days, and what is just beginning begins again.
    consume.disturb(conn)
    begun = select(Consumer.generation).where(Consumer.kind == "score", Consumer.position > 0)
    conn.execute(update(Generation).where(Generation.state == "live", Generation.id.not_in(begun)).values(zone=zone))
    plugins = conn.scalars(
        select(Generation.plugin).where(Generation.state == "live", Generation.zone != zone).order_by(Generation.plugin)
    )
    return [begin(conn, plugin, f"days in {zone}", by=by, via=via) for plugin in plugins.all()]


def advance(db: Database, plugin: str | None = None, *, but: Collection[str] = ()) -> bool:
    """Switch to what has caught up and stands; clear away what nobody reads. Whether there is more to clear.

    Of one plugin, or of all `but` some.
    """
    kept = ("live", "dropped")
    whose = Generation.plugin.not_in(but) if plugin is None else Generation.plugin == plugin
    with db.read() as conn:
        rows = conn.execute(
            select(Generation.id, Generation.plugin, Generation.state, Generation.created_at, Consumer.moved_at)
            .outerjoin(Consumer, Consumer.generation == Generation.id)
            .where(Generation.state.not_in(kept), whose)
            .order_by(Generation.id)
        ).all()
    more = False
    for row in rows:
        if row.state == "building":
            switch = partial(switch_if_ready, generation=row.id)
            if not db.retrying(switch) and handover.help_out(db, row.id):
                db.retrying(switch)
        elif row.state == "gone":
            more = db.retrying(partial(clear, generation=row.id)) or more
        elif _over(db, row.plugin, row.state, row.created_at, row.moved_at):
            db.retrying(partial(generations.discard, generation=row.id))
    return more


def finish(db: Database, scorer: Scorer, generation: int) -> str:
    """Bring a recount to where the live generation is, and switch to it, as the worker would; gives its state then.

    It is "live", or another recount took its place. Raises as scoring.
    """
    state = "building"
    while state == "building":
        with db.read() as conn:
            live = generations.live(conn, scorer.plugin)
        switched, given_up = False, None
        try:
            # What takes long comes before the live one is held.
            standings.catch_up(db)
            with level(db, scorer, live, generation):
                standings.catch_up(db)
                switched = db.retrying(partial(switch_if_ready, generation=generation, here=True))
        except NoResultFound as error:
            # Who gives a recount up takes its reader away.
            given_up = error
        with db.read() as conn:
            state = conn.scalar(select(Generation.state).where(Generation.id == generation)) or "dropped"
        if given_up is not None and state == "building":
            raise given_up
        if not switched and not handover.judge(db, generation):
            time.sleep(_PAUSE)
    return state


@contextmanager
def level(
    db: Database, scorer: Scorer, live: int | None, generation: int, progress: Progress | None = None
) -> Iterator[None]:
    """Bring a generation to where the live one is, which is held there meanwhile unless it is at a batch."""
    reader = Consumer.generation == live

    def upto() -> int:
        with db.read() as conn:
            return head(conn) if live is None else generations.position(conn, live)

    catchup.run(db, scorer, generation, upto=upto(), progress=progress)
    held = None if live is None else db.retrying(lambda conn: consume.hold(conn, reader))
    try:
        catchup.run(db, scorer, generation, upto=upto(), progress=progress)
        yield
    finally:
        if held is not None:
            db.retrying(lambda conn: consume.let_go(conn, reader, held))


def switch_if_ready(conn: Connection, generation: int, *, here: bool = False) -> bool:
    """Let pages read this generation once it is as far as the live one, its boards are made and the lead is judged.

    One transaction. `here`: whoever asks judges the lead, not the worker.
    """
    building = select(Generation.plugin).where(Generation.id == generation, Generation.state == "building")
    plugin = conn.scalar(building.with_for_update())
    live = None if plugin is None else generations.live(conn, plugin)
    if live is None:
        return False
    # Both readers stand still until the switch is done. One that is at a batch just now is not waited for.
    both = select(Consumer.generation, Consumer.position).where(Consumer.generation.in_((live, generation)))
    at = {row.generation: row.position for row in conn.execute(both.with_for_update(skip_locked=True))}
    if len(at) < 2 or at[generation] < at[live]:
        return False
    waiting = select(DayTotal.generation).where(DayTotal.generation == generation, DayTotal.amount != DayTotal.stood)
    if conn.execute(waiting.limit(1)).first() is not None:
        return False
    if not handover.ready(conn, generation, here=here):
        return False
    generations.switch(conn, generation)
    return True


def clear(conn: Connection, generation: int) -> bool:
    """Delete a part of what a discarded generation wrote, so that nobody waits long. Whether anything is left."""
    for table in ("core_entry", "core_limit_use"):
        key = "id"
        part = f"SELECT {key} FROM {table} WHERE generation = :generation LIMIT {_CHUNK}"
        gone = text(f"DELETE FROM {table} WHERE {key} IN ({part}) RETURNING {key}")
        if len(conn.execute(gone, {"generation": generation}).all()) == _CHUNK:
            return True
    for rest in (QuotaUse, DayTotal, LimitUse, Entry):
        conn.execute(delete(rest).where(rest.generation == generation))
    generations.forget(conn, generation)
    return False


def _over(db: Database, plugin: str, state: str, created: int, moved: int | None) -> bool:
    """Whether nobody goes on with this generation any more."""
    if state == "draft":
        return created < clock.now() - DRAFT_KEPT
    if state in ("replay", "rebuild"):
        return (moved or 0) < clock.now() - REPLAY_KEPT
    with db.read() as conn:
        since = conn.scalar(select(Generation.live_at).where(Generation.plugin == plugin, Generation.state == "live"))
    return since is not None and since < clock.now() - KEPT
