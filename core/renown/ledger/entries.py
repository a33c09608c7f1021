"""What a scoring plugin is given and what it gives back. All of it is plain data: scoring is pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Struct


class Party(Struct, frozen=True, gc=False):
    """Somebody in an event, as known at its position. `person` follows merges; `team` is 0 where there is none."""

    identity: int
    person: int
    affiliation: str
    team: int
    bot: bool


class ScoredEvent(Struct, frozen=True, gc=False):
    """An event as scoring sees it. Facts that are not known are None; `value` is in thousandths, `day` since 1970."""

    id: int
    source: str
    network: str
    key: str
    type: str
    #: "react" for "collab.react.v1"; the whole type for a plugin's own.
    verb: str
    #: "Create", "Undo", ...
    activity: str
    kind: str | None
    #: None where the actor is anonymous.
    actor: Party | None
    #: Who owned the object, who gets the credit.
    owner: Party | None
    #: Who owned what this is a reply or answer to.
    asker: Party | None
    object: int | None
    parent: int | None
    #: The space's id as its network has it.
    space: str | None
    space_id: int | None
    words: int | None
    value: int | None
    content: str | None
    state: str | None
    occurred_at: int
    day: int
    private: bool
    backfill: bool
    extra: Mapping[str, Any] | None
    #: What the space was called then, where the network had told it.
    space_name: str | None = None
    #: The accounts that it mentions, each once. Two of them may be one person; the actor may be among them.
    mentioned: tuple[Party, ...] = ()


@dataclass(frozen=True)
class Curve:
    """A concave curve through 0 as steps (up to, rate): "the first 10,000 count whole, up to 20,000 half".

    `upto` is in thousandths of the measure's unit, None in the last step; `per_mille` falls from step to step.
    Below 0 the curve is the identity. `Curve.cap(n)` is `min(n, R)`.
    """

    steps: tuple[tuple[int | None, int], ...]

    @classmethod
    def cap(cls, most: int) -> Curve:
        return cls(((most, 1000), (None, 0)))


class Limit(Struct, frozen=True, gc=False):
    """`key` is a person's or pair's own part, e.g. (person,) or (giver, owner); `per` is "day"."""

    name: str
    key: tuple[int | str, ...]
    curve: Curve
    per: str = "day"


class Quota(Struct, frozen=True, gc=False):
    """At most `most` acts of one giver per day count; by order of position."""

    name: str
    key: tuple[int | str, ...]
    most: int
    per: str = "day"


class Entry(Struct, frozen=True, gc=False):
    """What an event gives to an identity under a rule: to its actor's, owner's or asker's, or to a mentioned one.

    `raw` is in thousandths; limits are innermost first.
    """

    event: int
    identity: int
    measure: str
    rule: str
    raw: int
    reason: str | None = None
    limits: tuple[Limit, ...] = ()
    quota: Quota | None = None


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule: `body` is what the rule's schema loads. `id` is the row's."""

    id: int
    name: str
    version: int
    body: Mapping[str, Any] = field(default_factory=dict)


class Rules(Protocol):
    """The plugin's rules as they hold for each event of the batch."""

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]: ...
