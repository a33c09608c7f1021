"""Whether an act counts at a position of the log, and which acts an event touches. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from renown.ledger.acts import DEEPEST, Act, Key, World


def retracted(world: World, act: Act, at: int) -> bool:
    """Whether some retraction of it holds: one that is not itself retracted. Undos may precede their act."""
    return _retracted(world, act, at, frozenset((act.id,)))


def _retracted(world: World, act: Act, at: int, path: frozenset[int]) -> bool:
    found = world.retracting.get((act.source_id, act.key))
    if not found or len(path) > DEEPEST:
        return False
    return any(
        undo.id <= at and undo.id not in path and not _retracted(world, undo, at, path | {undo.id}) for undo in found
    )


def deleted(world: World, object_id: int | None, at: int) -> bool:
    """Whether a deletion of the object holds."""
    if object_id is None:
        return False
    return any(act.id <= at and not retracted(world, act, at) for act in world.deletes.get(object_id, ()))


def holder(world: World, group: Key, at: int) -> Act | None:
    """The one act of a toggle that is on: the earliest timed on after the latest timed off.

    While no timed act is known, positions stand for times.
    """
    members = [act for act in world.groups.get(group, ()) if act.id <= at and not retracted(world, act, at)]
    timed = [act for act in members if act.timed]
    if not timed:
        last = max((act.id for act in members if act.undo), default=0)
        return next((act for act in members if not act.undo and act.id > last), None)
    off = max([act.occurred_at for act in timed if act.undo], default=None)
    ons = [act for act in timed if not act.undo and (off is None or act.occurred_at > off)]
    return min(ons, key=_by_time) if ons else None


def _by_time(act: Act) -> tuple[int, str]:
    return act.occurred_at, act.key


def counts(world: World, act: Act, at: int) -> bool:
    """Whether the act is worth something at position `at`."""
    set_aside = world.aside.get(act.id)
    if set_aside is not None and set_aside <= at:
        return False
    if retracted(world, act, at) or deleted(world, act.object_id, at):
        return False
    return act.statekey is None or holder(world, (act.source_id, act.statekey), at) is act


def touched(world: World, event: Act) -> list[Act]:
    """The acts whose worth may change at this event, itself included, by position.

    An act that is named here without need does no harm: what follows for it is what stands already.
    """
    core = world.core_verb(event)
    found: dict[int, Act] = {}
    if core in ("resolved", "set-aside"):
        cited = world.acts.get(event.cites or 0)
        found = {cited.id: cited} if cited is not None else {}
    elif core in ("merged", "split"):
        found = {act: world.acts[act] for act in world.between.get(event.id, ())}
    else:
        found[event.id] = event
        for act in _undone(world, event):
            found[act.id] = act
            found |= {other.id: other for other in _sharing(world, act, event.id)}
    return [act for _, act in sorted(found.items()) if act.id <= event.id and world.scorable(act)]


def _undone(world: World, event: Act) -> Iterator[Act]:
    """The event, what it retracts, what that retracts, and so on, as far as it is there already."""
    seen: set[int] = set()
    act: Act | None = event
    while act is not None and act.id <= event.id and act.id not in seen and len(seen) <= DEEPEST:
        seen.add(act.id)
        yield act
        act = world.by_key.get((act.source_id, act.retracts)) if act.retracts is not None else None


def _sharing(world: World, act: Act, at: int) -> Iterator[Act]:
    """Whose worth hangs on whether `act` holds: those on an object it deletes, those in its toggle."""
    if act.object_id is not None and world.is_delete(act):
        yield from world.on_object(act.object_id)
    if act.statekey is not None:
        # Of a toggle only the one that held before and the one that holds now can change.
        for position in (at - 1, at):
            held = holder(world, (act.source_id, act.statekey), position)
            if held is not None:
                yield held
