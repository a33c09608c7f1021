"""Who gave somebody the entries of a measure: for numbers that are explained by people.

Whoever may see why a person's number is what it is may see who gave, as far as those stand on boards. Nobody's private
act is told of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, text

from renown.access.viewer import Viewer
from renown.events.models import PRIVATE
from renown.events.types import ACTIVITIES
from renown.ledger import directory, standings, why
from renown.ledger.boards import NotShown
from renown.ledger.why import Change


class Giver(NamedTuple):
    """A root person who gave, whether or not they may be named. `acts` still hold; `private` of them are private.

    `amount` is in thousandths, `last` the day of the newest act.
    """

    person: int
    acts: int
    private: int
    amount: int
    last: int


def givers(
    conn: Connection,
    viewer: Viewer,
    person_id: int,
    measure: str,
    rules: Collection[str],
    space: int | None = None,
    hashtag: int | None = None,
) -> tuple[Giver, ...]:
    """By whom a person's entries of these rules are, in one space, about one hashtag, or all. By person.

    To count and to group by: whom a viewer may see by name, `directory.shown` tells. Raises NotShown.
    """
    values = _asked(conn, viewer, person_id, measure) | {"private": PRIVATE}
    here = ""
    if space is not None:
        here, values = "AND a.space_id = :space", values | {"space": space}
    if hashtag is not None:
        here, values = here + _TAGGED, values | {"hashtag": hashtag}
    query = _GIVERS.format(rules=_listed(rules), here=here)
    return tuple(Giver(*map(int, row)) for row in conn.execute(text(query), values))


def given(
    conn: Connection,
    viewer: Viewer,
    person_id: int,
    measure: str,
    by: int,
    rules: Collection[str],
    limit: int = 50,
) -> tuple[Change, ...]:
    """A person's entries of these rules by one giver, the newest first, without what was private or was undone.

    Raises NotShown where the viewer may see one of the two not.
    """
    values = _asked(conn, viewer, person_id, measure)
    if not directory.shown(conn, viewer, [by], standings.today(conn)):
        raise NotShown("no such person")
    query = why.CHANGES.format(where=_GIVEN.format(rules=_listed(rules)))
    rows = conn.execute(text(query), values | {"by": by, "private": PRIVATE, "limit": limit}).all()
    return tuple(why.told(conn, rows))


def _asked(conn: Connection, viewer: Viewer, person_id: int, measure: str) -> dict[str, int]:
    why.whose(conn, viewer, person_id)
    found = conn.execute(text("SELECT id, generation FROM core_measure WHERE name = :name"), {"name": measure})
    row = found.one_or_none()
    if row is None or row.generation is None:
        raise NotShown(f"no sum {measure!r}")
    return {"measure": row.id, "generation": row.generation, "person": person_id}


def _listed(rules: Collection[str]) -> str:
    """Names of rules are words of a manifest: see `hooks.manifest`."""
    assert all(rule.replace("-", "").isalnum() for rule in rules)
    return ", ".join(f"'{rule}'" for rule in sorted(rules)) or "''"


_MINE = """
    e.generation = :generation AND e.measure = :measure AND e.identity_id IN
    (SELECT i.id FROM core_identity i JOIN core_person p ON p.id = i.person_id
     WHERE p.id = :person OR p.root_id = :person)
"""

_GIVERS = f"""
    SELECT coalesce(q.root_id, q.id) AS person, count(*) AS acts, sum(n.private) AS private, sum(n.amount) AS amount,
           max(n.day) AS last
    FROM (SELECT e.act_id, max(a.actor_id) AS actor, max(e.day) AS day, sum(e.amount) AS amount,
                 max(CASE WHEN (a.quality & :private) <> 0 THEN 1 ELSE 0 END) AS private
          FROM core_entry e JOIN core_event a ON a.id = e.act_id JOIN core_rule r ON r.id = e.rule_id
          WHERE {_MINE} AND r.name IN ({{rules}}) {{here}}
          GROUP BY e.act_id HAVING sum(e.amount) <> 0) n
    JOIN core_identity j ON j.id = n.actor JOIN core_person q ON q.id = j.person_id
    GROUP BY coalesce(q.root_id, q.id) ORDER BY 1
"""

# What an act is about, as in `packed`, and its parent where that is not tagged; in public.
_ABOUT = f"coalesce(CASE WHEN a.type = {ACTIVITIES.index('Create')} THEN a.parent_id END, a.object_id)"
_TAGGED = f"""
    AND NOT EXISTS (SELECT 1 FROM core_space s WHERE s.id = a.space_id AND s.private)
    AND EXISTS (SELECT 1 FROM core_tagged t JOIN core_object o ON o.id = t.object_id
                LEFT JOIN core_space s ON s.id = o.space_id
                WHERE t.hashtag_id = :hashtag AND s.private IS NOT TRUE AND t.object_id =
                CASE WHEN EXISTS (SELECT 1 FROM core_tagged u WHERE u.object_id = {_ABOUT})
                     THEN {_ABOUT} ELSE a.parent_id END)
"""

_GIVEN = f"""
    {_MINE} AND r.name IN ({{rules}}) AND (coalesce(a.quality, 0) & :private) = 0 AND b.id = :by
    AND e.reverses = 0 AND e.amount > 0
    AND (SELECT sum(t.amount) FROM core_entry t
         WHERE t.act_id = e.act_id AND t.generation = e.generation AND t.measure = e.measure
           AND t.identity_id = e.identity_id AND t.rule_id = e.rule_id) > 0
"""
