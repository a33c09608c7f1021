"""What this room holds of a person. Entries carry ids alone and stay; reasons written by hand lose the name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from renown.db.sets import among
from renown.ledger.models import UNIT, Entry, Generation, Measure, Rule, RuleDraft, SetAside
from renown.people import subject
from renown.people.export import day
from renown.people.subject import Subject


def forget(conn: Connection, whom: Subject) -> None:
    subject.scrub(conn, whom, Rule.reason, Rule.title, RuleDraft.reason, RuleDraft.title)
    subject.scrub(conn, whom, Generation.note, SetAside.reason, Entry.reason)


def tell(conn: Connection, whom: Subject) -> list[dict[str, Any]]:
    """The entries of the generations that pages read."""
    rows = conn.execute(
        select(Measure.name, Rule.name.label("rule"), Rule.version, Entry.day, Entry.amount, Entry.reason, Entry.act_id)
        .join(Measure, (Measure.id == Entry.measure) & (Measure.generation == Entry.generation))
        .join(Rule, Rule.id == Entry.rule_id)
        .where(among(conn, Entry.identity_id, whom.identities))
        .order_by(Entry.id)
    )
    return [
        {
            "measure": row.name,
            "rule": f"{row.rule} v{row.version}",
            "day": day(row.day),
            "amount": row.amount / UNIT,
            "reason": row.reason,
            "act": row.act_id,
        }
        for row in rows
    ]


subject.forgetters["ledger"] = forget
subject.tellers["entries"] = tell
