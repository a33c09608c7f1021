"""What recognition found but could not write before the log's lock: merges by e-mail, accounts that are machines."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, bindparam, func, select, update

from renown.db.sets import among
from renown.people import affiliations, changes
from renown.people.merge import merge_all
from renown.people.models import ERASED, Identity, Merge, Person
from renown.people.recognise import Claim, Recognised


def settle(conn: Connection, found: Recognised) -> None:
    """Merge and mark what a batch brought. Call it once per source and batch, holding the log's lock."""
    _claim(conn, found.claims)
    for person in found.machines:
        affiliations.set_bot(conn, person)
    if found.met:
        # Nothing for the log, which says it by what they did; boards may show them from now on.
        changes.tell(conn, changes.Change("met", tuple(sorted(set(found.met))), 0))


def sweep(conn: Connection, source_id: int) -> None:
    """Believe the e-mails of a source that was set to vouch only now; pairs that were split stay apart."""
    changes.begin(conn)
    accounts = conn.execute(
        select(Identity.person_id, Identity.email)
        .where(Identity.source_id == source_id, Identity.email_verified.is_(True), Identity.bot.is_(False))
        .order_by(Identity.key)
    ).all()
    _claim(conn, [Claim(account.person_id, account.email) for account in accounts])
    mails = [{"_id": account.person_id, "_email": account.email} for account in accounts]
    if mails:
        unknown = update(Person).where(Person.id == bindparam("_id"), Person.email.is_(None))
        conn.execute(unknown.values(email=bindparam("_email")), mails)


def _claim(conn: Connection, claims: list[Claim]) -> None:
    if not claims:
        return
    claimants = {claim.person for claim in claims}
    holders: dict[str, list[int]] = defaultdict(list)
    for person in conn.execute(
        select(Person.id, Person.email)
        .where(among(conn, Person.email, {claim.email for claim in claims}), Person.status != ERASED)
        .order_by(Person.claimed.desc(), Person.id)
    ):
        if person.id not in claimants:
            holders[person.email].append(person.id)
    pairs: list[tuple[tuple[int, ...], int]] = []
    for claim in claims:
        pairs.append((tuple(holders[claim.email]), claim.person))
        holders[claim.email].append(claim.person)
    people = {person for mine, other in pairs for person in (*mine, other)}
    roots = _roots(conn, people)
    apart = _split_before(conn, set(roots.values()))
    chosen = []
    for mine, other in pairs:
        holder = next((one for one in mine if frozenset((roots[one], roots[other])) not in apart), None)
        if holder is not None:
            chosen.append((holder, other))
    merge_all(conn, chosen, "email", None)


def _roots(conn: Connection, people: set[int]) -> dict[int, int]:
    top = func.coalesce(Person.root_id, Person.id)
    return dict(conn.execute(select(Person.id, top).where(among(conn, Person.id, people))).all())


def _split_before(conn: Connection, roots: set[int]) -> set[frozenset[int]]:
    """Pairs whose merge somebody undid."""
    rows = conn.execute(
        select(Merge.kept_id, Merge.gone_id).where(
            Merge.undone.is_not(None), among(conn, Merge.kept_id, roots), among(conn, Merge.gone_id, roots)
        )
    )
    return {frozenset((row.kept_id, row.gone_id)) for row in rows}
