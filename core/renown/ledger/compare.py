"""What a recount would change: who moves, and which limits bite."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from renown.ledger import generations, limits, listing
from renown.ledger.models import DayTotal, Entry, LimitUse, Measure
from renown.people.models import Identity, Person


@dataclass(frozen=True)
class Move:
    """A person before and after, in thousandths. Ranks are among everybody counted; None where there was nothing."""

    person: int
    before: int
    after: int
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True)
class Bite:
    """How often a limit took something, and how much (thousandths), now and in the recount."""

    limit: str
    times_before: int
    taken_before: int
    times_after: int
    taken_after: int


@dataclass(frozen=True)
class Comparison:
    """`moves` are the people whose amount changes, the biggest change first."""

    people: int
    moves: tuple[Move, ...]
    bites: tuple[Bite, ...]


def compare(conn: Connection, plugin: str, generation: int, measure: str, *, since: int | None = None) -> Comparison:
    """The live generation against another, over days from `since` on (all if None). Who may see it is the caller's."""
    number = conn.execute(select(Measure.id).where(Measure.name == measure)).scalar_one()
    live = generations.live(conn, plugin) or 0
    before, after = (_amounts(conn, one, number, since) for one in (live, generation))
    ranks_before, ranks_after = _ranks(before), _ranks(after)
    moves = [
        Move(person, before.get(person, 0), after.get(person, 0), ranks_before.get(person), ranks_after.get(person))
        for person in sorted(before.keys() | after.keys())
        if before.get(person, 0) != after.get(person, 0)
    ]
    moves.sort(key=lambda move: (-abs(move.after - move.before), move.person))
    return Comparison(len(before.keys() | after.keys()), tuple(moves), _bites(conn, live, generation))


def _amounts(conn: Connection, generation: int, measure: int, since: int | None) -> dict[int, int]:
    """By root person. A measure without boards has no totals of days: its entries are added up."""
    root = func.coalesce(Person.root_id, Person.id)
    of = Entry if measure in listing.unlisted(conn, generation) else DayTotal
    asked = (
        select(root, func.sum(of.amount))
        .join(Identity, Identity.id == of.identity_id)
        .join(Person, Person.id == Identity.person_id)
        .where(of.generation == generation, of.measure == measure)
        .group_by(root)
    )
    if since is not None:
        asked = asked.where(of.day >= since)
    return {person: int(amount) for person, amount in conn.execute(asked)}


def _ranks(amounts: dict[int, int]) -> dict[int, int]:
    """Equal amounts share the better rank."""
    ranks: dict[int, int] = {}
    rank, last = 0, None
    for place, (person, amount) in enumerate(sorted(amounts.items(), key=lambda item: -item[1]), start=1):
        rank = rank if amount == last else place
        last = amount
        ranks[person] = rank
    return ranks


def _bites(conn: Connection, *both: int) -> tuple[Bite, ...]:
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, generation in enumerate(both):
        uses = select(LimitUse.label, LimitUse.raw, LimitUse.curve).where(LimitUse.generation == generation)
        for label, raw, curve in conn.execute(uses):
            taken = raw - limits.value(limits.parse(curve), raw)
            if taken > 0:
                found[label][2 * place] += 1
                found[label][2 * place + 1] += taken
    return tuple(Bite(label, *counts) for label, counts in sorted(found.items()))
