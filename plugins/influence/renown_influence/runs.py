"""Runs as administrators look at them: what they were made with and what changed since the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from renown.api import PluginContext, to_date
from renown_influence import kept, ring_search
from renown_influence.models import Check, Run
from renown_influence.schemas import Settings

#: Runs that exports list, and a page.
LISTED, PAGE = 30, 10
#: What a run keeps that is no setting.
_OTHER = {"tolerance": "Precision"}
#: Further runs among which the published one before is looked for.
_LOOK = 5
REASONS = {"nightly": "each night", "asked": "asked for", "erasure": "somebody was erased"}


@dataclass(frozen=True)
class Told:
    """`changed` are parameters that differ from the published run before: title, then and now.

    `kept`: what it was made of is still there, so that it can be done again. `looking`: for rings in it.
    """

    run: Run
    check: Check | None
    changed: Sequence[tuple[str, Any, Any]]
    kept: bool
    looking: bool

    @property
    def took(self) -> int | None:
        """Microseconds."""
        if self.run.started_at is None or self.run.ended_at is None:
            return None
        return self.run.ended_at - self.run.started_at

    @property
    def waiting(self) -> bool:
        """Whether something of it is still to be done."""
        return (
            self.looking
            or self.run.state in ("asked", "running")
            or (self.check is not None and self.check.ended_at is None)
        )


def listed(ctx: PluginContext, limit: int = LISTED, before: int | None = None) -> list[Told]:
    """The newest first, or those before a run."""
    older = select(Run).order_by(Run.id.desc()).limit(limit + _LOOK)
    rows = ctx.session.scalars(older if before is None else older.where(Run.id < before)).all()
    checks = {one.run_id: one for one in ctx.session.scalars(select(Check))}
    there, due = kept.names(ctx), ring_search.waiting(ctx)
    found = []
    for at, row in enumerate(rows[:limit]):
        former = next((one for one in rows[at + 1 :] if one.state == "published"), None)
        changed = differences(former.parameters, row.parameters) if former is not None else []
        looking = due is not None and due.id == row.id
        found.append(Told(row, checks.get(row.id), changed, kept.name(row.id) in there, looking))
    return found


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """By title. What only one of them has was not a parameter of the other."""
    titles = {name: field.metadata["label"] for name, field in Settings().fields.items()} | _OTHER
    return [
        (titles.get(name, name), before[name], now[name])
        for name in sorted(before.keys() & now.keys())
        if before[name] != now[name]
    ]


def data(one: Told) -> dict[str, Any]:
    """As the API and the exports give it."""
    run = one.run
    return {
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "day": to_date(run.day).isoformat() if run.day else None,
        "seconds": None if one.took is None else one.took / 1e6,
        "people": run.people,
        "pairs": run.pairs,
        "rounds": run.rounds,
        "residual": run.residual,
        "exact": run.exact,
        "graph": run.graph_hash,
        "result": run.result_hash,
        "reproducible": run.reproducible,
        "moved": run.moved,
        "moved_most": run.moved_most / 1000,
        "erased": run.erased,
        "erased_moved": run.erased_moved if run.erased else None,
        "erased_most": run.erased_most / 1000 if run.erased else None,
        "looking_for_rings": one.looking,
        "error": run.error,
        "parameters": dict(run.parameters),
        "same_again": None if one.check is None else one.check.same,
    }
