"""Judging who leads each board at each day's end, and keeping every change of the lead for ever.

A day is judged from day totals once it is over. Ties keep the leader. When late events change a judged day, that day
and those after it are judged again: what no longer follows stays, marked superseded.

So it is in the count that pages read. One that is being built is half counted: it is judged from when `handover` asks
for it, and what no longer follows in it was told to nobody, and goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from time import perf_counter_ns
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Executable, Row, bindparam, delete, insert, select, text, update

from renown import clock
from renown.db import stored
from renown.db.engine import LEAD_LOCK, Database, lock
from renown.jobs import Drain
from renown.ledger import listing, races
from renown.ledger.models import Generation, LeadChange, LeadState
from renown.ledger.races import Passed

JOB = "lead"
#: Judging again for late events takes at most this part of the time.
_SHARE = 20


def drain(today: Callable[[Connection], int]) -> Drain:
    """`today(conn)` gives the day in the organisation's zone."""

    def work(db: Database) -> bool:
        with db.read() as conn:
            day = today(conn)
            due = [one for one in _measures(conn) if _due(conn, *one, day)]
        for one in due:
            judge(db, *one, day)
        return False

    return Drain(JOB, work, every=30 * clock.SECOND)


def catch_up(db: Database, day: int) -> None:
    """Judge every day that is over by `day` and not judged yet, or not as it is now."""
    with db.read() as conn:
        measures = _measures(conn)
    for one in measures:
        judge(db, *one, day)


def _measures(conn: Connection) -> list[tuple[int, int]]:
    """Generations and measures that are judged."""
    return [*_read(conn), *((row.generation, row.measure) for row in conn.execute(text(_ASKED)))]


def _read(conn: Connection) -> list[tuple[int, int]]:
    return [(row.generation, row.measure) for row in conn.execute(text(_LIVE))]


_LIVE = f"""
    SELECT g.id AS generation, m.id AS measure FROM core_generation g JOIN core_measure m ON m.plugin = g.plugin
    WHERE g.state = 'live' AND m.generation IS NOT NULL AND {listing.LISTED} ORDER BY g.id, m.id
"""

_ASKED = """
    SELECT s.generation, s.measure FROM core_generation g JOIN core_lead_state s ON s.generation = g.id
    WHERE g.state = 'building' ORDER BY s.generation, s.measure
"""


def state(conn: Connection, generation: int, measure: int, *, hold: bool = False) -> Row[Any] | None:
    """How far this measure has been judged. `hold`: nobody else writes it until this transaction ends."""
    asked = select(LeadState.__table__).where(LeadState.generation == generation, LeadState.measure == measure)
    return conn.execute(asked.with_for_update() if hold else asked).one_or_none()


def _due(conn: Connection, generation: int, measure: int, today: int) -> bool:
    known = state(conn, generation, measure)
    if known is None or known.judged < today - 1 or known.pending is not None or _ahead(conn, known, today):
        return True
    return known.dirty is not None and abs(clock.now() - known.ran_at) > _SHARE * known.took_micros


def _ahead(conn: Connection, known: Row[Any] | None, today: int) -> bool:
    """Whether days were judged that are not over: by a clock that was ahead, and by more than workers' may differ."""
    if known is None or known.judged < today:
        return False
    zone = ZoneInfo(stored.get(conn, "core", "timezone", "UTC"))
    return bool(known.judged >= clock.day_of(clock.now() + clock.HOUR, zone))


def judge(db: Database, generation: int, measure: int, today: int) -> None:
    """Judge the days of all boards of one measure up to yesterday, from the first that needs it."""
    begun = perf_counter_ns()
    start = db.retrying(lambda conn: begin(conn, generation, measure, today))
    if start is None:
        return
    with db.read() as conn:
        passed = races.follow(conn, generation, measure, start, today)
    took = (perf_counter_ns() - begun) // 1000
    db.retrying(lambda conn: _write(conn, generation, measure, start, passed, took))


def begin(conn: Connection, generation: int, measure: int, today: int) -> int | None:
    """The first day to judge. From here on changes of any day up to yesterday count as disturbing."""
    known = state(conn, generation, measure, hold=True)
    ahead = _ahead(conn, known, today)
    which = {"generation": generation, "measure": measure}
    if known is None:
        start = conn.scalar(text(_FIRST_DAY), which)
        if conn.execute(text(_NEW), {**which, "judged": today - 1}).rowcount == 0:
            return None
    else:
        days = (known.dirty, known.pending, today if ahead else known.judged + 1)
        start = min(day for day in days if day is not None)
    if start is None or (start >= today and not ahead):
        return None
    mine = (LeadState.generation == generation, LeadState.measure == measure)
    judged = today - 1 if known is None or ahead else max(today - 1, known.judged)
    conn.execute(update(LeadState).where(*mine).values(judged=judged, dirty=None, pending=start))
    return int(start)


# Nothing where it is being cleared away, or where another begins just now.
_NEW = """
    INSERT INTO core_lead_state (generation, measure, judged, ran_at, took_micros)
    SELECT id, :measure, :judged, 0, 0 FROM core_generation WHERE id = :generation AND state NOT IN ('gone', 'dropped')
    ON CONFLICT (generation, measure) DO NOTHING
"""

_FIRST_DAY = "SELECT min(day) FROM core_day_total WHERE generation = :generation AND measure = :measure AND stood <> 0"


def _write(conn: Connection, generation: int, measure: int, start: int, passed: list[Passed], took: int) -> None:
    """Keep what follows from `start` on; mark what no longer does."""
    # Not the state's row until the end: the tick, which marks it, would wait for all of this.
    lock(conn, LEAD_LOCK)
    known = state(conn, generation, measure)
    if known is None:
        return
    mine = (LeadState.generation == generation, LeadState.measure == measure)
    if known.pending is None:
        # Another wrote meanwhile, perhaps by older days: whoever is next judges all of it again.
        dirty = start if known.dirty is None else min(start, known.dirty)
        conn.execute(update(LeadState).where(*mine).values(dirty=dirty))
        return
    held = difference(conn, generation, measure, start, passed)
    now = clock.now()
    if held.gone:
        row = LeadChange.id == bindparam("row")
        statement: Executable = update(LeadChange).where(row).values(superseded_at=now)
        if _unread(conn, generation):
            statement = delete(LeadChange).where(row)
        conn.execute(statement, [{"row": row} for row in held.gone])
    if held.again:
        values: dict[str, Any] = {name: bindparam(name) for name in ("amount", "former_amount", "former_since")}
        statement = update(LeadChange).where(LeadChange.id == bindparam("row")).values(superseded_at=None, **values)
        conn.execute(statement, [{"row": row, **_told(one, values)} for row, one in held.again])
    if held.new:
        conn.execute(insert(LeadChange), [asdict(one) for one in held.new])
    conn.execute(update(LeadState).where(*mine).values(pending=None, ran_at=now, took_micros=took))


def _unread(conn: Connection, generation: int) -> bool:
    """Whether no page has told anything of this generation yet."""
    return conn.scalar(select(Generation.state).where(Generation.id == generation)) in ("building", "rebuild")


def _told(one: Passed, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


@dataclass
class Difference:
    """Rows that no longer follow, rows that follow with other figures or again, and what has no row yet."""

    gone: list[int] = field(default_factory=list)
    again: list[tuple[int, Passed]] = field(default_factory=list)
    new: list[Passed] = field(default_factory=list)


def difference(conn: Connection, generation: int, measure: int, start: int, passed: list[Passed]) -> Difference:
    """Compare the kept rows from the day `start` on with what follows now."""
    found = Difference()
    follows = {(one.period_id, one.day, one.leader_id, one.former_id): one for one in passed}
    for row in conn.execute(text(_KEPT), {"generation": generation, "measure": measure, "start": start}):
        one = follows.pop((row.period_id, row.day, row.leader_id, row.former_id), None)
        if one is None:
            if row.superseded_at is None:
                found.gone.append(row.id)
        elif row.superseded_at is not None or _figures(row) != _figures(one):
            found.again.append((row.id, one))
    found.new = list(follows.values())
    return found


def _figures(row: Any) -> tuple[int | None, ...]:
    return row.amount, row.former_amount, row.former_since


_KEPT = """
    SELECT c.* FROM core_lead_change c JOIN core_period p ON p.id = c.period_id
    WHERE p.generation = :generation AND p.measure = :measure AND c.day >= :start ORDER BY c.id
"""


def unfounded(conn: Connection, today: int) -> list[str]:
    """In words, measures that are read and of whose judged days the kept changes are not what follows now."""
    said = []
    for generation, measure in _read(conn):
        which = {"generation": generation, "measure": measure}
        first = conn.scalar(text(_FIRST_DAY), which)
        passed = [] if first is None else races.follow(conn, generation, measure, first, today)
        found = difference(conn, generation, measure, -(1 << 31), passed)
        if found.gone or found.again or found.new:
            name = conn.scalar(text("SELECT name FROM core_measure WHERE id = :measure"), which)
            said.append(
                f"{name}, generation {generation}: {len(found.gone)} changes of the lead do not follow from the days,"
                f" {len(found.again)} say something else, {len(found.new)} are missing"
            )
    return said


def again(db: Database) -> None:
    """Let every day be judged anew."""
    db.retrying(lambda conn: conn.execute(text(_AGAIN)))


_AGAIN = """
    UPDATE core_lead_state SET dirty = (
        SELECT min(day) FROM (
            SELECT c.day FROM core_lead_change c JOIN core_period p ON p.id = c.period_id
            WHERE p.generation = core_lead_state.generation AND p.measure = core_lead_state.measure
            UNION ALL
            SELECT min(d.day) FROM core_day_total d
            WHERE d.generation = core_lead_state.generation AND d.measure = core_lead_state.measure) days)
"""


def disturb(conn: Connection) -> None:
    """The tick brings `r_row` to the standings: judged days among them are to be judged again."""
    _dirty(conn, "SELECT generation, measure, min(day) AS day FROM r_row GROUP BY generation, measure")


def disturb_people(conn: Connection) -> None:
    """The tick rebuilds people: the days of those whom `r_change` moves are to be judged again."""
    _dirty(
        conn,
        """
        SELECT generation, measure, min(day) AS day FROM r_row
        WHERE EXISTS (SELECT 1 FROM r_change WHERE amount <> coalesce(old, 0)) GROUP BY generation, measure
        """,
    )


def disturb_seen(conn: Connection) -> None:
    """The people in `r_seen` are judged anew: so are their days, where they begin or cease to stand on boards."""
    _dirty(
        conn,
        """
        SELECT d.generation, d.measure, min(d.day) AS day
        FROM r_seen r CROSS JOIN core_seen n CROSS JOIN core_person p CROSS JOIN core_identity i
        CROSS JOIN core_lead_state l CROSS JOIN core_day_total d
        WHERE n.person_id = r.person AND (p.id = r.person OR p.root_id = r.person) AND i.person_id = p.id
          AND d.generation = l.generation AND d.measure = l.measure AND d.identity_id = i.id
          AND (n.state = 0) <> (r.state = 0)
        GROUP BY d.generation, d.measure
        """,
    )


def _dirty(conn: Connection, days: str) -> None:
    conn.execute(
        text(f"""
        UPDATE core_lead_state SET dirty = CASE WHEN dirty < c.day THEN dirty ELSE c.day END
        FROM ({days}) c
        WHERE core_lead_state.generation = c.generation AND core_lead_state.measure = c.measure
          AND core_lead_state.judged >= c.day
    """)
    )
