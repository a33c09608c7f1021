"""Level measures: a run of a plugin publishes what everybody's level is now, and its standings are replaced whole."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from operator import index
from typing import TypeAlias

from sqlalchemy import Connection, select, text

from renown import clock
from renown.db.engine import STANDINGS_LOCK, lock
from renown.db.packed import pack
from renown.db.staging import copy_in
from renown.ledger import boards, periods, staging, standings
from renown.ledger.boards import ORGANISATION, TEAMS
from renown.ledger.models import Standing

#: Thousandths by person or team; or two series of equal length, people or teams, each once, and their thousandths.
Levels = Mapping[int, int] | tuple[Iterable[int], Iterable[int]]
#: Subjects, ascending, and what each has.
Stood: TypeAlias = "tuple[array[int], array[int]]"


def publish(conn: Connection, measure: str, values: Levels, run: str, scope: str = ORGANISATION) -> Stood:
    """Let `values` be the standings of `measure` in `scope`, whose subjects are teams in scope "teams", else people.

    `run` names what computed them, at most 64 characters. A level of 0 is none. Gives what stood until now. Raises
    LookupError for a measure that is not known or is a sum, ValueError for series that do not fit.
    """
    levels = _read(values)
    lock(conn, STANDINGS_LOCK)
    found = conn.execute(text("SELECT id, generation FROM core_measure WHERE name = :name"), {"name": measure})
    row = found.one_or_none()
    if row is None or row.generation is not None:
        raise LookupError(f"{measure!r} is not a level measure")
    where = {"measure": row.id, "scope": scope}
    conn.execute(text(_BOARD), where | {"now": clock.now()})
    period = int(conn.execute(text(_FIND), where).scalar_one())
    before = _standing(conn, period)
    _stand(conn, period, 1 if scope == TEAMS else 0, dict(zip(*before, strict=True)), levels)
    conn.execute(text(_SAID), {"period": period, "run": run[:64], "digest": digest(levels.items())})
    conn.execute(
        text("UPDATE core_measure SET stood_at = :now WHERE id = :measure"),
        {"now": clock.now(), "measure": row.id},
    )
    return before


def _read(values: Levels) -> dict[int, int]:
    """Without levels of 0."""
    if isinstance(values, Mapping):
        return {subject: amount for subject, amount in values.items() if amount}
    try:
        subjects, amounts = ([index(one) for one in series] for series in values)
    except TypeError:
        raise ValueError("values: two series of whole numbers, or a mapping") from None
    if len(subjects) != len(amounts):
        raise ValueError(f"values: {len(subjects)} subjects, but {len(amounts)} amounts")
    if len(set(subjects)) < len(subjects):
        raise ValueError("values: a subject is there twice")
    return {subject: amount for subject, amount in zip(subjects, amounts, strict=True) if amount}


def _standing(conn: Connection, period: int) -> Stood:
    whole = select(Standing.subject_id, Standing.amount).where(Standing.period_id == period)
    subjects, amounts = pack(conn, whole.order_by(Standing.subject_id))
    return subjects, amounts


def _stand(conn: Connection, period: int, place: int, now: Mapping[int, int], levels: Mapping[int, int]) -> None:
    """Bring a board to these levels: only who is at another level than `now`, or no longer there, is touched."""
    moved = {subject: amount for subject, amount in levels.items() if now.get(subject) != amount}
    moved |= dict.fromkeys(now.keys() - levels.keys(), 0)
    if not moved:
        return
    rows = [(subject, period, place, amount) for subject, amount in sorted(moved.items())]
    staging.open_tables(conn)
    if len(rows) <= standings.BATCH:
        staging.expect_few(conn)
    copy_in(conn, "r_sum", _SUM, [row for row in rows if row[0] not in now])
    if place == 0:
        # Whoever stands already was judged when they came.
        standings.see_new(conn, standings.today(conn), "subject", "r_sum")
    copy_in(conn, "r_sum", _SUM, [row for row in rows if row[0] in now])
    conn.execute(text(_CHANGE), {"place": place})
    staging.apply(conn)
    standings.settle_teams(conn)
    staging.expect_many(conn)


def digest(values: Iterable[tuple[int, int]]) -> str:
    """One text for a set of levels, whatever their order."""
    spelled = " ".join(f"{subject}:{amount}" for subject, amount in sorted(values) if amount)
    return blake2b(spelled.encode(), digest_size=32).hexdigest()


def level(conn: Connection, measure: str, subject: int, scope: str = ORGANISATION) -> int | None:
    """What the last run said, whoever asks: for plugins, not for pages."""
    found = boards.find(conn, measure, periods.ALL, scope)
    if found is None:
        return None
    here = {"period": found.id, "subject": subject}
    amount = conn.scalar(
        text("SELECT amount FROM core_standing WHERE period_id = :period AND subject_id = :subject"), here
    )
    return None if amount is None else int(amount)


def scopes(conn: Connection, measure: str) -> tuple[str, ...]:
    """Those in which the last run said something of anybody, by name."""
    return tuple(conn.scalars(text(_SCOPES), {"name": measure}))


def everybody(conn: Connection, measure: str, scope: str = ORGANISATION) -> Stood:
    """Subjects and what the last run said of each, by subject, whoever asks: for plugins, not for pages."""
    found = boards.find(conn, measure, periods.ALL, scope)
    return _standing(conn, 0 if found is None else found.id)


_SUM = ("subject", "period", "place", "amount")

_BOARD = """
    INSERT INTO core_period (generation, measure, scope, kind, start, first_at, people)
    VALUES (0, :measure, :scope, 'all', 0, :now, 0)
    ON CONFLICT (generation, measure, scope, kind, start) DO NOTHING
"""

_SCOPES = """
    SELECT p.scope FROM core_measure m JOIN core_period p ON p.generation = 0 AND p.measure = m.id
    WHERE m.name = :name AND m.generation IS NULL AND p.kind = 'all' AND p.start = 0
      AND EXISTS (SELECT 1 FROM core_standing s WHERE s.period_id = p.id)
    ORDER BY p.scope
"""

_FIND = """
    SELECT id FROM core_period
    WHERE generation = 0 AND measure = :measure AND scope = :scope AND kind = 'all' AND start = 0
"""

_CHANGE = """
    INSERT INTO r_change (period, subject, place, old, was, amount, visible)
    SELECT r.period, r.subject, r.place, s.amount, s.visible, r.amount, coalesce(s.visible, n.state = 3, false)
    FROM r_sum r
    LEFT JOIN core_standing s ON s.period_id = r.period AND s.subject_id = r.subject
    LEFT JOIN core_seen n ON n.person_id = r.subject AND :place = 0
"""

_SAID = "UPDATE core_period SET run = :run, digest = :digest WHERE id = :period"
