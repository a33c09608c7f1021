"""Reads and writes a batch's rows of the ledger: a handful of statements, whatever the size of the batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from renown.db.engine import ring
from renown.db.trouble import told
from renown.ledger import limits
from renown.ledger.limits import Sums, Use
from renown.ledger.posting import Ledger, Line

_ENTRY = (
    "id, generation, measure, identity_id, event_id, act_id, rule_id, raw, amount, day, team, reason, reverses, limits,"
    " quota"
)
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def lines(conn: Connection, generation: int, acts: Collection[int]) -> list[Line]:
    """All that was ever written for these acts, in order."""
    if not acts:
        return []
    found = _among(
        conn,
        "SELECT id, rule_id, measure, identity_id, event_id, act_id, raw, amount, day, team, reason, reverses, limits,"
        " quota FROM core_entry WHERE act_id {} AND generation = " + str(int(generation)) + " ORDER BY id",
        acts,
    )
    return [
        Line(row[0], (row[1], row[2], row[3]), *row[4:12], limits.read_ids(row[12]), row[13])  # type: ignore[call-arg]
        for row in found
    ]


def sums(conn: Connection, ids: Collection[int]) -> Sums:
    """The running sums with these ids, as far as they exist."""
    if not ids:
        return Sums()
    found = _among(conn, "SELECT id, raw, curve, label FROM core_limit_use WHERE id {}", ids)
    return Sums((sum_id, Use(limits.parse(curve), label, raw)) for sum_id, raw, curve, label in found)


def quotas(conn: Connection, ids: Collection[int]) -> dict[int, int]:
    if not ids:
        return {}
    return dict(tuple(row) for row in _among(conn, "SELECT id, count FROM core_quota_use WHERE id {}", ids))


def write(conn: Connection, generation: int, ledger: Ledger, *, stands: bool) -> None:
    """Write what is new. Without `stands` (a dry run) the standings never take it up."""
    if not ledger.new:
        return
    _entries(conn, generation, ledger.new)
    if stands and ledger.totals:
        ring(conn, "entries")
    _upsert(
        conn,
        "core_limit_use",
        {"id": "bigint", "generation": "smallint", "raw": "bigint", "curve": "text", "label": "text"},
        "id",
        "raw = excluded.raw",
        sorted(
            (sum_id, generation, use.raw, limits.text(use.curve), use.label)
            for sum_id, use in ledger.sums.uses.items()
            if use.touched
        ),
    )
    _upsert(
        conn,
        "core_quota_use",
        {"id": "bigint", "generation": "smallint", "count": "int"},
        "id",
        "count = excluded.count",
        [(quota, generation, ledger.quotas[quota]) for quota in sorted(ledger.quotas_touched)],
    )
    more = "amount = core_day_total.amount + excluded.amount"
    _upsert(
        conn,
        "core_day_total",
        dict.fromkeys(("generation", "measure", "identity_id", "day", "team"), "int")
        | {"amount": "bigint", "stood": "bigint"},
        "generation, measure, identity_id, day, team",
        more if stands else f"{more}, stood = core_day_total.stood + excluded.amount",
        [(generation, *key, amount, 0 if stands else amount) for key, amount in sorted(ledger.totals.items())],
    )


def _entries(conn: Connection, generation: int, new: Sequence[Line]) -> None:
    ids = _ids(conn, len(new))
    rows = (
        (
            ids[number], generation, line.slot[1], line.slot[2], line.event, line.act, line.slot[0], line.raw,
            line.amount, line.day, line.team, line.reason,
            line.reverses if line.reverses >= 0 else ids[-1 - line.reverses],
            limits.spell_ids(line.limits), line.quota,
        )
        for number, line in enumerate(new)
    )  # fmt: skip
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * 15)
        conn.exec_driver_sql(f"INSERT INTO core_entry ({_ENTRY}) VALUES ({marks})", list(rows))
        return
    driver: Any = conn.connection.driver_connection
    statement = f"COPY core_entry ({_ENTRY}) FROM STDIN"
    with told(conn, statement), driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _ids(conn: Connection, count: int) -> Sequence[int]:
    """New ids, rising. Other generations may be writing at the same time."""
    if conn.dialect.name == "sqlite":
        first = (conn.exec_driver_sql("SELECT max(id) FROM core_entry").scalar() or 0) + 1
        return range(first, first + count)
    # The sequence is looked up once: inside `nextval` it would be for each.
    named = "(SELECT pg_get_serial_sequence('core_entry', 'id')::regclass AS ids OFFSET 0) named"
    found = conn.exec_driver_sql(f"SELECT nextval(ids) FROM {named}, generate_series(1, %s)", (count,))
    return found.scalars().all()


def _among(conn: Connection, sql: str, ids: Collection[int]) -> Iterable[Sequence[Any]]:
    if conn.dialect.name == "sqlite":
        where, value = "IN (SELECT value FROM json_each(?))", json.dumps(sorted(ids))
        return conn.exec_driver_sql(sql.format(where), (value,)).all()
    return conn.exec_driver_sql(sql.format("= ANY(%s::bigint[])"), (array(sorted(ids)),)).all()


def array(values: Iterable[int] | Iterable[str]) -> str:
    """An array as PostgreSQL reads it: made here at once, as the driver goes through it value by value."""
    texts = [str(one) if isinstance(one, int) else f'"{one.translate(_QUOTES)}"' for one in values]
    return "{" + ",".join(texts) + "}"


def _upsert(
    conn: Connection, table: str, columns: dict[str, str], key: str, changes: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows sorted by their key; where it is taken, make `changes`."""
    if not rows:
        return
    names, conflict = ", ".join(columns), f"ON CONFLICT ({key}) DO UPDATE SET {changes}"
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        conn.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}", list(rows))
        return
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    values = tuple(map(array, zip(*rows, strict=True)))
    conn.exec_driver_sql(f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {conflict}", values)
