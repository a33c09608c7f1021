"""A rule's next version on its way: written, tried, proposed where two people must agree, published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from renown import audit, clock
from renown.db import stored
from renown.db.upsert import upsert
from renown.ledger import rules
from renown.ledger.models import Rule, RuleDraft

#: The setting that asks for a second person.
TWO_PEOPLE = "rules_second_person"


#: What a rule of one's own may be called in addresses and entries.
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class NotAllowed(Exception):
    """Who wrote a draft cannot approve it where two people must agree."""


@dataclass(frozen=True)
class Draft:
    """`effective` None: from the beginning, by a recount. `generation` is its dry run's, compared from day `since`."""

    plugin: str
    name: str
    body: Mapping[str, Any]
    by_id: int | None
    at: int
    proposed_at: int | None
    reason: str | None
    effective: int | None
    generation: int | None
    since: int | None
    #: Set where the draft is of a rule that administrators add.
    title: str | None = None

    @property
    def proposed(self) -> bool:
        return self.proposed_at is not None


def needs_two(conn: Connection) -> bool:
    return bool(stored.get(conn, "core", TWO_PEOPLE, False))


def require_two(conn: Connection, on: bool, *, by: int | None, via: str = "web") -> None:
    """Whether a second administrator has to approve a rule's new version. Raises NotAllowed while one waits for it."""
    if not on and conn.scalar(select(RuleDraft.name).where(RuleDraft.proposed_at.is_not(None)).limit(1)):
        raise NotAllowed("a draft waits for a second person; let it be published or discarded first")
    stored.put(conn, "core", TWO_PEOPLE, on)
    audit.record(conn, "rules.second-person", actor_id=by, via=via, details={"on": on})


def get(conn: Connection, plugin: str, name: str) -> Draft | None:
    row = conn.execute(select(RuleDraft.__table__).where(*_of(plugin, name))).one_or_none()
    return None if row is None else Draft(**row._mapping)


def waiting(conn: Connection) -> dict[tuple[str, str], Draft]:
    """All drafts, by plugin and rule."""
    rows = conn.execute(select(RuleDraft.__table__))
    return {(row.plugin, row.name): Draft(**row._mapping) for row in rows}


def add(
    conn: Connection, plugin: str, name: str, title: str, body: Mapping[str, Any], *, by: int | None, via: str = "web"
) -> Draft:
    """Begin a rule that the plugin does not bring. Nobody is counted by it before it is published.

    `body` passed the schema of the plugin's own rules. Raises ValueError, naming the field, for a name or title that
    will not do.
    """
    name, title = name.strip(), title.strip()
    if not NAME.fullmatch(name):
        raise ValueError("name: use small letters, digits and -, with a letter first; at most 40")
    if not 1 <= len(title) <= 80:
        raise ValueError("title: say in up to 80 characters what it is for")
    known = select(Rule.id).where(Rule.plugin == plugin, Rule.name == name).limit(1)
    if name == rules.ADJUSTMENT or conn.scalar(known) is not None or get(conn, plugin, name) is not None:
        raise ValueError(f"name: there is a rule {name} already")
    audit.record(conn, "rule.added", actor_id=by, via=via, target=f"rule:{plugin}/{name}", details={"title": title})
    return save(conn, plugin, name, body, by=by, title=title)


def save(
    conn: Connection, plugin: str, name: str, body: Mapping[str, Any], *, by: int | None, title: str | None = None
) -> Draft:
    """Keep a body that passed the rule's schema. A changed body is nobody's proposal, and its dry run is another's."""
    before = get(conn, plugin, name)
    if before is not None and before.body == body:
        return before
    row: dict[str, Any] = {
        "plugin": plugin, "name": name, "body": dict(body), "by_id": by, "at": clock.now(), "proposed_at": None,
        "reason": None, "effective": None, "generation": None, "since": None,
        "title": title if before is None else before.title,
    }  # fmt: skip
    upsert(conn, RuleDraft.__table__, [row], update=tuple(key for key in row if key not in ("plugin", "name")))
    return Draft(**row)


def tried(conn: Connection, plugin: str, name: str, generation: int, since: int) -> None:
    """Remember the draft's dry run."""
    conn.execute(update(RuleDraft).where(*_of(plugin, name)).values(generation=generation, since=since))


def discard(conn: Connection, plugin: str, name: str) -> None:
    conn.execute(delete(RuleDraft).where(*_of(plugin, name)))


def propose(
    conn: Connection,
    plugin: str,
    name: str,
    *,
    reason: str,
    effective: int | None,
    by: int | None,
    moves: int | None = None,
    via: str = "web",
) -> int | None:
    """Publish the draft, or where two people must agree put it before the second. Returns the position, None then.

    `effective` None is for a recount that the caller starts. Raises LookupError where there is no draft, and
    ValueError, naming the field, for a missing reason or too early a day.
    """
    draft = get(conn, plugin, name)
    if draft is None:
        raise LookupError(f"there is no draft of {plugin}/{name}")
    reason = reason.strip()
    if not reason:
        raise ValueError("reason: say why, everybody who is counted reads it")
    if effective is not None and effective < rules.tomorrow(conn):
        raise ValueError("effective: is tomorrow at the earliest")
    if not needs_two(conn):
        return _publish(conn, draft, reason, effective, by, moves, via)
    values = {"proposed_at": clock.now(), "reason": reason, "effective": effective, "by_id": by}
    conn.execute(update(RuleDraft).where(*_of(plugin, name)).values(**values))
    audit.record(
        conn, "rule.proposed", actor_id=by, via=via, target=f"rule:{plugin}/{name}", details={"reason": reason}
    )
    return None


def approve(
    conn: Connection, plugin: str, name: str, *, by: int | None, moves: int | None = None, via: str = "web"
) -> int:
    """The second person publishes what the first proposed. Raises LookupError and NotAllowed.

    A day that has passed while it waited becomes tomorrow.
    """
    draft = get(conn, plugin, name)
    if draft is None or not draft.proposed:
        raise LookupError(f"nothing is proposed for {plugin}/{name}")
    if by is None or by == draft.by_id:
        raise NotAllowed("a second person approves: not who proposed it")
    effective = draft.effective if draft.effective is None else max(draft.effective, rules.tomorrow(conn))
    return _publish(conn, draft, draft.reason or "", effective, by, moves, via)


def _publish(
    conn: Connection, draft: Draft, reason: str, effective: int | None, by: int | None, moves: int | None, via: str
) -> int:
    position = rules.publish(
        conn,
        draft.plugin,
        draft.name,
        dict(draft.body),
        effective=effective,
        reason=reason,
        by=by,
        recount=effective is None,
        moves=moves,
        title=draft.title,
    )
    discard(conn, draft.plugin, draft.name)
    details = {
        "reason": reason,
        "effective": effective,
        "position": position,
        "proposed_by": draft.by_id,
        "moves": moves,
    }
    audit.record(
        conn, "rule.published", actor_id=by, via=via, target=f"rule:{draft.plugin}/{draft.name}", details=details
    )
    return position


def _of(plugin: str, name: str) -> tuple[Any, Any]:
    return RuleDraft.plugin == plugin, RuleDraft.name == name
