"""The states of an idea, what leads from one to another, and how people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal[
    "draft", "submitted", "acknowledged", "review", "elaborating", "planned", "delivery", "delivered",
    "declined", "merged", "withdrawn", "parked",
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    title: str
    #: What it means, to whoever brought the idea.
    about: str


STATES: Mapping[State, Told] = {
    "draft": Told("Draft", "Only its authors see it."),
    "submitted": Told("Submitted", "It arrived. Somebody will acknowledge it."),
    "acknowledged": Told("Acknowledged", "Somebody has read it and owes an answer."),
    "review": Told("Under review", "It is being looked into."),
    "elaborating": Told("Being worked out", "Its authors and the people who would make it write it together."),
    "planned": Told("Planned", "It will be done."),
    "delivery": Told("In delivery", "It is being done."),
    "delivered": Told("Delivered", "It is there."),
    "declined": Told("Declined", "It will not be done, for the reason given."),
    "merged": Told("Merged", "It goes on in another idea; its voters count there."),
    "withdrawn": Told("Withdrawn", "Its author took it back."),
    "parked": Told("Parked", "Not now, for the reason given."),
}

#: The way of an idea that is made real, as a line of steps.
STEPS: Sequence[State] = ("submitted", "acknowledged", "review", "elaborating", "planned", "delivery", "delivered")

#: In these somebody owes an answer.
OPEN: frozenset[State] = frozenset(STEPS) - {"delivered"}

#: Nobody votes for an idea in these.
CLOSED: frozenset[State] = frozenset({"draft", "delivered", "declined", "merged", "withdrawn"})

#: A step into these is an answer in itself and needs one in words.
ANSWERED: frozenset[State] = frozenset({"planned", "delivered", "declined", "parked"})

_TO: Mapping[State, frozenset[State]] = {
    "draft": frozenset({"submitted", "withdrawn"}),
    "submitted": frozenset({"acknowledged"}),
    "acknowledged": frozenset({"review", "elaborating", "planned"}),
    "review": frozenset({"elaborating", "planned"}),
    "elaborating": frozenset({"review", "planned"}),
    "planned": frozenset({"review", "elaborating", "delivery", "delivered"}),
    "delivery": frozenset({"planned", "delivered"}),
    "delivered": frozenset({"delivery"}),
    "declined": frozenset({"review"}),
    "parked": frozenset({"review", "planned"}),
    # By taking the merge back, into the state before; see merging.
    "merged": frozenset(),
    "withdrawn": frozenset({"draft"}),
}

#: Staff may do these from any open state.
_ALWAYS: frozenset[State] = frozenset({"declined", "parked"})


def following(state: State) -> Sequence[State]:
    """What staff may make of an idea next, in the order of STATES."""
    to = _TO[state] | (_ALWAYS if state in OPEN else frozenset())
    return [one for one in STATES if one in to and one not in ("draft", "withdrawn", "submitted")]


def leads(state: State, to: State) -> bool:
    return to in following(state)
