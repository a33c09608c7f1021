"""What the acts on one question come to, in whatever order they arrived. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["waiting", "aside", "answered", "closed", "resolved", "gone"]
#: "aside": nobody answered, and a colleague said that it needs no answer.
#: "closed": by somebody else than whoever asked, who has not said that it is resolved.
STATES: tuple[State, ...] = ("waiting", "aside", "answered", "closed", "resolved", "gone")


class Done(Protocol):
    """A row of `models.Act`."""

    event_id: int
    kind: str
    on: bool
    object: int
    actor_id: int | None
    actor_identity: int | None
    employee: bool
    team_id: int
    at: int
    sign: str


@dataclass(frozen=True)
class Told:
    state: State
    answer: Done | None = None
    settled_at: int | None = None
    reopened: int = 0


def tell(question: int, asker: int, acts: Iterable[Done], aside: int | None = None) -> Told:
    """`question` is the number of the thing, `asker` the person who asked, `aside` since when it needs no answer."""
    ordered = sorted(acts, key=lambda one: (one.at, one.event_id))
    gone = _gone(ordered)
    if question in gone:
        return Told("gone")
    answers = (one for one in ordered if one.kind == "reply" and one.employee and one.actor_id != asker)
    answer = next((one for one in answers if one.object not in gone), None)
    turns = [one for one in ordered if one.kind in ("close", "reopen")] + list(_words(ordered, asker, gone))
    state, settled_at, reopened = _walk(sorted(turns, key=lambda one: (one.at, one.event_id)), asker)
    if state is None:
        held = aside is not None and not any(_back(one, asker, gone) and one.at > aside for one in ordered)
        state = "answered" if answer else "aside" if held else "waiting"
    return Told(state, answer, settled_at, reopened)


def _back(one: Done, asker: int, gone: Collection[int]) -> bool:
    """Whether it brings back what was set aside: whoever asked writes again, or it is opened again."""
    return one.kind == "reopen" or (one.kind == "reply" and one.actor_id == asker and one.object not in gone)


def _gone(ordered: Sequence[Done]) -> set[int]:
    """What is deleted and was not brought back."""
    last = {one.object: one.on for one in ordered if one.kind == "gone"}
    return {thing for thing, on in last.items() if on}


def _words(ordered: Sequence[Done], asker: int, gone: set[int]) -> Iterator[Done]:
    """The signs that hold, each by the earliest time it was put after it was last taken off."""
    signs: defaultdict[tuple[int, str], list[Done]] = defaultdict(list)
    for one in ordered:
        if one.kind == "word" and one.actor_id == asker and one.object not in gone:
            signs[one.object, one.sign].append(one)
    for same in signs.values():
        off = max((place for place, one in enumerate(same) if not one.on), default=-1)
        yield from same[off + 1 : off + 2]


def _walk(turns: Sequence[Done], asker: int) -> tuple[State | None, int | None, int]:
    """None while it is open; since when it is not; how often it was opened again."""
    state: State | None = None
    settled_at, reopened = None, 0
    for one in turns:
        if one.kind == "reopen":
            reopened += state is not None
            state, settled_at = None, None
        elif one.kind == "word" or one.actor_id == asker:
            settled_at = settled_at if state == "resolved" else one.at
            state = "resolved"
        elif state is None:
            state, settled_at = "closed", one.at
    return state, settled_at, reopened
