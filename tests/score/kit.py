"""A scoring plugin for tests, pure and small, and a site with one source on which it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.hooks.manifest import MeasureSpec
from renown.ledger import catchup, generations, limits
from renown.ledger.entries import Curve, Entry, Limit, Quota, Rules, ScoredEvent
from renown.ledger.limits import Use
from renown.ledger.models import DayTotal, LimitUse
from renown.ledger.models import Entry as EntryRow
from renown.ledger.score import Scorer
from renown.people.models import Identity
from renown.sources.connector import SourceInfo
from tests.events.kit import connect

PLUGIN = "points"
MEASURE = "points.sum"
#: It has no boards. Whoever is mentioned gets it, once for each person.
TIES = "points.ties"
MEASURES = (
    MeasureSpec(MEASURE, "Points"),
    MeasureSpec("points.helped", "Helped"),
    MeasureSpec(TIES, "Ties", unit="ties", listed=False),
)
DEFAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create", {"points": 5_000}),
    ("like", {"points": 2_000}),
    ("liked", {"points": 3_000}),
    ("answered", {"points": 10_000, "customer": 15_000}),
    ("named", {"points": 1_000}),
)

PAIR = Curve(((4_000, 1000), (9_000, 500), (None, 100)))
DAY = Curve(((12_000, 1000), (20_000, 333), (None, 0)))


class Broken(Exception):
    """What this plugin raises for an event whose content is "boom"."""


def score(events: Sequence[ScoredEvent], rules: Rules) -> list[Entry]:
    found: list[Entry] = []
    for event in events:
        bodies = {rule.name: rule.body for rule in rules.of(event)}
        actor, owner, asker = event.actor, event.owner, event.asker
        if event.content == "boom":
            raise Broken(event.key)
        if event.activity == "Create" and actor:
            day = Limit("day", (actor.person,), DAY)
            raw = bodies["create"]["points"] + (event.words or 0) * 10
            found.append(Entry(event.id, actor.identity, MEASURE, "create", raw, limits=(day,)))
            own = sorted(name for name in bodies if name.startswith("own-"))
            given = [
                Entry(event.id, actor.identity, MEASURE, name, bodies[name]["points"], limits=(day,)) for name in own
            ]
            found.extend(given)
        if event.activity == "Like" and owner and actor and actor.person != owner.person:
            pair = Limit("pair", (actor.person, owner.person), PAIR)
            day = Limit("day", (owner.person,), DAY)
            raw = bodies["liked"]["points"]
            found.append(Entry(event.id, owner.identity, MEASURE, "liked", raw, limits=(pair, day)))
            quota = Quota("giving", (actor.person,), 2) if event.content == "rare" else None
            found.append(Entry(event.id, actor.identity, MEASURE, "like", bodies["like"]["points"], quota=quota))
        if event.verb == "accept" and owner and asker and owner.person != asker.person:
            raw = bodies["answered"]["customer" if asker.affiliation == "customer" else "points"]
            found.append(Entry(event.id, owner.identity, "points.helped", "answered", raw))
        named: set[int | None] = {None if one is None else one.person for one in (actor, owner)}
        for one in event.mentioned:
            if actor and one.person not in named:
                pair = Limit("named", (actor.person, one.person), PAIR)
                found.append(Entry(event.id, one.identity, TIES, "named", bodies["named"]["points"], limits=(pair,)))
            named.add(one.person)
    return found


class Site:
    """A database with one source, whose live generation of the plugin counts when told to."""

    def __init__(
        self,
        db: Database,
        source: str = "slack:T1",
        *,
        scorer: Scorer | None = None,
        measures: Sequence[MeasureSpec] = MEASURES,
        **changes: Any,
    ) -> None:
        self.db = db
        self.source: SourceInfo = connect(db, source, **changes)
        self.scorer = scorer or Scorer(PLUGIN, score)
        with db.write() as conn:
            generation = generations.ensure(conn, self.scorer.plugin, measures, DEFAULTS)
        assert generation is not None
        self.generation = generation

    def take(self, *events: CloudEvent) -> None:
        with self.db.write() as conn:
            log.append(conn, [(self.source, events)])

    def count(self, batch: int = 1000, generation: int | None = None, upto: int | None = None) -> int:
        return catchup.run(self.db, self.scorer, generation or self.generation, batch=batch, upto=upto)

    def new_generation(self, start: int = 0) -> int:
        """Another count beside the live one, from position `start` on."""
        with self.db.write() as conn:
            made = generations.create(conn, PLUGIN, base=0, state="building")
            conn.exec_driver_sql(f"UPDATE core_consumer SET position = {start} WHERE generation = {made}")
        return made

    def totals(self, generation: int | None = None, measure: str = MEASURE) -> dict[str, int]:
        """What each account of the source has; those with 0 are left out. Of TIES, nothing is kept but the entries."""
        with self.db.read() as conn:
            return totals(conn, generation or self.generation, self.source.id, measure)


def totals(conn: Connection, generation: int, source: int, measure: str = MEASURE) -> dict[str, int]:
    number = conn.exec_driver_sql(f"SELECT id FROM core_measure WHERE name = '{measure}'").scalar_one()
    found = {
        table: {
            row.key: int(row.amount)
            for row in conn.execute(
                select(Identity.key, func.sum(table.amount).label("amount"))
                .join(table, table.identity_id == Identity.id)
                .where(table.generation == generation, table.measure == number, Identity.source_id == source)
                .group_by(Identity.key)
            )
            if row.amount
        }
        for table in (EntryRow, DayTotal)
    }
    assert found[DayTotal] == ({} if measure == TIES else found[EntryRow]), "the sum of entries is the total"
    return found[EntryRow]


def assert_whole(conn: Connection, generation: int) -> None:
    """What holds after every batch: each limit gave F(sum of raw), and nothing lives twice."""
    rows = conn.execute(select(EntryRow.__table__).where(EntryRow.generation == generation).order_by(EntryRow.id)).all()
    uses = {
        row.id: Use(limits.parse(row.curve), row.label, row.raw)
        for row in conn.execute(select(LimitUse.__table__).where(LimitUse.generation == generation))
    }
    raw: dict[int, int] = {}
    outer: dict[int, int] = {}
    kinds: dict[int, str] = {}
    for row in rows:
        kinds[row.id] = "post" if not row.reverses or kinds[row.reverses] == "reversal" else "reversal"
        ids = limits.read_ids(row.limits)
        if ids:
            raw[ids[0]] = raw.get(ids[0], 0) + row.raw if len(ids) > 1 else raw.get(ids[0], 0)
            outer[ids[-1]] = outer.get(ids[-1], 0) + row.amount
        elif row.reason != "quota":
            assert row.amount == row.raw
    for sum_id, given in outer.items():
        assert given == limits.value(uses[sum_id].curve, uses[sum_id].raw)
    for sum_id, put in raw.items():
        if sum_id not in outer:
            assert put == uses[sum_id].raw
    living: dict[tuple[int, ...], int] = {}
    for row in rows:
        slot = (row.act_id, row.measure, row.identity_id, row.rule_id)
        living[slot] = living.get(slot, 0) + (1 if kinds[row.id] == "post" else -1)
        assert living[slot] in (0, 1)
