"""The entries of one measure, column by column as numbers: for plugins that reckon with millions of them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, Select, case, func, select

from renown.db.packed import CHUNK, pack
from renown.events.models import Event
from renown.events.types import ACTIVITIES
from renown.ledger.models import Entry, Measure, Rule


@dataclass(frozen=True)
class Packed:
    """Entries by rising id: the n-th numbers of all arrays are one entry. What is not known of its act is 0.

    `identity` is whose entry it is, `actor` the identity of who did the act at position `act`; `space`, `object` and
    `parent` are as the act's own row says, whatever became known later. `about` is what was acted upon: the
    parent where the act made something below it (a reply, an answer, a comment, a review), else the object. `amount` is
    in thousandths and below 0 in a reversal, `day` is counted since 1970-01-01. `rules` has the names of `rule`
    numbers, one for each version.

    Ids rise within a `generation` (0 while nothing is counted); where it is another than before, begin again at 0.
    """

    generation: int
    rules: Mapping[int, str]
    id: array[int]
    identity: array[int]
    actor: array[int]
    act: array[int]
    amount: array[int]
    day: array[int]
    rule: array[int]
    space: array[int]
    object: array[int]
    parent: array[int]
    about: array[int]

    def __len__(self) -> int:
        return len(self.id)


_CREATE = ACTIVITIES.index("Create")
COLUMNS = tuple(one.name for one in fields(Packed))[2:]


def read(conn: Connection, measure: str, after: int, upto: int | None) -> Packed:
    """The entries behind the id `after`, up to the id `upto`, in the generation that pages read."""
    which = select(Measure.id, Measure.plugin, Measure.generation).where(Measure.name == measure)
    row = conn.execute(which).one_or_none()
    found = {name: array("q") for name in COLUMNS}
    if row is None or row.generation is None:
        return Packed(0, {}, **found)
    rules: dict[int, str] = dict(conn.execute(select(Rule.id, Rule.name).where(Rule.plugin == row.plugin)).all())
    newest = conn.scalar(select(func.max(Entry.id))) or 0
    last = newest if upto is None else min(upto, newest)
    for start in range(after, last, CHUNK):
        part = pack(conn, _entries(row.generation, row.id, start, min(start + CHUNK, last)))
        for into, numbers in zip(found.values(), part, strict=True):
            into.extend(numbers)
    return Packed(row.generation, rules, **found)


def _entries(generation: int, measure: int, after: int, upto: int) -> Select[*tuple[int, ...]]:
    answered = case((Event.type == _CREATE, Event.parent_id))
    known = (
        (Event.actor_id, "actor"), (Event.space_id, "space"), (Event.object_id, "object"), (Event.parent_id, "parent"),
        (func.coalesce(answered, Event.object_id), "about"),
    )  # fmt: skip
    actor, *rest = (func.coalesce(column, 0).label(name) for column, name in known)
    return (
        select(Entry.id, Entry.identity_id, actor, Entry.act_id, Entry.amount, Entry.day, Entry.rule_id, *rest)
        .join(Event, Event.id == Entry.act_id)
        .where(Entry.generation == generation, Entry.measure == measure, Entry.id > after, Entry.id <= upto)
        .order_by(Entry.id)
    )
