"""From a batch of the log to entries of the ledger, for one plugin and generation.

The outcome is a function of the log alone: the same entries whatever the size of the batches. So acts are judged in
the order of positions, each as things stood at that position; only loading and writing goes by the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, Row, select

from renown.ledger import closes, generations, listing, neighbours, rules, write
from renown.ledger.acts import Act, World, reader
from renown.ledger.asking import Asking, Score
from renown.ledger.counting import counts, touched
from renown.ledger.limits import Keys
from renown.ledger.models import Generation
from renown.ledger.posting import Ledger, Slot, Wanted
from renown.ledger.seen import Eyes, Names
from renown.people import facts

CLOSED = "renown.closed.v1"

#: Writes what was prepared.
Write = Callable[[Connection], None]


class Judged(Struct, gc=False):
    """An act touched at a position. `told` tells its facts as of then; None where it does not count."""

    act: Act
    told: Act | None
    at: int
    wanted: list[Wanted]


class Scorer:
    """Scores for one plugin. One per process: it keeps what never changes between batches."""

    def __init__(self, plugin: str, score: Score) -> None:
        self.plugin = plugin
        self._score = score
        self._names = Names()
        self._keys: dict[int, Keys] = {}

    def consume(self, conn: Connection, generation: int, rows: Sequence[Row[Any]]) -> None:
        """Take rows of core_event, a stretch of the log without gaps. Raises what the plugin raises."""
        self.prepare(conn, generation, rows)(conn)

    def prepare(self, conn: Connection, generation: int, rows: Sequence[Row[Any]]) -> Write:
        """As `consume`, in two parts: reads, and gives what writes. It holds as long as the cursor stands still.

        Where a period closes, what came before is written first: the snapshot holds that and nothing else.
        """
        if not rows:
            return lambda conn: None
        batch = reader(rows[0]._fields)(rows)
        neighbours.learn(conn, batch, self._names.terms)
        ends = [place for place, act in enumerate(batch, 1) if self._names.terms[act.verb] == CLOSED]
        if ends:
            return partial(self._piecewise, generation=generation, batch=batch, ends=ends)
        return partial(_keep, generation=generation, ledger=self._reckon(conn, generation, batch))

    def _piecewise(self, conn: Connection, generation: int, batch: Sequence[Act], ends: Sequence[int]) -> None:
        for start, end in pairwise([0, *ends, len(batch)]):
            if start < end:
                _keep(conn, generation, self._reckon(conn, generation, batch[start:end]))
            if end in ends:
                self._close(conn, generation, batch[end - 1])

    def _close(self, conn: Connection, generation: int, act: Act) -> None:
        if _stands(conn, generation):
            closes.snapshot(conn, generation, listing.listed(conn, generation), act.id, act.extra)

    def _reckon(self, conn: Connection, generation: int, batch: Sequence[Act]) -> Ledger:
        """The entries that the batch leads to. Nothing is written."""
        counted = conn.execute(select(Generation.__table__).where(Generation.id == generation)).one()
        zone = ZoneInfo(counted.zone)
        book = rules.load(conn, self.plugin, counted.base, zone, counted.draft or ())
        measures, unlisted = listing.measures(conn, self.plugin, generation)
        world = neighbours.load(conn, self.plugin, batch, self._names.terms)
        judged = _judge(world, batch)
        called = self._names.load(conn, [one.told for one in judged if one.told] + [one.act for one in judged])
        people = facts.load(conn, _identities(world, judged))
        eyes = Eyes(self._names, called, people, counted.base, zone)
        keys = self._keys.setdefault(generation, Keys(generation, self.plugin))
        asking = Asking(self.plugin, self._score, keys, book, measures)
        _weigh(world, batch, judged, eyes, asking)
        touching = {one.act.id for one in judged if one.act.id < batch[0].id}
        lines = write.lines(conn, generation, touching)
        ids = asking.declared.keys() | {sum_id for line in lines for sum_id in line.limits}
        sums = write.sums(conn, ids)
        for sum_id, limit in asking.declared.items():
            sums.declare(sum_id, limit)
        quotas = write.quotas(conn, asking.quotas | {line.quota for line in lines if line.quota is not None})
        ledger = Ledger(sums, quotas, _order(book, measures), lines, unlisted)
        for at, acts in groupby(judged, key=attrgetter("at")):
            ledger.settle(at, [(one.act.id, one.wanted) for one in acts])
        return ledger


def _keep(conn: Connection, generation: int, ledger: Ledger) -> None:
    write.write(conn, generation, ledger, stands=_stands(conn, generation))


def _stands(conn: Connection, generation: int) -> bool:
    state = conn.scalar(select(Generation.state).where(Generation.id == generation))
    return state not in generations.ASIDE


def _judge(world: World, batch: Sequence[Act]) -> list[Judged]:
    """Whom each event of the batch touches, and whether they count then."""
    judged: list[Judged] = []
    for event in batch:
        if world.plain(event):
            judged.append(Judged(event, event, event.id, []))
            continue
        for act in touched(world, event):
            told = world.facts(act, event.id) if counts(world, act, event.id) else None
            judged.append(Judged(act, told, event.id, []))
    return judged


def _identities(world: World, judged: Sequence[Judged]) -> set[int]:
    found: set[int | None] = set()
    core = world.core
    for one in judged:
        if one.told is not None:
            found.add(one.act.actor_id)
            found.add(one.told.owner_id)
            found.add(one.told.asker_id)
            if one.act.extra is not None:
                found.update(one.act.mentioned)
            if one.act.verb in core:
                found.add(one.act.extra["identity"])
    return {identity for identity in found if identity is not None}


def _weigh(world: World, batch: Sequence[Act], judged: Sequence[Judged], eyes: Eyes, asking: Asking) -> None:
    """Fill in what each judged act is worth."""
    asked: list[Judged] = []
    events = []
    core = world.core
    news = _news(world, batch)
    next_news = next(news, None)
    for one in judged:
        while next_news is not None and next_news <= one.at:
            eyes.forget()
            next_news = next(news, None)
        if one.told is None:
            continue
        if one.act.verb in core:
            one.wanted = asking.adjusted(one.act, eyes, one.at)
        else:
            asked.append(one)
            events.append(eyes.show(one.act, one.told, one.at))
    aside = world.aside
    doubtful = {place for place, one in enumerate(asked) if aside and (one.act.id in aside or one.at in aside)}
    for one, wanted in zip(asked, asking.worth(events, doubtful), strict=True):
        one.wanted = wanted


def _news(world: World, batch: Sequence[Act]) -> Iterator[int]:
    """Positions at which more may be known of people."""
    return (event.id for event in batch if world.core_verb(event) not in (None, "resolved"))


def _order(book: rules.RuleBook, measures: dict[str, int]) -> Callable[[Slot], tuple[str, str, int]]:
    names = {number: name for name, number in measures.items()}
    return lambda slot: (book.names[slot[0]], names[slot[1]], slot[2])
