"""What the core itself tells people: an account became theirs, their points were adjusted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from renown.access.models import Login
from renown.db.sets import among
from renown.events.log import CORE
from renown.hooks.manifest import NoticeKind
from renown.notify import inbox
from renown.people import changes
from renown.people.merge import follow
from renown.people.models import Identity, Person
from renown.sources.models import Source

PLUGIN = "core"
LINKED, ADJUSTED, ASKED = "core.linked", "core.adjusted", "core.asked"
KINDS = (
    NoticeKind(LINKED, "An account is linked to you", role="member"),
    NoticeKind(ADJUSTED, "Your points were adjusted by hand", role="member"),
)
#: For those who look after what is counted.
STEWARDS = (NoticeKind(ASKED, "Somebody asks about a change", role="moderator"),)
#: The pace of each: none leaves at once unless somebody wants it so.
PACES = {kind.name: kind.pace for kind in (*KINDS, *STEWARDS)}

_GROUNDS = {
    "email": "The network vouches for your e-mail address.",
    "administrator": "An administrator joined it with you.",
}
_MOST = 5


@changes.listen
def _on_change(conn: Connection, change: changes.Change) -> None:
    if change.verb == "merged":
        _tell_of_accounts(conn, change.said)
    elif change.verb == "adjusted":
        for said in change.said:
            _tell_of_adjustment(conn, change.people[0], said)


def _tell_of_accounts(conn: Connection, merges: Sequence[Mapping[str, Any]]) -> None:
    """Those who may sign in: whoever was only imported has no use for it, and imports merge many."""
    top = func.coalesce(Person.root_id, Person.id)
    sides = {one[side] for one in merges for side in ("kept", "gone")}
    here = select(top).join(Login, Login.person_id == Person.id).where(among(conn, top, sides))
    signing = set(conn.scalars(here))
    into = {one["gone"]: one["kept"] for one in merges}
    for one in merges:
        kept, gone = one["kept"], one["gone"]
        if signing.isdisjoint((kept, gone)):
            continue
        names = _accounts(conn, gone if kept in signing else kept)
        signing.add(kept)
        title = names[0] if len(names) == 1 else f"{len(names)} accounts" if names else "a record of you"
        body = [", ".join(names[:_MOST]) + "." if len(names) > 1 else "", _GROUNDS.get(one["ground"], "")]
        body.append("What was done there counts as yours. Not yours? Ask an administrator, who can split it off again.")
        inbox.tell(
            conn, follow(into, kept), PLUGIN, LINKED, "core:accounts", f"Linked to you: {title}",
            body=" ".join(filter(None, body)), url="/me/accounts",
        )  # fmt: skip


def _accounts(conn: Connection, root: int) -> list[str]:
    rows = conn.execute(
        select(Identity.name, Identity.username, Identity.email, Source.title)
        .join(Person, Person.id == Identity.person_id)
        .join(Source, Source.id == Identity.source_id)
        .where(func.coalesce(Person.root_id, Person.id) == root, Source.name != CORE)
        .order_by(Source.title, Identity.id)
    )
    return [f"{row.name or row.username or row.email or 'an account'} in {row.title}" for row in rows]


def _tell_of_adjustment(conn: Connection, person: int, said: Mapping[str, Any]) -> None:
    handle = conn.scalar(select(Person.handle).where(Person.id == person))
    measure = said["measure"]
    what = measure.rpartition(".")[2].replace("-", " ")
    amount = f"{Decimal(said['amount']) / 1000:+,f}".replace("-", "−")
    inbox.tell(
        conn, person, PLUGIN, ADJUSTED, f"core:{measure}", f"Your {what} were adjusted by hand: {amount}",
        body=f"Reason: {said['reason']}", url=f"/people/{handle}/why/{measure}",
    )  # fmt: skip
