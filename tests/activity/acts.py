"""Events and people for scoring, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from renown.ledger.entries import Party, RuleVersion, ScoredEvent
from renown_activity.defaults import DEFAULTS

ANA = Party(1, 101, "employee", 1, False)
ANA_ELSEWHERE = Party(2, 101, "employee", 1, False)
BEN = Party(3, 102, "employee", 2, False)
CUT = Party(4, 103, "customer", 0, False)
ROBOT = Party(5, 104, "bot", 0, True)


def act(verb: str, actor: Party | None = ANA, **changes: Any) -> ScoredEvent:
    """An act in a public channel. The form follows from the verb where it is not given."""
    forms = {"react": "Like", "vote": "Like", "accept": "Accept", "resolve": "Update", "edit": "Update"}
    given: dict[str, Any] = {
        "id": 1,
        "source": "slack:T1",
        "network": "slack",
        "key": "k",
        "type": f"collab.{verb}.v1",
        "verb": verb,
        "activity": forms.get(verb, "Create"),
        "kind": None,
        "actor": actor,
        "owner": None,
        "asker": None,
        "object": 1,
        "parent": None,
        "space": "C1",
        "space_id": 1,
        "words": 20,
        "value": None,
        "content": None,
        "state": None,
        "occurred_at": 0,
        "day": 0,
        "private": False,
        "backfill": False,
        "extra": None,
    }
    return ScoredEvent(**{**given, **changes})


class Fixed:
    """Rules that hold for every event."""

    def __init__(self, versions: Sequence[RuleVersion]) -> None:
        self.versions = tuple(versions)

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]:
        return self.versions


def only(body: dict[str, Any], *, most: float | None = None) -> Fixed:
    """One rule named "it", and the daily limit."""
    return Fixed([RuleVersion(1, "it", 1, body), RuleVersion(2, "daily-limit", 1, {"most": most})])


def defaults() -> Fixed:
    return Fixed([RuleVersion(n, one.name, 1, one.body) for n, one in enumerate(DEFAULTS, 1)])
