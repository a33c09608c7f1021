"""Which acts bear on a question of a customer, whatever the network. Pure.

- A question: somebody who is a customer then asks (`ask`), or opens an issue.
- An answer: `reply` or `answer` in it.
- The asker's word: they accept an answer, put one of the signs on it, or close the question themselves.
- `resolve` closes it, `reopen` opens it again, `delete` takes a question or an answer away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from renown.api import ScoredEvent

Kind = Literal["asked", "reply", "word", "close", "reopen", "gone"]
KINDS: tuple[Kind, ...] = ("asked", "reply", "word", "close", "reopen", "gone")
ACCEPT = "accept"


def read(event: ScoredEvent, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """The act as a row of `models.Act`, yet without a case; None where it bears on none. Private ones never do."""
    if event.private or event.object is None or event.type.startswith("renown."):
        return None
    kind = _kind(event, settings["issues"], settings["signs"])
    if kind is None or (event.actor is None and kind in ("asked", "reply", "word")):
        return None
    actor = event.actor
    return {
        "event_id": event.id,
        "case_id": None,
        "kind": kind,
        "on": event.activity != "Undo" or (kind == "gone" and event.verb != "delete"),
        "object": event.object,
        "parent": event.parent,
        "actor_id": actor.person if actor else None,
        "actor_identity": actor.identity if actor else None,
        "employee": actor is not None and actor.affiliation == "employee" and not actor.bot,
        "team_id": actor.team if actor else 0,
        "at": event.occurred_at,
        "sign": _sign(event) if kind == "word" else "",
    }


def may_come(event: ScoredEvent, kind: str) -> bool:
    """Whether the question may still come that this act belongs to: what it was done to is not known yet."""
    return event.asker is None and event.parent is not None if kind == "reply" else event.owner is None


def _kind(event: ScoredEvent, issues: bool, signs: Collection[str]) -> Kind | None:
    undone = event.activity == "Undo"
    match event.verb:
        case "ask" | "create" if event.verb == "ask" or (issues and event.kind == "issue"):
            return "gone" if undone else "asked" if event.activity == "Create" and _customer(event) else None
        case "reply" | "answer":
            return "gone" if undone else "reply" if event.activity == "Create" else None
        case "accept":
            return "word"
        case "react" if _sign(event) in signs:
            return "word"
        case "resolve" if not undone:
            return "close"
        case "reopen" if not undone:
            return "reopen"
        case "delete":
            return "gone"
    return None


def _customer(event: ScoredEvent) -> bool:
    return event.actor is not None and event.actor.affiliation == "customer" and not event.actor.bot


def _sign(event: ScoredEvent) -> str:
    return ACCEPT if event.verb == "accept" else (event.content or "").strip(":")
