"""Checks of the log, of what it speaks of, and of what is kept of its `renown.*` events. Part of `renown reconcile`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from renown.db.base import metadata
from renown.events import hashtags
from renown.events.log import CORE
from renown.events.models import HASHTAGS, MENTIONS, OWN_KIND, OWN_OWNER, OWN_PARENT, OWN_SPACE, OWN_WORDS
from renown.events.objects import MADE, MAKERS, NAMED, TOLD, TOLD_OWNER
from renown.events.types import ACTIVITIES
from renown.ledger import visibility
from renown.ledger.checks import Found
from renown.ledger.periods import Span
from renown.people.merge import follow

RESTORE = "restore a back-up that has it, then run `renown replay`: what the log lost cannot be counted again"


def positions(conn: Connection, repair: bool) -> Iterator[Found]:
    """Positions are 1, 2, 3, ...: where one is missing, an event was lost."""
    row = conn.execute(text("SELECT count(*) AS events, coalesce(max(id), 0) AS last FROM core_event")).one()
    if row.events == row.last:
        return
    gaps = conn.execute(text(_GAPS)).all()
    first = ", ".join(str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}" for gap in gaps)
    yield Found(f"{row.last - row.events} events are missing, at positions {first}", RESTORE)


_GAPS = """
    SELECT before + 1 AS first, id - 1 AS last
    FROM (SELECT id, coalesce(lag(id) OVER (ORDER BY id), 0) AS before FROM core_event) AS pairs
    WHERE id <> before + 1 ORDER BY id LIMIT 5
"""

#: Column of core_event, what it points to, and what to say of `n` events.
_SPOKEN_OF = (
    ("source_id", "core_source", "come from a source that is not there"),
    ("verb", "core_term", "are of a type that is not there"),
    ("kind", "core_term", "speak of a kind of object that is not there"),
    ("actor_id", "core_identity", "were done by accounts that are not there"),
    ("owner_id", "core_identity", "credit accounts that are not there"),
    ("asker_id", "core_identity", "answer accounts that are not there"),
    ("object_id", "core_object", "were done to objects that are not there"),
    ("parent_id", "core_object", "belong to objects that are not there"),
    ("space_id", "core_space", "happened in places that are not there"),
    ("cites", "core_event", "cite events that are not there"),
)


def pointers(conn: Connection, repair: bool) -> Iterator[Found]:
    """What events and rows of facts point to is there. Some of it the database keeps, unless it was told not to."""
    lost = ", ".join(
        f"sum(CASE WHEN {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {there} o WHERE o.id = e.{column})"
        f" THEN 1 ELSE 0 END) AS {column}"
        for column, there, _ in _SPOKEN_OF
    )
    counted = conn.execute(text(f"SELECT {lost} FROM core_event e")).one()._mapping
    for column, _, said in _SPOKEN_OF:
        if counted[column]:
            yield Found(f"{counted[column]} events {said}", RESTORE)
    for table in metadata.sorted_tables:
        for key in (
            sorted(table.foreign_keys, key=lambda key: key.parent.name) if table.name.startswith("core_") else ()
        ):
            column, there = key.parent.name, key.column
            number = conn.scalar(
                text(f"SELECT count(*) FROM {table.name} t WHERE t.{column} IS NOT NULL AND NOT EXISTS"
                     f" (SELECT 1 FROM {there.table.name} o WHERE o.{there.name} = t.{column})")
            )  # fmt: skip
            if number:
                said = f"{number} rows of {table.name} have a {column} that is not in {there.table.name}"
                yield Found(said, RESTORE)


def mentions(conn: Connection, repair: bool) -> Iterator[Found]:
    """Who is mentioned is there, and is kept where merges look for it."""
    said = _SAID_TO[conn.dialect.name]
    lost = conn.scalar(
        text(f"SELECT count(*) FROM ({said}) s WHERE NOT EXISTS"
             " (SELECT 1 FROM core_identity i WHERE i.id = s.identity_id)")
    )  # fmt: skip
    if lost:
        yield Found(f"{lost} mentions are of accounts that are not there", RESTORE)
    key = "identity_id, event_id"
    kept = f"SELECT {key} FROM core_mention"
    for one, other, what, mend in (
        (said, kept, "are not kept for merges to find", f"INSERT INTO core_mention ({key}) {{odd}}"),
        (kept, said, "are kept that no event says", f"DELETE FROM core_mention WHERE ({key}) IN ({{odd}})"),
    ):
        odd = f"{one} EXCEPT {other}"
        number = conn.scalar(text(f"SELECT count(*) FROM ({odd}) o"))
        if number:
            yield Found(f"{number} mentions {what}")
            if repair:
                conn.execute(text(mend.format(odd=odd)))


_SAID_TO = {
    "sqlite": f"""
        SELECT m.value AS identity_id, e.id AS event_id
        FROM core_event e CROSS JOIN json_each(e.extra, '$.{MENTIONS}') m WHERE e.extra IS NOT NULL
    """,
    "postgresql": f"""
        SELECT CAST(m.value AS INTEGER) AS identity_id, e.id AS event_id
        FROM core_event e CROSS JOIN LATERAL json_array_elements_text(e.extra -> '{MENTIONS}') m
        WHERE e.extra IS NOT NULL
    """,
}


def tags(conn: Connection, repair: bool) -> Iterator[Found]:
    """Every object is tagged as the last act said that told it."""
    said, kept = _TAGGED[conn.dialect.name], "SELECT object_id FROM core_tagged"
    every = conn.scalars(text(f"SELECT object_id FROM ({said} UNION {kept}) o ORDER BY object_id")).all()
    wrong: set[int] = set()
    unknown: set[int] = set()
    there = set(conn.scalars(text("SELECT id FROM core_hashtag")))
    for first in range(0, len(every), _TOGETHER):
        some = every[first : first + _TOGETHER]
        due = hashtags.told(conn, some)
        wrong |= {number for number, _ in due ^ hashtags.held(conn, some)}
        unknown |= {hashtag for _, hashtag in due} - there
    if unknown:
        yield Found(f"{len(unknown)} hashtags that the log speaks of are not there", RESTORE)
    if not wrong:
        return
    named = ", ".join(map(str, sorted(wrong)[:5]))
    yield Found(f"{len(wrong)} objects are not tagged as the log says: {named}", RESTORE if unknown else None)
    if repair and not unknown:
        hashtags.keep(conn, wrong)


#: Objects that are looked at together.
_TOGETHER = 5_000
_TAGGED = {
    "sqlite": f"SELECT object_id FROM core_event WHERE json_type(extra, '$.{HASHTAGS}') IS NOT NULL",
    "postgresql": f"SELECT object_id FROM core_event WHERE (extra -> '{HASHTAGS}') IS NOT NULL",
}


def objects(conn: Connection, repair: bool) -> Iterator[Found]:
    """What is known of each object is what the best witness among the events on it said."""
    wrong = conn.execute(text(_UNTRUE)).all()
    for row in wrong[:10]:
        yield Found(f"object {row.id}: what is known of it is not what event {row.event} said, which tells best")
    if len(wrong) > 10:
        yield Found(f"{len(wrong) - 10} more objects are known as events did not tell them")
    if repair and wrong:
        conn.execute(text(_TELL), [dict(row._mapping) for row in wrong])


_CREATE, _ANNOUNCE = ACTIVITIES.index("Create"), ACTIVITIES.index("Announce")
_MAKERS = ", ".join(f"'{maker}'" for maker in sorted(MAKERS))

# What an event said itself, and how sure that is: as `events.drafts.tell` takes it.
_SAID = f"""
    SELECT e.id AS event, e.object_id, e.key, e.occurred_at,
           CASE WHEN e.own & {OWN_OWNER} <> 0 THEN e.owner_id END AS owner,
           CASE WHEN e.own & {OWN_KIND} <> 0 THEN e.kind END AS kind,
           CASE WHEN e.own & {OWN_PARENT} <> 0 THEN e.parent_id END AS parent,
           CASE WHEN e.own & {OWN_SPACE} <> 0 AND e.type <> {_ANNOUNCE} THEN e.space_id END AS space,
           CASE WHEN e.own & {OWN_WORDS} <> 0 THEN e.words END AS words,
           CASE WHEN e.type = {_CREATE} AND (t.term IN ({_MAKERS}) OR t.term NOT LIKE 'collab.%') THEN {MADE}
                WHEN e.own & {OWN_OWNER} <> 0 THEN {TOLD_OWNER}
                WHEN e.own & ({OWN_KIND} + {OWN_PARENT} + {OWN_WORDS}) <> 0
                  OR (e.own & {OWN_SPACE} <> 0 AND e.type <> {_ANNOUNCE}) THEN {TOLD} ELSE {NAMED} END AS sure
    FROM core_event e JOIN core_term t ON t.id = e.verb WHERE e.object_id IS NOT NULL
"""

# Where two tell equally well, the one that it says told it is believed: keys may be hashed since.
_UNTRUE = f"""
    SELECT o.id, b.event, b.key, b.occurred_at AS told_at, b.sure, b.owner, b.kind, b.parent, b.space, b.words
    FROM (SELECT s.*, row_number() OVER (PARTITION BY s.object_id ORDER BY s.sure DESC, s.occurred_at,
                                         CASE WHEN s.key = n.told_by THEN 0 ELSE 1 END, s.key) AS place
          FROM ({_SAID}) s JOIN core_object n ON n.id = s.object_id WHERE s.sure > {NAMED}) b
    JOIN core_object o ON o.id = b.object_id
    WHERE b.place = 1 AND (
        o.rank <> b.sure OR coalesce(o.told_at, 0) <> b.occurred_at OR coalesce(o.told_by, '') <> b.key
        OR coalesce(o.owner_id, 0) <> coalesce(b.owner, 0) OR coalesce(o.kind, 0) <> coalesce(b.kind, 0)
        OR coalesce(o.parent_id, 0) <> coalesce(b.parent, 0) OR coalesce(o.space_id, 0) <> coalesce(b.space, 0)
        OR coalesce(o.words, -1) <> coalesce(b.words, -1))
    ORDER BY o.id
"""

_TELL = """
    UPDATE core_object SET rank = :sure, told_at = :told_at, told_by = :key, owner_id = :owner, kind = :kind,
        parent_id = :parent, space_id = :space, words = :words
    WHERE id = :id
"""


def merges(conn: Connection, repair: bool) -> Iterator[Found]:
    """Merges are kept as the log says, and everybody points to whom they were merged into."""
    told = [
        row
        for verb in ("merged", "split")
        for row in conn.execute(text(_TOLD), {"core": CORE, "verb": f"renown.{verb}.v1", "named": verb})
    ]
    due: dict[int, list[Any]] = {}
    alive: dict[int, int] = {}
    for row in sorted(told, key=lambda row: row.id):
        said = row.extra if isinstance(row.extra, dict) else json.loads(row.extra)
        if row.named == "merged":
            due[row.id] = [said["kept"], said["gone"], None, said.get("ground", "administrator")]
            alive[said["gone"]] = row.id
        elif said["gone"] in alive:
            due[alive.pop(said["gone"])][2] = row.id
    kept = {row.known: row for row in conn.execute(text("SELECT * FROM core_merge"))}
    lost = [at for at in sorted(due) if at not in kept]
    odd = [
        at for at in sorted(kept.keys() & due.keys())
        if [kept[at].kept_id, kept[at].gone_id, kept[at].undone] != due[at][:3]
    ]  # fmt: skip
    extra = sorted(kept.keys() - due.keys())
    for at in lost:
        yield Found(f"the merge of person {due[at][1]} into {due[at][0]}, at position {at}, is not kept")
    for at in odd:
        yield Found(f"the merge at position {at} is kept otherwise than the log says")
    for at in extra:
        yield Found(f"a merge of person {kept[at].gone_id} into {kept[at].kept_id} is kept that is not in the log")
    if repair:
        values = {at: dict(zip(("kept", "gone", "undone", "ground"), due[at], strict=True), at=at) for at in due}
        for statement, rows in ((_MERGE, lost), (_MERGE_SO, odd)):
            if rows:
                conn.execute(text(statement), [values[at] for at in rows])
        if extra:
            conn.execute(text("DELETE FROM core_merge WHERE known = :at"), [{"at": at} for at in extra])
    yield from _roots(conn, {said[1]: said[0] for said in due.values() if said[2] is None}, repair)


_TOLD = """
    SELECT e.id, e.extra, :named AS named FROM core_event e
    JOIN core_source s ON s.id = e.source_id AND s.name = :core
    JOIN core_term t ON t.id = e.verb AND t.term = :verb
"""
_MERGE = """
    INSERT INTO core_merge (kept_id, gone_id, known, undone, ground) VALUES (:kept, :gone, :at, :undone, :ground)
"""
_MERGE_SO = "UPDATE core_merge SET kept_id = :kept, gone_id = :gone, undone = :undone WHERE known = :at"


def _roots(conn: Connection, pointers: dict[int, int], repair: bool) -> Iterator[Found]:
    due = {person: follow(pointers, person) for person in pointers}
    rows = conn.execute(text("SELECT id, root_id FROM core_person WHERE root_id IS NOT NULL AND root_id <> id"))
    found = {row.id: row.root_id for row in rows}
    wrong = sorted(person for person in due.keys() | found.keys() if due.get(person) != found.get(person))
    if wrong:
        named = ", ".join(map(str, wrong[:5]))
        yield Found(f"{len(wrong)} people point to somebody else than whom they were merged into: {named}")
    if repair and wrong:
        values = [{"person": person, "root": due.get(person, person)} for person in wrong]
        conn.execute(text("UPDATE core_person SET root_id = :root WHERE id = :person"), values)
        visibility.moved(
            conn, [*wrong, *(due[one] for one in wrong if one in due), *(found.get(one, one) for one in wrong)]
        )


def closes(conn: Connection, repair: bool) -> Iterator[Found]:
    """Each `renown.closed` closed its period."""
    which = {"core": CORE, "verb": "renown.closed.v1", "named": "closed"}
    due = {}
    for row in conn.execute(text(_TOLD.replace("e.extra", "e.extra, e.recorded_at")), which):
        said = row.extra if isinstance(row.extra, dict) else json.loads(row.extra)
        due[said["kind"], int(said["start"])] = (row.id, row.recorded_at)
    kept = {(row.kind, row.start): row.position for row in conn.execute(text("SELECT * FROM core_close"))}
    for span in sorted(due.keys() | kept.keys()):
        label = Span(span[0], span[1]).label
        if span not in due:
            yield Found(f"{label} is closed, but the log does not say so")
        elif kept.get(span) != due[span][0]:
            yield Found(f"{label} was closed at position {due[span][0]}, which is not kept")
    if repair and any(kept.get(span) != due.get(span, (None,))[0] for span in due.keys() | kept.keys()):
        conn.execute(text("DELETE FROM core_close"))
        rows = [{"kind": kind, "start": start, "position": at, "at": when} for (kind, start), (at, when) in due.items()]
        if rows:
            conn.execute(text("INSERT INTO core_close VALUES (:kind, :start, :position, :at)"), rows)
