"""Why a number is what it is: the sum that makes it, and every entry with its event, its rule and what limits took.

Private acts appear as day and points only, whoever looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from renown.access.viewer import Viewer
from renown.events.models import PRIVATE
from renown.ledger import boards, limits, periods, standings, visibility
from renown.ledger.boards import Line, NotShown
from renown.ledger.periods import Span


@dataclass(frozen=True)
class Part:
    """One summand: what a rule gave (`rule` None: private acts). Amounts are in thousandths; raw - amount was taken.

    `acts` count acts that still hold; `quota` is the part taken because their givers' quotas were used up.
    """

    plugin: str | None
    rule: str | None
    acts: int
    raw: int
    amount: int
    quota: int = 0
    #: What the rule is called where administrators added it.
    title: str | None = None


@dataclass(frozen=True)
class Change:
    """One entry. `reverses` and `reversed_by` are ids of entries, 0 where there is none.

    `cause` is the type of the event that reversed or restored it, None where it is the act's own. Where `private`, all
    that would tell more than day and points is None. `by` is who did it, if not the person themselves.
    """

    id: int
    day: int
    raw: int
    amount: int
    reverses: int
    reversed_by: int
    private: bool
    at: int | None = None
    plugin: str | None = None
    rule: str | None = None
    version: int | None = None
    reason: str | None = None
    event_id: int | None = None
    act_id: int | None = None
    type: str | None = None
    kind: str | None = None
    cause: str | None = None
    source: str | None = None
    space: str | None = None
    title: str | None = None
    url: str | None = None
    by: str | None = None
    #: Names of the limits it went through, innermost first.
    limits: tuple[str, ...] = ()

    @property
    def taken(self) -> int:
        return self.raw - self.amount


@dataclass(frozen=True)
class Cursor:
    day: int
    entry: int

    def __str__(self) -> str:
        return f"{self.day}.{self.entry}"

    @classmethod
    def parse(cls, spelled: str) -> Cursor:
        """Raises ValueError."""
        found = boards.Cursor.parse(spelled)
        return cls(found.amount, found.subject)


@dataclass(frozen=True)
class Why:
    """`amount` is the sum of all entries of the period, and of all `parts`; `changes` is one page of them."""

    person: Line
    measure: str
    span: Span
    amount: int
    parts: tuple[Part, ...]
    changes: tuple[Change, ...]
    next: Cursor | None


def why(
    conn: Connection,
    viewer: Viewer,
    person_id: int,
    measure: str,
    span: Span = periods.ALL,
    *,
    taken: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> Why:
    """Explain a person's number; `taken` lists only what limits, quotas or reversals took away.

    Raises NotShown where the person, or the measure, is not to be seen by this viewer. A level measure has no entries:
    its plugin explains it.
    """
    person = whose(conn, viewer, person_id)
    found = conn.execute(text("SELECT id, generation FROM core_measure WHERE name = :name"), {"name": measure})
    row = found.one_or_none()
    if row is None:
        raise NotShown(f"no measure {measure!r}")
    if row.generation is None:
        level = boards.rank(conn, viewer, person_id, measure, span.kind, span.start)
        return Why(person, measure, span, level.amount if level else 0, (), (), None)
    first, last = _days(conn, span)
    which = {
        "generation": row.generation,
        "measure": row.id,
        "person": person_id,
        "first": first,
        "last": last,
        "private": PRIVATE,
    }
    parts = tuple(_parts(conn, which))
    amount = sum(part.amount for part in parts)
    where = [_IN_PERIOD]
    if taken:
        where.append(_TAKEN)
    if after is not None:
        where.append("(e.day < :day OR (e.day = :day AND e.id < :entry))")
        which |= {"day": after.day, "entry": after.entry}
    rows = conn.execute(text(CHANGES.format(where=" AND ".join(where))), which | {"limit": limit + 1}).all()
    page = rows[:limit]
    more = Cursor(page[-1].day, page[-1].id) if len(rows) > limit else None
    return Why(person, measure, span, amount, parts, tuple(told(conn, page)), more)


def history(conn: Connection, viewer: Viewer, entry_id: int) -> tuple[Line, tuple[Change, ...]]:
    """Whose entry it is, and all that became of its act for them in that measure, oldest first. Raises NotShown."""
    found = conn.execute(text(_ENTRY), {"entry": entry_id}).one_or_none()
    if found is None:
        raise NotShown("no such change")
    person = whose(conn, viewer, found.person)
    which = {"generation": found.generation, "measure": found.measure, "identity": found.identity_id,
             "act": found.act_id, "private": PRIVATE, "limit": 1000}  # fmt: skip
    same = "e.generation = :generation AND e.measure = :measure AND e.identity_id = :identity AND e.act_id = :act"
    rows = conn.execute(text(CHANGES.format(where=same)), which).all()
    return person, tuple(sorted(told(conn, rows), key=lambda change: change.id))


def whose(conn: Connection, viewer: Viewer, person_id: int) -> Line:
    """Whoever may see a person's numbers may see why. Raises NotShown."""
    row = conn.execute(text(_PERSON), {"person": person_id}).one_or_none()
    own = viewer.person_id is not None and viewer.person_id == person_id
    shown = row is not None and row.state == visibility.State.VISIBLE
    if row is None or not (own or (shown and visibility.shows_people(viewer, visibility.preset(conn)))):
        raise NotShown("no such person")
    return Line(0, person_id, row.handle, row.name, 0, own=own)


def _days(conn: Connection, span: Span) -> tuple[int, int]:
    if span.kind == "rolling":
        return periods.window(standings.as_of(conn))
    return (-(1 << 31), (1 << 31) - 1) if span.last is None else (span.start, span.last)


def _parts(conn: Connection, which: dict[str, int]) -> list[Part]:
    return [
        Part(row.plugin, row.rule, int(row.acts), int(row.raw), int(row.amount), int(row.quota), row.title)
        for row in conn.execute(text(_PARTS), which)
    ]


def told(conn: Connection, rows: Sequence[Row[Any]]) -> list[Change]:
    names = _limit_names(conn, {one for row in rows for one in limits.read_ids(row.limits)})
    changes = []
    for row in rows:
        plain = Change(row.id, row.day, row.raw, row.amount, row.reverses, row.reversed_by or 0, bool(row.private))
        if row.private:
            changes.append(plain)
            continue
        changes.append(
            Change(
                **{name: getattr(plain, name) for name in _PLAIN},
                at=row.occurred_at,
                plugin=row.plugin,
                rule=row.rule,
                version=row.version,
                reason=row.reason,
                event_id=row.event_id,
                act_id=row.act_id,
                type=row.type,
                kind=row.kind,
                cause=row.cause if row.event_id != row.act_id else None,
                source=row.source,
                space=row.space,
                title=row.title,
                url=link(row.url),
                by=row.by_name,
                limits=tuple(names[one] for one in limits.read_ids(row.limits) if one in names),
            )
        )
    return changes


def link(url: str | None) -> str | None:
    """An address that a page may lead to: senders write what they like, also `javascript:`."""
    return url if url is not None and url.lower().startswith(("https://", "http://")) else None


_PLAIN = ("id", "day", "raw", "amount", "reverses", "reversed_by", "private")


def _limit_names(conn: Connection, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    listed = ", ".join(str(one) for one in sorted(ids))
    rows = conn.execute(text(f"SELECT id, label FROM core_limit_use WHERE id IN ({listed})"))
    return {row.id: row.label for row in rows}


_PERSON = """
    SELECT p.handle, p.name, n.state FROM core_person p LEFT JOIN core_seen n ON n.person_id = p.id
    WHERE p.id = :person AND coalesce(p.root_id, p.id) = p.id
"""

_ENTRY = """
    SELECT e.generation, e.measure, e.identity_id, e.act_id, coalesce(p.root_id, p.id) AS person
    FROM core_entry e
    JOIN core_measure m ON m.id = e.measure AND m.generation = e.generation
    JOIN core_identity i ON i.id = e.identity_id JOIN core_person p ON p.id = i.person_id
    WHERE e.id = :entry
"""

_IN_PERIOD = """
    e.generation = :generation AND e.measure = :measure AND e.day BETWEEN :first AND :last AND e.identity_id IN
    (SELECT i.id FROM core_identity i JOIN core_person p ON p.id = i.person_id
     WHERE p.id = :person OR p.root_id = :person)
"""

_TAKEN = """
    (e.amount <> e.raw OR e.reverses <> 0
     OR EXISTS (SELECT 1 FROM core_entry t WHERE t.act_id = e.act_id AND t.reverses = e.id))
"""

_PARTS = f"""
    SELECT r.plugin, r.name AS rule, sum(CASE WHEN n.raw <> 0 THEN 1 ELSE 0 END) AS acts,
           sum(n.raw) AS raw, sum(n.amount) AS amount, sum(n.quota) AS quota,
           max(r.title) AS title
    FROM (SELECT CASE WHEN (coalesce(a.quality, 0) & :private) = 0 THEN e.rule_id END AS rule_id, e.act_id,
                 sum(e.raw) AS raw, sum(e.amount) AS amount,
                 sum(CASE WHEN e.reason = 'quota' THEN e.raw - e.amount ELSE 0 END) AS quota
          FROM core_entry e LEFT JOIN core_event a ON a.id = e.act_id
          WHERE {_IN_PERIOD}
          GROUP BY 1, 2) n
    LEFT JOIN core_rule r ON r.id = n.rule_id
    GROUP BY r.plugin, r.name ORDER BY 5 DESC, r.plugin, r.name
"""

CHANGES = """
    SELECT e.id, e.day, e.raw, e.amount, e.reverses, e.reason, e.event_id, e.act_id, e.limits,
           (SELECT max(t.id) FROM core_entry t WHERE t.act_id = e.act_id AND t.reverses = e.id) AS reversed_by,
           (coalesce(a.quality, 0) & :private) <> 0 AS private,
           a.occurred_at, r.plugin, r.name AS rule, r.version, v.term AS type, k.term AS kind, c.term AS cause,
           s.title AS source, h.name AS space, o.title, o.url,
           CASE WHEN b.id <> coalesce(w.root_id, w.id) AND n.state = 3 THEN b.name END AS by_name
    FROM core_entry e
    JOIN core_identity i ON i.id = e.identity_id
    JOIN core_person w ON w.id = i.person_id
    LEFT JOIN core_event a ON a.id = e.act_id
    LEFT JOIN core_event x ON x.id = e.event_id
    LEFT JOIN core_rule r ON r.id = e.rule_id
    LEFT JOIN core_term v ON v.id = a.verb
    LEFT JOIN core_term k ON k.id = a.kind
    LEFT JOIN core_term c ON c.id = x.verb
    LEFT JOIN core_source s ON s.id = a.source_id
    LEFT JOIN core_space h ON h.id = a.space_id AND NOT h.private
    LEFT JOIN core_object o ON o.id = a.object_id
    LEFT JOIN core_identity j ON j.id = a.actor_id
    LEFT JOIN core_person q ON q.id = j.person_id
    LEFT JOIN core_person b ON b.id = coalesce(q.root_id, q.id)
    LEFT JOIN core_seen n ON n.person_id = b.id
    WHERE {where}
    ORDER BY e.day DESC, e.id DESC LIMIT :limit
"""
