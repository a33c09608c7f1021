"""When more becomes known of an object, earlier events on it, or in reply to it, are told by `renown.resolved`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from renown.db.sets import among
from renown.events.drafts import filled
from renown.events.models import Event
from renown.events.objects import Facts, Objects, Thing

_COLUMNS = (
    Event.id, Event.object_id, Event.kind, Event.owner_id, Event.space_id, Event.parent_id, Event.words,
    Event.asker_id, Event.own, Event.cites,
)  # fmt: skip


class Resolved(NamedTuple):
    """The facts of the event at position `cites` as they are known from now on."""

    cites: int
    facts: Facts
    asker: int | None


def resolve(conn: Connection, objects: Objects, changed: Sequence[Thing], resolved: int) -> list[Resolved]:
    """The events whose facts differ from what was last said of them, by position. `resolved` is that verb's term."""
    if not changed:
        return []
    acts = _touched(conn, changed, resolved)
    last = _last_said(conn, list(acts), resolved)
    objects.load_ids(act.object_id for act in acts.values())
    now = {number: filled(act.own, _said(act), _known(objects, act)) for number, act in acts.items()}
    objects.load_ids(facts.parent for facts in now.values())
    found = []
    for number in sorted(acts):
        said = last.get(number, acts[number])
        asker = objects.owner(now[number].parent)
        if (now[number], asker) != (_said(said), said.asker_id):
            found.append(Resolved(number, now[number], asker))
    return found


def _touched(conn: Connection, changed: Sequence[Thing], resolved: int) -> dict[int, Any]:
    """Acts on the objects, and acts whose parent got another owner, be it their own parent or a resolved one."""
    acts = {
        row.id: row
        for row in conn.execute(select(*_COLUMNS).where(among(conn, Event.object_id, [thing.id for thing in changed])))
    }
    parents = [thing.id for thing in changed if thing.before is None or thing.before.owner != thing.facts.owner]
    cited: set[int] = set()
    if parents:
        for row in conn.execute(select(*_COLUMNS, Event.verb).where(among(conn, Event.parent_id, parents))):
            if row.verb == resolved:
                cited.add(row.cites)
            else:
                acts[row.id] = row
    cited -= acts.keys()
    if cited:
        acts |= {row.id: row for row in conn.execute(select(*_COLUMNS).where(among(conn, Event.id, cited)))}
    return acts


def _last_said(conn: Connection, numbers: list[int], resolved: int) -> dict[int, Any]:
    if not numbers:
        return {}
    rows = conn.execute(
        select(*_COLUMNS).where(among(conn, Event.cites, numbers), Event.verb == resolved).order_by(Event.id)
    )
    return {row.cites: row for row in rows}


def _said(row: Any) -> Facts:
    return Facts(row.kind, row.owner_id, row.space_id, row.parent_id, row.words)


def _known(objects: Objects, act: Any) -> Facts:
    return objects.by_id[act.object_id].facts
