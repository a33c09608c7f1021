"""Generations: each is one count of a plugin's sum measures over the whole log. Pages read the live one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, delete, func, insert, select, update

from renown import clock
from renown.db import stored
from renown.db.engine import LOG_LOCK, lock, ring
from renown.events.models import Consumer
from renown.ledger import handover, listing, rules
from renown.ledger.models import (
    Generation,
    LeadChange,
    LeadState,
    Measure,
    Period,
    Standing,
    StandingBucket,
    Unlisted,
)

#: Events that are counted in one transaction.
BATCH = 5_000
#: States of generations that have no boards.
ASIDE = ("draft", "replay")


class MeasureLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def listed(self) -> bool: ...


def counts(measures: Iterable[MeasureLike]) -> list[str]:
    """The names of those that are sums: who has any has generations."""
    return [measure.name for measure in measures if measure.kind == "sum"]


def ensure(
    conn: Connection, plugin: str, measures: Sequence[MeasureLike], defaults: Iterable[tuple[str, Mapping[str, Any]]]
) -> int | None:
    """Make sure that a plugin that is being enabled has its measures, its rules and, for sums, a live generation.

    `defaults` are the names and bodies of its rules. Enabled late, it starts at the beginning of the log. Returns the
    live generation, None where the plugin has no sums. Where a measure is listed now and was not, or the other way
    round, the log is counted once more beside it, and pages turn to that.
    """
    rules.ensure(conn, plugin, defaults)
    turned = _declare(conn, plugin, measures)
    sums = counts(measures)
    if not sums:
        return None
    generation = live(conn, plugin)
    if generation is None:
        generation = create(conn, plugin, base=0, state="live")
    of_sums = (Measure.plugin == plugin, Measure.name.in_(sums), Measure.generation.is_(None))
    added = conn.scalars(update(Measure).where(*of_sums).values(generation=generation).returning(Measure.id)).all()
    listing.add(conn, added)
    if turned:
        _count_again(conn, plugin, ", ".join(turned))
    resume(conn, plugin)
    return generation


def _declare(conn: Connection, plugin: str, measures: Iterable[MeasureLike]) -> list[str]:
    """Write down the measures of a manifest. Returns in words which of them are listed otherwise than before."""
    rows = conn.execute(select(Measure.name, Measure.listed).where(Measure.plugin == plugin))
    known = {row.name: row.listed for row in rows}
    turned = []
    for measure in measures:
        if measure.name not in known:
            conn.execute(insert(Measure).values(name=measure.name, plugin=plugin, listed=measure.listed))
        elif measure.listed != known[measure.name]:
            # Of several processes that see it at once, one begins the count.
            before = (Measure.name == measure.name, Measure.listed.is_(not measure.listed))
            changed = update(Measure).where(*before).values(listed=measure.listed).returning(Measure.id)
            if conn.scalar(changed) is not None and measure.kind == "sum":
                turned.append(f"{measure.name} {'with' if measure.listed else 'without'} boards")
    return turned


def _count_again(conn: Connection, plugin: str, why: str) -> None:
    """Begin the live generation once more, or the recount that is to follow it: the same but for who has boards."""
    mine = (Generation.plugin == plugin, Generation.state.in_(("live", "building")))
    newest = conn.execute(select(Generation.__table__).where(*mine).order_by(Generation.id.desc()).limit(1)).one()
    if newest.state == "building":
        discard(conn, newest.id)
        why = newest.note or why
    create(conn, plugin, base=newest.base, state="building", zone=newest.zone, note=why)


def live(conn: Connection, plugin: str) -> int | None:
    """The generation that pages read."""
    return conn.scalar(select(Generation.id).where(Generation.plugin == plugin, Generation.state == "live"))


def create(
    conn: Connection,
    plugin: str,
    *,
    base: int,
    state: str,
    zone: str | None = None,
    draft: Sequence[Mapping[str, Any]] | None = None,
    note: str | None = None,
    like: int | None = None,
) -> int:
    """A new generation that begins at the beginning of the log, and its consumer, which runs unless it is a draft.

    Its measures have boards as they do in the generation `like`, or else as their manifest says.
    """
    now = clock.now()
    # Numbered here: replays come and go, and a sequence would use the numbers up.
    lock(conn, LOG_LOCK)
    made = conn.execute(
        insert(Generation)
        .values(
            id=(conn.scalar(select(func.max(Generation.id))) or 0) + 1,
            plugin=plugin,
            base=base,
            state=state,
            zone=zone or stored.get(conn, "core", "timezone", "UTC"),
            draft=None if draft is None else [dict(item) for item in draft],
            note=note,
            created_at=now,
            live_at=now if state == "live" else None,
        )
        .returning(Generation.id)
    ).scalar_one()
    conn.execute(
        insert(Consumer).values(
            name=consumer_name(plugin, made),
            kind="score",
            plugin=plugin,
            generation=made,
            position=0,
            state="running" if state in ("live", "building") else "off",
            moved_at=now,
        )
    )
    listing.settle(conn, made, like)
    ring(conn, "log")
    return made


def consumer_name(plugin: str, generation: int) -> str:
    return f"score:{plugin}:{generation}"


def position(conn: Connection, generation: int) -> int:
    """How far a generation has counted."""
    return conn.scalar(select(Consumer.position).where(Consumer.generation == generation)) or 0


def pause(conn: Connection, plugin: str) -> bool:
    """The plugin is off: its cursors stay where they are.

    False where one is not at rest yet; nobody waits for a `score` that may never come back.
    """
    running = select(Consumer.name).where(
        Consumer.kind == "score", Consumer.plugin == plugin, Consumer.state == "running"
    )
    free = conn.scalars(running.with_for_update(skip_locked=True)).all()
    conn.execute(update(Consumer).where(Consumer.name.in_(free)).values(state="off"))
    return conn.scalar(running.limit(1)) is None


def resume(conn: Connection, plugin: str) -> None:
    """The plugin is on (again): its live and building generations go on."""
    counting = select(Generation.id).where(Generation.plugin == plugin, Generation.state.in_(("live", "building")))
    conn.execute(
        update(Consumer)
        .where(Consumer.kind == "score", Consumer.generation.in_(counting), Consumer.state == "off")
        .values(state="running", moved_at=clock.now())
    )
    ring(conn, "log")


def switch(conn: Connection, generation: int) -> None:
    """Let pages read this generation instead of the live one: all measures of its plugin in one step."""
    plugin = conn.execute(select(Generation.plugin).where(Generation.id == generation)).scalar_one()
    before = live(conn, plugin)
    if before is not None:
        handover.inherit(conn, before, generation)
    conn.execute(
        update(Measure).where(Measure.plugin == plugin, Measure.generation == before).values(generation=generation)
    )
    conn.execute(update(Generation).where(Generation.id == before).values(state="old"))
    # The plugin may have been switched off meanwhile: then what takes over does not count on either.
    off = conn.scalar(select(Consumer.state).where(Consumer.generation == before)) == "off"
    conn.execute(update(Consumer).where(Consumer.generation == before).values(state="off"))
    conn.execute(
        update(Generation).where(Generation.id == generation).values(state="live", live_at=clock.now(), draft=None)
    )
    again = {"state": "off" if off else "running", "moved_at": clock.now()}
    conn.execute(update(Consumer).where(Consumer.generation == generation).values(again))
    ring(conn, "log")


def discard(conn: Connection, generation: int) -> None:
    """Nobody needs this generation any more: `recount.clear` takes it away, part by part. ValueError for a live one."""
    state = conn.scalar(select(Generation.state).where(Generation.id == generation))
    if state == "live":
        raise ValueError(f"generation {generation} is live")
    conn.execute(delete(Consumer).where(Consumer.generation == generation))
    conn.execute(
        update(Generation).where(Generation.id == generation, Generation.state != "dropped").values(state="gone")
    )
    ring(conn, "log")


def forget(conn: Connection, generation: int) -> None:
    """The entries are gone, the boards go now. What was closed and who led stays on record, if pages ever told it."""
    periods = select(Period.id).where(Period.generation == generation)
    for board in (Standing, StandingBucket):
        conn.execute(delete(board).where(board.period_id.in_(periods)))
    for kept in (LeadState, Unlisted):
        conn.execute(delete(kept).where(kept.generation == generation))
    if conn.scalar(select(Generation.live_at).where(Generation.id == generation)) is None:
        conn.execute(delete(LeadChange).where(LeadChange.period_id.in_(periods)))
    conn.execute(update(Generation).where(Generation.id == generation).values(state="dropped"))


def strike(conn: Connection, generation: int) -> None:
    """Take a dropped generation that nothing is on record of from the list: its number is free again."""
    on_record = select(Period.id).where(Period.generation == generation).exists()
    conn.execute(delete(Generation).where(Generation.id == generation, Generation.state == "dropped", ~on_record))
