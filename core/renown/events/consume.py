"""Readers of the log. What a batch leads to and how far the reader is are one transaction: each event once.

A batch that fails is halved down to the event, and only this reader stops there. It tries again, later each time; an
administrator may have it go on. A reader that comes late begins at 0 and catches up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from renown import clock
from renown.db.engine import Database, ring
from renown.db.staging import insert_new
from renown.db.texts import of_error
from renown.db.trouble import is_trouble
from renown.events import log, read
from renown.events.models import Consumer, Event, Passed

SCORE, RECORDED = "score", "recorded"
#: Tells plugins of merges, splits and erasures, and never passes one over.
PEOPLE = "people"
RUNNING, STOPPED, OFF = "running", "stopped", "off"

#: Events in a batch.
LIMIT = 1000
#: Attempts at one event after which a reader of kind "recorded" passes it over by itself.
ATTEMPTS = 6
#: A stopped reader tries again after 2 s, 4 s, 8 s, ..., at most an hour.
_FIRST_WAIT, _LONGEST_WAIT = 2 * clock.SECOND, 3600 * clock.SECOND

#: Microseconds for which a reader that has events before it has not moved, when nobody waits for it any more.
STILL = 60 * clock.SECOND
#: Microseconds for which a reader is held at most.
_HELD = 10 * clock.SECOND
#: Seconds that a thread waits for another that prepares the same.
_TURN = 2.0

#: What to do with a batch, in the cursor's transaction. What it raises stops the reader.
Apply = Callable[[Connection, Row[Any], Sequence[Row[Any]]], None]
Write = Callable[[Connection], None]

logger = structlog.get_logger("renown.events")


@dataclass(frozen=True)
class Apart:
    """An `Apply` in two parts: what only reads, and gives what writes. SQLite has one writer: none waits for the first.

    Whoever changes what the first part read, other than by appending to the log, calls `disturb`.

    With `late` the second part is handed a transaction that begins with its first statement: what it does before, none
    waits for. Where the reader moved meanwhile, it comes to nothing.
    """

    prepare: Callable[[Connection, Row[Any], Sequence[Row[Any]]], Write]
    late: bool = False

    def __call__(self, conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> None:
        self.prepare(conn, row, events)(conn)


@dataclass(frozen=True)
class _Taken:
    """`read` events were read, of which none counts if `error` is set; `row` is the reader as it stood then.

    `again` is set where the reader moved while the batch was prepared, so that it came to nothing.
    """

    read: int
    error: Exception | None = None
    row: Row[Any] | None = None
    again: bool = False


def ensure(
    conn: Connection, name: str, kind: str, plugin: str, generation: int | None = None, position: int = 0
) -> None:
    """Make the reader if there is none of that name; one that was switched off goes on where it was."""
    columns = ("name", "kind", "plugin", "generation", "position", "state", "attempts", "moved_at")
    row = (name, kind, plugin, generation, position, RUNNING, 0, clock.now())
    insert_new(conn, Consumer.__table__, columns, [row], ("name",))
    again = {"state": RUNNING, "moved_at": clock.now()}
    conn.execute(update(Consumer).where(Consumer.name == name, Consumer.state == OFF).values(again))


def switch_off(conn: Connection, name: str) -> bool:
    """Read no further for now. False where it is not at rest yet: nobody waits for a hook that may never come back."""
    mine = select(Consumer.name).where(Consumer.name == name, Consumer.state != OFF)
    free = conn.scalars(mine.with_for_update(skip_locked=True)).all()
    conn.execute(update(Consumer).where(Consumer.name.in_(free)).values(state=OFF, **_CLEAR))
    return conn.scalar(mine) is None


def hold(conn: Connection, reader: ColumnElement[bool]) -> int | None:
    """Let a running reader stand still for some seconds, or until `let_go`; gives what that needs.

    None where it is at a batch just now, which may take its time. Who holds it and dies holds it no longer than that.
    """
    row = _at_rest(conn, reader & (Consumer.state == RUNNING))
    if row is None:
        return None
    until = clock.now() + _HELD
    conn.execute(update(Consumer).where(Consumer.name == row.name).values(retry_at=until))
    return until


def let_go(conn: Connection, reader: ColumnElement[bool], until: int) -> None:
    """Where another holds it since, or it is at a batch after all, there is nothing to let go."""
    row = _at_rest(conn, reader & (Consumer.state == RUNNING) & (Consumer.retry_at == until))
    if row is not None:
        conn.execute(update(Consumer).where(Consumer.name == row.name).values(retry_at=None))
        ring(conn, "log")


def _at_rest(conn: Connection, which: ColumnElement[bool]) -> Row[Any] | None:
    return conn.execute(select(Consumer.name).where(which).with_for_update(skip_locked=True)).one_or_none()


def forget(conn: Connection, name: str) -> None:
    conn.execute(delete(Consumer).where(Consumer.name == name))


def find(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(select(Consumer.__table__).where(Consumer.name == name)).one_or_none()


def listed(conn: Connection) -> Sequence[Row[Any]]:
    return conn.execute(select(Consumer.__table__).order_by(Consumer.name)).all()


def lag(conn: Connection, able: Collection[str] | None = None) -> int:
    """How many events the slowest running reader has before it. One that is stopped or stands still holds nobody up.

    Nor does one whose plugin is not among those that somebody is `able` to ask, where that is told.
    """
    end, still = log.head(conn), {row.name for row, _ in standing_still(conn)}
    running = [row for row in listed(conn) if row.state == RUNNING and row.name not in still]
    return max(0, end - min((row.position for row in running if able is None or row.plugin in able), default=end))


def standing_still(conn: Connection) -> list[tuple[Row[Any], int]]:
    """Readers that run, yet have not moved for long with events before them; and for how long, in microseconds."""
    now = clock.now()
    recorded = select(Event.recorded_at).where(Event.id == Consumer.position + 1).scalar_subquery()
    rows = conn.execute(
        select(Consumer.__table__, recorded.label("since"))
        .where(Consumer.state == RUNNING, Consumer.moved_at < now - STILL)
        .order_by(Consumer.name)
    ).all()
    found = [(row, now - max(row.moved_at, row.since)) for row in rows if row.since is not None]
    return [(row, micros) for row, micros in found if micros > STILL]


def step(db: Database, name: str, apply: Apply, *, limit: int = LIMIT) -> bool:
    """Take the next batch, and say whether there may be more. Does nothing where another process reads just now."""
    if not _due(db, name):
        return False
    taken = _attempt(db, name, apply, limit)
    suspects, size = taken.read, limit
    while taken.error is not None or suspects > 0:
        if taken.error is None:
            suspects -= taken.read
            if size == limit or suspects <= 0 or taken.read == 0:
                return taken.read > 0 or taken.again
        elif taken.read > 1:
            size = taken.read // 2
        else:
            return _stop(db, name, taken.error, taken.row)
        taken = _attempt(db, name, apply, size)
    return taken.again


def drain(db: Database, name: str, apply: Apply, *, limit: int = LIMIT) -> None:
    """Take batches until the reader is at the end of the log, or stops."""
    while step(db, name, apply, limit=limit):
        pass


def retry(conn: Connection, name: str) -> None:
    """Have a stopped reader try again at once."""
    conn.execute(update(Consumer).where(Consumer.name == name, Consumer.state == STOPPED).values(retry_at=0))
    ring(conn, "log")


def resume(conn: Connection, name: str) -> None:
    """Have a stopped reader go on with the event at which it stopped, as if nothing had been."""
    conn.execute(
        update(Consumer)
        .where(Consumer.name == name, Consumer.state == STOPPED)
        .values(state=RUNNING, moved_at=clock.now(), **_CLEAR)
    )
    ring(conn, "log")


def pass_over(conn: Connection, name: str) -> int | None:
    """Have a stopped reader go on behind the event at which it stopped. Gives that event, None where it runs.

    For readers of kind "recorded"; who scores sets the event aside in the log, then calls `resume`.
    """
    row = conn.execute(select(Consumer.__table__).where(Consumer.name == name).with_for_update()).one_or_none()
    if row is None or row.state != STOPPED or row.failed_event is None:
        return None
    columns = ("name", "event_id", "error", "at")
    lost = (name, row.failed_event, row.error or "", clock.now())
    insert_new(conn, Passed.__table__, columns, [lost], ("name", "event_id"))
    conn.execute(update(Consumer).where(Consumer.name == name).values(position=row.failed_event))
    resume(conn, name)
    return int(row.failed_event)


def passed(conn: Connection, *mine: ColumnElement[bool], limit: int | None = None) -> Sequence[Row[Any]]:
    """What was passed over by the readers that are meant, newest first."""
    rows = select(Passed.__table__, Consumer.plugin)
    chosen = rows.join(Consumer, Consumer.name == Passed.name).where(*mine)
    return conn.execute(chosen.order_by(Passed.at.desc(), Passed.event_id.desc()).limit(limit)).all()


_CLEAR: dict[str, Any] = {"error": None, "failed_event": None, "attempts": 0, "retry_at": None}


def _due(db: Database, name: str) -> bool:
    with db.read() as conn:
        row = find(conn, name)
        return row is not None and _may_read(row) and log.head(conn) > row.position


def _may_read(row: Row[Any]) -> bool:
    # A wait longer than was ever set is one by a clock that was set back since.
    left = (row.retry_at or 0) - clock.now()
    if row.state == STOPPED:
        return left <= 0 or left > _wait(row.attempts)
    return row.state == RUNNING and (left <= 0 or left > _HELD)


def _wait(attempts: int) -> int:
    return int(min(_FIRST_WAIT * 2 ** min(max(attempts, 1) - 1, 20), _LONGEST_WAIT))


def _attempt(db: Database, name: str, apply: Apply, size: int) -> _Taken:
    tried = _Batch(db, Consumer.name == name, apply)

    def choose(conn: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
        # One that stopped begins with the event that failed, alone: what comes after it may be well.
        return read.stretch(conn, row.position, 1 if row.state == STOPPED else size) if _may_read(row) else ()

    try:
        with _turn(db, name) as mine:
            count = tried.take(choose) if mine else 0
        return _Taken(count, again=count < tried.count)
    except Exception as error:
        if tried.count == 0 or is_trouble(error):
            # The database's fault, not the event's.
            raise
        return _Taken(tried.count, error, tried.row)


@contextmanager
def _turn(db: Database, name: str) -> Iterator[bool]:
    """Threads that would prepare the same, such as an import that waits for the numbers, take turns.

    False where another's takes long: it may never end. On PostgreSQL the reader's row is what one of them has.
    """
    if not db.is_sqlite:
        yield True
        return
    mine = db.turns[name].acquire(timeout=_TURN)
    try:
        yield mine
    finally:
        if mine:
            db.turns[name].release()


def advance(db: Database, reader: ColumnElement[bool], apply: Apply, *, upto: int, limit: int) -> int:
    """Take the next batch of a reader that no worker follows, up to position `upto`. Returns where it stands then.

    Raises what `apply` raises.
    """

    def choose(conn: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
        return read.stretch(conn, row.position, min(limit, upto - row.position))

    batch = _Batch(db, reader, apply, wait=True)
    batch.take(choose)
    with db.read() as conn:
        at: int = conn.execute(select(Consumer.position).where(reader)).scalar_one()
    return at if batch.count else max(at, upto)


def disturb(conn: Connection) -> None:
    """Hold all readers until this transaction ends, and let what they have in hand be read again."""
    conn.execute(update(Consumer).values(moved_at=Consumer.moved_at + 1))


class _Moved(Exception):
    """The reader moved while its batch was prepared."""


class _Batch:
    """One batch of one reader; `count` is its size, once it is known."""

    def __init__(self, db: Database, reader: ColumnElement[bool], apply: Apply, *, wait: bool = False) -> None:
        self._db = db
        self._wait = wait
        self.row: Row[Any] | None = None
        self._reader = select(Consumer.__table__).where(reader)
        self._apply = apply
        self.count = 0

    def take(self, choose: Callable[[Connection, Row[Any]], Sequence[Row[Any]]]) -> int:
        """How many events were taken: of those that `choose` gives, all or none."""
        apply = self._apply
        if not (self._db.is_sqlite and isinstance(apply, Apart)):
            return self._db.retrying(lambda conn: self._whole(conn, choose))
        with self._db.read() as conn:
            row = self.row = conn.execute(self._reader).one_or_none()
            events = choose(conn, row) if row is not None else ()
            if row is None or not events:
                return 0
            self.count = len(events)
            write = apply.prepare(conn, row, events)
        try:
            return self._db.retrying(lambda conn: self._write(conn, row, events, write), lazily=apply.late)
        except _Moved:
            return 0

    def _whole(self, conn: Connection, choose: Callable[[Connection, Row[Any]], Sequence[Row[Any]]]) -> int:
        self.count = 0
        row = self.row = conn.execute(self._reader.with_for_update(skip_locked=not self._wait)).one_or_none()
        events = choose(conn, row) if row is not None else ()
        if row is None or not events:
            return 0
        self.count = len(events)
        self._apply(conn, row, events)
        _move(conn, row, events)
        return self.count

    def _write(self, conn: Connection, row: Row[Any], events: Sequence[Row[Any]], write: Write) -> int:
        late = isinstance(self._apply, Apart) and self._apply.late
        if late:
            write(conn)
        if conn.execute(self._reader).one_or_none() != row:
            raise _Moved
        if not late:
            write(conn)
        _move(conn, row, events)
        return self.count


def _move(conn: Connection, row: Row[Any], events: Sequence[Row[Any]]) -> None:
    values = {"position": events[-1].id, "moved_at": clock.now()}
    if row.state == STOPPED:
        values |= {"state": RUNNING, **_CLEAR}
    conn.execute(update(Consumer).where(Consumer.name == row.name).values(values))


def _stop(db: Database, name: str, error: Exception, tried: Row[Any] | None) -> bool:
    """Note where and why, unless it was moved or stopped meanwhile; gives whether to go on at once, behind it."""

    def work(conn: Connection) -> bool:
        row = conn.execute(select(Consumer.__table__).where(Consumer.name == name).with_for_update()).one()
        if tried is not None and (row.position, row.state) != (tried.position, tried.state):
            return False
        failed = conn.scalar(select(func.min(Event.id)).where(Event.id > row.position))
        attempts = row.attempts + 1 if row.failed_event == failed else 1
        wait = _wait(attempts)
        conn.execute(
            update(Consumer)
            .where(Consumer.name == name)
            .values(
                state=STOPPED,
                error=of_error(error),
                failed_event=failed,
                attempts=attempts,
                retry_at=clock.now() + wait,
            )
        )
        logger.warning("reader stopped", reader=name, position=failed, attempts=attempts, exc_info=error)
        return row.kind == RECORDED and attempts >= ATTEMPTS and pass_over(conn, name) is not None

    return db.retrying(work)
