"""Acts as the ledger reads them from the log, and the neighbours that decide what an act is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import msgspec

from renown.events.models import MENTIONS, UNTIMED, Event
from renown.events.types import ACTIVITIES, collab

DELETE, UNDO = ACTIVITIES.index("Delete"), ACTIVITIES.index("Undo")
_TURNS = (DELETE, UNDO)

#: Retractions of retractions are followed this deep; nobody means more by it.
DEEPEST = 100

Key = tuple[int, str]


class Act(msgspec.Struct, gc=False):
    """One row of the log. The fields are columns of core_event, in the order of `COLUMNS`."""

    id: int
    source_id: int
    key: str
    type: int
    verb: int
    kind: int | None
    actor_id: int | None
    owner_id: int | None
    asker_id: int | None
    object_id: int | None
    parent_id: int | None
    space_id: int | None
    words: int | None
    value: int | None
    content: str | None
    state: str | None
    statekey: str | None
    occurred_at: int
    quality: int
    retracts: str | None
    cites: int | None
    extra: Any

    @property
    def undo(self) -> bool:
        return self.type == UNDO

    @property
    def timed(self) -> bool:
        return not self.quality & UNTIMED

    @property
    def mentioned(self) -> Sequence[int]:
        """The accounts that it mentions, by identity."""
        found: Sequence[int] = () if self.extra is None else self.extra.get(MENTIONS, ())
        return found


COLUMNS = Act.__struct_fields__
_by_id: Callable[[Act], int] = attrgetter("id")
_decode = msgspec.json.Decoder().decode


def reader(names: Sequence[str]) -> Callable[[Iterable[Sequence[Any]]], list[Act]]:
    """Makes acts of rows whose columns have these names. JSON may come as text."""
    pick = None if tuple(names) == COLUMNS else itemgetter(*(list(names).index(name) for name in COLUMNS))

    def read(rows: Iterable[Sequence[Any]]) -> list[Act]:
        acts = [Act(*row) for row in (rows if pick is None else map(pick, rows))]
        for act in acts:
            if act.extra.__class__ is str:
                act.extra = _decode(act.extra)
        return acts

    return read


def columns(alias: str) -> str:
    """Of core_event, in the order of `COLUMNS`; JSON as text, as the drivers take ten times as long to read it."""
    assert set(COLUMNS) <= set(Event.__table__.columns.keys())
    return ", ".join(f"CAST({alias}.{name} AS TEXT)" if name == "extra" else f"{alias}.{name}" for name in COLUMNS)


class World:
    """A part of the log: a batch and all that its acts depend on, up to the batch's end.

    `terms` spells verbs; `aside` has the position from which an act is set aside; `between` the acts between two
    people, by the event that merged or split them.
    """

    def __init__(self, terms: dict[int, str], aside: dict[int, int] | None = None) -> None:
        self.terms = terms
        self.aside = aside or {}
        self.acts: dict[int, Act] = {}
        self.by_key: dict[Key, Act] = {}
        self.retracting: defaultdict[Key, list[Act]] = defaultdict(list)
        self.groups: defaultdict[Key, list[Act]] = defaultdict(list)
        self.deletes: defaultdict[int, list[Act]] = defaultdict(list)
        self.resolved: defaultdict[int, list[Act]] = defaultdict(list)
        self.between: dict[int, list[int]] = {}
        self._on_object: dict[int, list[Act]] | None = None
        #: Numbers of the core's own verbs, and their short names.
        self.core = {verb: term.split(".")[1] for verb, term in terms.items() if term.startswith("renown.")}
        self._delete = next((verb for verb, term in terms.items() if term == collab("delete")), None)

    def add(self, acts: Iterable[Act]) -> list[Act]:
        """Take them in; returns those that were not there yet."""
        new = []
        for act in acts:
            if act.id in self.acts:
                continue
            new.append(act)
            self.acts[act.id] = act
            self.by_key[act.source_id, act.key] = act
            if act.retracts is not None:
                self.retracting[act.source_id, act.retracts].append(act)
            if act.statekey is not None:
                self.groups[act.source_id, act.statekey].append(act)
            if act.type == DELETE and act.object_id is not None and self.is_delete(act):
                self.deletes[act.object_id].append(act)
            if act.cites is not None and self.core_verb(act) == "resolved":
                self.resolved[act.cites].append(act)
        return new

    def settle(self) -> None:
        """Order everything by position, once all is there."""
        for index in (self.retracting, self.groups, self.deletes, self.resolved):
            for found in index.values():
                if len(found) > 1:
                    found.sort(key=_by_id)

    def core_verb(self, act: Act) -> str | None:
        """ "merged" for `renown.merged.v1`; None for what people did."""
        return self.core.get(act.verb)

    def is_delete(self, act: Act) -> bool:
        return act.type == DELETE and act.verb == self._delete

    def plain(self, act: Act) -> bool:
        """Whether nothing that is known bears on it, and it bears on nothing: so are most acts when they come."""
        return (
            (act.statekey is None or len(self.groups[act.source_id, act.statekey]) == 1)
            and act.retracts is None
            and act.type not in _TURNS
            and act.verb not in self.core
            and (act.source_id, act.key) not in self.retracting
            and (act.object_id is None or act.object_id not in self.deletes)
            and act.id not in self.aside
        )

    def scorable(self, act: Act) -> bool:
        """Whether it may be worth anything by itself: not an undo, and of the core only an adjustment."""
        core = self.core.get(act.verb)
        return act.type != UNDO if core is None else core == "adjusted"

    def on_object(self, object_id: int) -> list[Act]:
        """What was done to an object. Complete only for objects whose deletion is in the batch, or is touched by it."""
        if self._on_object is None:
            self._on_object = {}
            for act in sorted(self.acts.values(), key=_by_id):
                if act.object_id is not None and act.verb not in self.core:
                    self._on_object.setdefault(act.object_id, []).append(act)
        return self._on_object.get(object_id, [])

    def facts(self, act: Act, at: int) -> Act:
        """The row that tells the act's facts as known at position `at`: its own, or the newest `renown.resolved`."""
        for told in reversed(self.resolved.get(act.id, ())):
            if told.id <= at:
                return told
        return act
