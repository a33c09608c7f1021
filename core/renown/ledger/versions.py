"""The versions of rules, for those who read them. What scoring goes by is `ledger.rules`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from renown.ledger.models import Rule
from renown.ledger.rules import ADJUSTMENT


@dataclass(frozen=True)
class Version:
    """`effective` None: on every day. `moves`: how many people a dry run moved, None where none was made."""

    id: int
    plugin: str
    name: str
    version: int
    body: Mapping[str, Any]
    published: int
    effective: int | None
    reason: str | None
    by_id: int | None
    at: int
    moves: int | None
    #: Of a rule that administrators added; None where the plugin brings it.
    title: str | None = None


def histories(conn: Connection, plugin: str) -> dict[str, list[Version]]:
    """All versions of a plugin's rules by name, newest first. What administrators do by hand is no rule to read."""
    found: dict[str, list[Version]] = defaultdict(list)
    rows = conn.execute(
        select(
            Rule.id,
            Rule.plugin,
            Rule.name,
            Rule.version,
            Rule.body,
            Rule.published,
            Rule.effective,
            Rule.reason,
            Rule.by_id,
            Rule.at,
            Rule.moves,
            Rule.title,
        )
        .where(Rule.plugin == plugin, Rule.name != ADJUSTMENT)
        .order_by(Rule.name, Rule.version.desc())
    )
    for row in rows:
        found[row.name].append(Version(*row))
    return dict(found)


def titles(conn: Connection) -> dict[tuple[str, str], str]:
    """What the rules are called that administrators added, by plugin and rule."""
    rows = conn.execute(select(Rule.plugin, Rule.name, Rule.title).where(Rule.title.is_not(None)).distinct())
    return {(row.plugin, row.name): row.title for row in rows}


def holding(history: Sequence[Version], day: int) -> Version:
    """The one that holds on `day` for what happens now, the first where none does yet. `history` is newest first."""
    return next((one for one in history if one.effective is None or one.effective <= day), history[-1])


def coming(history: Sequence[Version], day: int) -> Version | None:
    """The newest one, where it holds only from a later day on."""
    return history[0] if history[0].effective is not None and history[0].effective > day else None
