"""What becomes of the history of the lead where pages turn to another generation: no page is without it meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from renown.db.engine import LEAD_LOCK, Database, lock
from renown.jobs import presence, schedule
from renown.ledger import judging, listing, standings
from renown.ledger.models import LeadState


def ready(conn: Connection, generation: int, *, here: bool = False) -> bool:
    """Whether the lead has been judged in this generation, which has caught up. Asks for it where nobody did: the
    worker, unless it is done `here`."""
    waits = begun = False
    for measure in listing.listed(conn, generation):
        known = judging.state(conn, generation, measure)
        if known is None:
            begun = judging.begin(conn, generation, measure, standings.today(conn)) is not None or begun
        elif known.pending is not None and not known.ran_at:
            waits = True
    if begun and not here:
        schedule.due_now(conn, judging.JOB)
    return not (begun or waits)


def help_out(db: Database, generation: int) -> bool:
    """As `judge` where no worker runs. Where one does, it judges on a lane on which no event waits to be counted."""
    with db.read() as conn:
        alone = not presence.alive(conn)
    return alone and judge(db, generation)


def judge(db: Database, generation: int) -> bool:
    """Judge the lead where `ready` asked for it. Returns whether it did anywhere."""
    asked = (LeadState.generation == generation, LeadState.pending.is_not(None), LeadState.ran_at == 0)
    with db.read() as conn:
        today = standings.today(conn)
        measures = conn.scalars(select(LeadState.measure).where(*asked).order_by(LeadState.measure)).all()
    for measure in measures:
        judging.judge(db, generation, measure, today)
    return bool(measures)


def inherit(conn: Connection, before: int, after: int) -> None:
    """Let a generation have what pages told of the one before it and had taken back: that is kept for ever."""
    lock(conn, LEAD_LOCK)
    conn.execute(text(_SUPERSEDED), {"before": before, "after": after})


# But for what holds in the new one. Boards are found by what they are of.
_SUPERSEDED = """
    INSERT INTO core_lead_change
        (period_id, day, leader_id, amount, former_id, former_amount, former_since, superseded_at)
    SELECT n.id, c.day, c.leader_id, c.amount, c.former_id, c.former_amount, c.former_since, c.superseded_at
    FROM core_period p
    JOIN core_lead_change c ON c.period_id = p.id
    JOIN core_period n ON n.generation = :after AND n.measure = p.measure AND n.scope = p.scope AND n.kind = p.kind
                      AND n.start = p.start
    LEFT JOIN core_lead_change k ON k.period_id = n.id AND k.day = c.day AND k.leader_id = c.leader_id
                                AND coalesce(k.former_id, 0) = coalesce(c.former_id, 0)
    WHERE p.generation = :before AND c.superseded_at IS NOT NULL AND k.id IS NULL
    ORDER BY c.id
"""
