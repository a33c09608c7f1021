"""Loads what the acts of a batch depend on: one statement per kind of tie and round, for the whole batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from renown.events.models import Term
from renown.ledger.acts import COLUMNS, DEEPEST, DELETE, Act, Key, World, columns, reader
from renown.ledger.models import SetAside
from renown.ledger.write import array
from renown.people.models import Identity, Merge

read = reader(COLUMNS)
_MERGES = select(Merge.kept_id, Merge.gone_id, Merge.known, Merge.undone)


def load(conn: Connection, plugin: str, batch: Sequence[Act], terms: dict[int, str]) -> World:
    """The batch and its neighbours up to its end. `terms` is kept up to date."""
    learn(conn, batch, terms)
    aside = dict(conn.execute(select(SetAside.event_id, SetAside.known).where(SetAside.plugin == plugin)).all())
    world = World(terms.copy(), aside)
    world.add(batch)
    _Loader(conn, world, batch).run()
    world.settle()
    return world


def learn(conn: Connection, batch: Sequence[Act], terms: dict[int, str]) -> None:
    """Bring `terms` up to date, so that it spells all that the batch says."""
    if not all(act.verb in terms and (act.kind is None or act.kind in terms) for act in batch):
        terms.update((row.id, row.term) for row in conn.execute(select(Term.id, Term.term)))


class _Loader:
    def __init__(self, conn: Connection, world: World, batch: Sequence[Act]) -> None:
        self._conn = conn
        self._world = world
        self._batch = batch
        # The batch has no gaps, so what is missing lies before it.
        self._first, self._end = batch[0].id, batch[-1].id
        self._postgres = conn.dialect.name == "postgresql"
        self._asked: dict[str, set[Any]] = {
            name: set() for name in ("retracts", "key", "statekey", "deletes", "objects", "resolved")
        }

    def run(self) -> None:
        new = self._of_batch()
        follow = [a for a in self._batch if a.retracts is not None or a.statekey is not None or a.type == DELETE]
        new += self._cited()
        # Each round goes one step along every tie; chains of retractions are the only long ones.
        for _ in range(2 * DEEPEST + 2):
            if not (new or follow):
                break
            targets = self._pairs("key", ((a.source_id, a.retracts) for a in follow if a.retracts is not None))
            gone = {a.object_id for a in follow if self._world.is_delete(a) and a.object_id is not None}
            ties = [*new, *follow]
            found = [
                *targets,
                *self._ids("objects", "object_id", gone),
                *self._pairs("statekey", ((a.source_id, a.statekey) for a in ties if a.statekey is not None)),
                *self._pairs("retracts", ((a.source_id, a.key) for a in new)),
                *self._ids("deletes", "object_id", {a.object_id for a in new if a.object_id is not None}),
            ]
            known = {a.id for a in targets if a.id in self._world.acts}
            new = self._world.add(found)
            arrived = {a.id for a in new}
            follow = [a for a in targets if a.id in arrived or a.id in known]
        old = {a.id for a in self._world.acts.values() if a.id < self._first}
        self._world.add(self._ids("resolved", "cites", old))

    def _of_batch(self) -> list[Act]:
        """Retractions of the batch's acts, deletions of their objects, and their toggles, by the batch's own rows."""
        mark = "%s" if self._postgres else "?"
        given, ends = f"core_event b WHERE b.id BETWEEN {mark} AND {mark}", (self._first, self._end)
        undos = self._tied("source_id, key", given, "e.source_id = b.source_id AND e.retracts = b.key", ends)
        deletes = self._tied("object_id", given, f"e.object_id = b.object_id AND e.type = {DELETE}", ends)
        toggles: list[Act] = []
        if self._world.groups:
            tie = "e.source_id = b.source_id AND e.statekey = b.statekey"
            toggles = self._tied("DISTINCT source_id, statekey", f"{given} AND b.statekey IS NOT NULL", tie, ends)
            self._asked["statekey"].update(self._world.groups)
        return self._world.add([*undos, *deletes, *toggles])

    def _cited(self) -> list[Act]:
        """What the core's own events in the batch speak of."""
        cites = {a.cites for a in self._batch if a.cites is not None and self._world.core_verb(a)}
        merges = [a for a in self._batch if self._world.core_verb(a) in ("merged", "split")]
        new = self._world.add(self._ids("id", "id", cites - self._world.acts.keys()))
        if merges:
            new += self._between(merges)
        return new

    def _between(self, merges: Sequence[Act]) -> list[Act]:
        """The acts in which two of the people a merge or split is about met each other."""
        pairs = [(row.kept_id, row.gone_id, row.known, row.undone) for row in self._conn.execute(_MERGES)]
        new: list[Act] = []
        for merge in merges:
            together = _components((kept, gone) for kept, gone, known, _ in pairs if known <= merge.id)
            people = {
                person
                for kept, gone, known, undone in pairs
                if merge.id in (known, undone)
                for person in (*together[kept], *together[gone])
            }
            identities = list(self._conn.scalars(select(Identity.id).where(Identity.person_id.in_(people))))
            found = self._meetings(identities)
            new += self._world.add(found)
            met = {act.id for act in found} | self._met_here(set(identities))
            self._world.between[merge.id] = sorted(act for act in met if act <= merge.id)
        return new

    def _met_here(self, identities: set[int]) -> set[int]:
        """The same for the batch; that one of them has a part in it is enough to look again."""
        return {
            act.cites or act.id
            for act in self._batch
            if not identities.isdisjoint((act.actor_id, act.owner_id, act.asker_id, *act.mentioned))
            and (act.cites or act.id) in self._world.acts
        }

    def _meetings(self, identities: Collection[int]) -> list[Act]:
        given, value = self._given(identities)
        mine = f"IN (SELECT id FROM {given})"
        told = "EXISTS (SELECT 1 FROM core_event r WHERE r.cites = e.id)"
        mark = "%s" if self._postgres else "?"
        head = f"SELECT {columns('e')} FROM core_event e WHERE e.id < {mark} AND"
        other = "SELECT 1 FROM core_mention o WHERE o.event_id = e.id AND o.identity_id <> m.identity_id AND"
        mentioned = f"SELECT {columns('e')} FROM core_mention m CROSS JOIN core_event e WHERE e.id = m.event_id"
        sql = (
            f"{head} e.actor_id {mine} AND (e.owner_id {mine} OR e.asker_id {mine} OR {told})",
            f"{head} e.owner_id {mine} AND (e.asker_id {mine} OR {told})",
            f"{head} e.id IN (SELECT r.cites FROM core_event r WHERE r.cites IS NOT NULL AND r.owner_id {mine})",
            f"{mentioned} AND e.id < {mark} AND m.identity_id {mine} AND (e.actor_id {mine} OR e.owner_id {mine}"
            f" OR e.asker_id {mine} OR {told} OR EXISTS ({other} o.identity_id {mine}))",
        )
        return [act for one in sql for act in self._rows(one, (self._first, *[value] * one.count(mine)))]

    def _given(self, ids: Collection[int]) -> tuple[str, Any]:
        if self._postgres:
            return "unnest(%s::bigint[]) AS given(id)", array(sorted(ids))
        return "(SELECT value AS id FROM json_each(?))", json.dumps(sorted(ids))

    def _ids(self, tie: str, column: str, ids: Iterable[int]) -> list[Act]:
        """Acts whose `column` is among `ids`, as far as they were not asked for by this tie."""
        asked = self._asked.setdefault(tie, set())
        wanted = set(ids) - asked
        if not wanted:
            return []
        asked |= wanted
        only = f" AND e.type = {DELETE}" if tie == "deletes" else ""
        given, value = self._given(wanted)
        return self._tied("id", given, f"e.{column} = b.id{only}", (value,))

    def _pairs(self, column: str, pairs: Iterable[Key]) -> list[Act]:
        """Acts whose (source, `column`) is among `pairs`, as far as they were not asked for."""
        asked = self._asked[column]
        wanted = sorted(set(pairs) - asked)
        if not wanted:
            return []
        asked.update(wanted)
        tie = f"e.source_id = b.source_id AND e.{column} = b.k"
        if self._postgres:
            given = "unnest(%s::smallint[], %s::text[]) AS given(source_id, k)"
            return self._tied("source_id, k", given, tie, (array(p[0] for p in wanted), array(p[1] for p in wanted)))
        given = "json_each(?)"
        taken = "json_extract(value, '$[0]') AS source_id, json_extract(value, '$[1]') AS k"
        return self._tied(taken, given, tie, (json.dumps(wanted),))

    def _tied(self, taken: str, given: str, tie: str, values: tuple[Any, ...]) -> list[Act]:
        """Acts before the batch with this tie to what is `given`, found by their index, one look-up for each.

        Neither database may choose to read the whole log instead, as they do while statistics are missing or old.
        """
        first = f"FROM (SELECT {taken} FROM {given}) b CROSS JOIN"
        if self._postgres:
            one = f"LATERAL (SELECT * FROM core_event e WHERE {tie} AND e.id < %s OFFSET 0) e"
            return self._rows(f"SELECT {columns('e')} {first} {one}", (*values, self._first))
        # With "e.id <" beside it SQLite would rather read all that was ever done to an object, and find no deletion.
        by = "INDEXED BY ix_core_event_deletes" if f"e.type = {DELETE}" in tie else ""
        return self._rows(
            f"SELECT {columns('e')} {first} core_event e {by} ON {tie} WHERE e.id < ?", (*values, self._first)
        )

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[Act]:
        return read(self._conn.exec_driver_sql(sql, values).all())


def _components(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """Who was ever connected with whom by merges."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = found.get(one, {one}) | found.get(other, {other})
        for person in joined:
            found[person] = joined
    return found
