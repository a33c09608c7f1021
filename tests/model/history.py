"""What happened and what follows for people, toggles, retractions and objects, from the design alone and in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from renown.events.types import CloudEvent

DAY = 86_400_000_000
MAKERS = {f"collab.{verb}.v1" for verb in ("create", "reply", "ask", "answer", "publish")}
STRENGTH = ("employee", "partner", "supplier", "customer", "bot")


def to_day(micros: int) -> int:
    return micros // DAY


@dataclass
class Did:
    """An event that somebody sent; `end` is the last position of the transaction that took it."""

    at: int
    end: int
    event: CloudEvent
    micros: int
    actor: int
    owner: int | None
    mentioned: tuple[int, ...] = ()

    @property
    def source(self) -> str:
        return self.event.source

    @property
    def thing(self) -> tuple[str, str]:
        return self.source, self.event.data.object.id

    @property
    def undo(self) -> bool:
        return self.event.data.type == "Undo"

    @property
    def timed(self) -> bool:
        return self.event.data.quality is None or self.event.data.quality.time in ("exact", "day")


@dataclass
class Told:
    """A `renown.*` event: what it says by name."""

    at: int
    verb: str
    said: dict[str, Any]


def _kept(work: Callable[..., Any]) -> Callable[..., Any]:
    """Remember answers until the log grows."""

    @wraps(work)
    def asked(self: History, *about: Any) -> Any:
        if self.asked_at != len(self.log):
            self.asked_at, self.answers = len(self.log), {}
        key = (work, *(one.at if isinstance(one, Did) else one for one in about))
        if key not in self.answers:
            self.answers[key] = work(self, *about)
        return self.answers[key]

    return asked


class History:
    """What happened, in the order of positions."""

    def __init__(self, sources: dict[str, str]) -> None:
        """`sources`: what each makes of its accounts."""
        self.sources = sources
        self.log: list[Did | Told] = []
        self.owners: dict[int, int] = {}  # identity -> its own person
        self.source_of: dict[int, str] = {}
        self.bots: set[int] = set()
        self.answers: dict[Any, Any] = {}
        self.asked_at = 0

    @_kept
    def told(self, verb: str, until: int) -> list[Told]:
        return [one for one in self.log if isinstance(one, Told) and one.verb == verb and one.at <= until]

    @_kept
    def did(self, until: int) -> list[Did]:
        return [one for one in self.log if isinstance(one, Did) and one.at <= until]

    # People

    @_kept
    def root(self, person: int, at: int) -> int:
        up = self._up(at)
        while person in up:
            person = up[person]
        return person

    @_kept
    def _up(self, at: int) -> dict[int, int]:
        up: dict[int, int] = {}
        for one in sorted((*self.told("merged", at), *self.told("split", at)), key=lambda one: one.at):
            if one.verb == "merged":
                up[one.said["gone"]] = one.said["kept"]
            else:
                up.pop(one.said["gone"], None)
        return up

    @_kept
    def group(self, person: int, at: int) -> list[int]:
        root = self.root(person, at)
        rest = sorted({p for p in self.owners.values() if p != root and self.root(p, at) == root})
        return [root, *rest]

    def dated(self, verb: str, key: str, person: int, day: int, known: int) -> Any:
        """The last word on that day; people of a group are asked one after the other, the root first."""
        for each in self.group(person, known):
            found = None
            for one in self.told(verb, known):
                first, last = one.said["from_day"], one.said["to_day"]
                if one.said["person"] == each and (first is None or first <= day) and (last is None or day < last):
                    found = one.said.get(key)
            if found is not None:
                return found
        return None

    @_kept
    def affiliation(self, person: int, day: int, known: int) -> str:
        said = self.dated("affiliated", "kind", person, day, known)
        if said is not None:
            return str(said)
        group = set(self.group(person, known))
        given = [
            "bot" if one in self.bots else self.sources[self.source_of[one]]
            for one, owner in self.owners.items()
            if owner in group and self.source_of[one] != "renown"
        ]
        return min(given, key=STRENGTH.index, default="employee")

    @_kept
    def team(self, person: int, day: int, known: int) -> int:
        return self.dated("team-changed", "team_id", person, day, known) or 0

    # Acts

    @_kept
    def retracted(self, act: Did, at: int, path: frozenset[int] = frozenset()) -> bool:
        path |= {act.at}
        return any(
            undo.event.data.retracts == act.event.id
            and undo.source == act.source
            and undo.at not in path
            and not self.retracted(undo, at, path)
            for undo in self.did(at)
        )

    @_kept
    def counts(self, act: Did, at: int, plugin: str) -> bool:
        if act.undo or self.retracted(act, at):
            return False
        if any(one.said["plugin"] == plugin and one.said["cites"] == act.at for one in self.told("set-aside", at)):
            return False
        for one in self.did(at):
            kind = (one.event.type, one.event.data.type)
            if kind == ("collab.delete.v1", "Delete") and one.thing == act.thing and not self.retracted(one, at):
                return False
        key = act.event.data.statekey
        return key is None or self._holds(act, key, at)

    def _holds(self, act: Did, key: str, at: int) -> bool:
        group = [
            one
            for one in self.did(at)
            if (one.source, one.event.data.statekey) == (act.source, key) and not self.retracted(one, at)
        ]
        timed = [one for one in group if one.timed]
        if timed:
            off = max((one.micros for one in timed if one.undo), default=-(1 << 62))
            ons = sorted((one.micros, one.event.id, one.at) for one in timed if not one.undo and one.micros > off)
            return bool(ons) and ons[0][2] == act.at
        last = max((one.at for one in group if one.undo), default=0)
        return min((one.at for one in group if not one.undo and one.at > last), default=0) == act.at

    # Facts of objects

    @_kept
    def object_facts(self, thing: tuple[str, str], horizon: int) -> dict[str, Any]:
        """What the best witness says: who made it, else who told its owner, else who told anything."""
        best: tuple[Any, ...] | None = None
        for one in self.did(horizon):
            if one.thing != thing:
                continue
            facts = self.own_facts(one)
            if one.event.data.type == "Announce":
                facts.pop("space", None)
            made = one.event.type in MAKERS and one.event.data.type == "Create"
            rank = 0 if made else 1 if "owner" in facts else 2 if facts else None
            if rank is not None and (best is None or (rank, one.micros, one.event.id) < best[:3]):
                best = (rank, one.micros, one.event.id, facts)
        return {} if best is None else dict(best[3])

    def own_facts(self, act: Did) -> dict[str, Any]:
        data, thing = act.event.data, act.event.data.object
        made = act.event.type in MAKERS and data.type == "Create"
        facts = {
            "owner": act.owner if act.owner is not None else act.actor if made else None,
            "kind": thing.kind,
            "words": thing.words,
            "space": data.target.id if data.target else None,
            "parent": thing.inReplyTo.id if thing.inReplyTo and thing.inReplyTo.id != thing.id else None,
        }
        return {name: value for name, value in facts.items() if value is not None}

    def facts(self, act: Did, at: int) -> dict[str, Any]:
        """As known when it came, or when the core last said that more is known."""
        horizon = act.end
        for one in self.told("resolved", at):
            if one.said["cites"] == act.at:
                horizon = one.said["end"]
        return dict(self.facts_known(act, horizon))

    @_kept
    def facts_known(self, act: Did, horizon: int) -> dict[str, Any]:
        facts = {**self.object_facts(act.thing, horizon), **self.own_facts(act)}
        parent = facts.get("parent")
        facts["asker"] = None if parent is None else self.object_facts((act.source, parent), horizon).get("owner")
        return facts
