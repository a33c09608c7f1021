"""`POST /api/v1/events`: CloudEvents from anybody with a token, each event under its own source's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection

from renown.events.receive import FieldError, Refusal, parse
from renown.events.types import CloudEvent
from renown.sources import intake, notes, registry
from renown.sources.connector import SourceInfo
from renown.sources.intake import Counts, Item, Prepared, SourceChanged
from renown.sources.notes import Delivery, Refused
from renown.sources.reception import Reception

#: Sources that are remembered at most.
_KNOWN = 1_000


class Rejected(Struct):
    """`index` counts from 0 in the order received; `id` is null where it could not be read."""

    index: int
    id: str | None
    errors: list[FieldError]


class Result(Struct):
    """The answer, 200 whenever the body could be read. `skipped` is there where the source's settings left some out."""

    accepted: int
    duplicates: int
    quarantined: int
    rejected: list[Rejected]
    skipped: int | UnsetType = UNSET


def post(reception: Reception, raw: bytes, content_type: str, *, sources: frozenset[str] | None = None) -> Result:
    """Take a body's events. `sources` are the names a token is bound to, None for one that is not bound.

    Raises UnreadableBody and UnknownMediaType.
    """
    words = reception.words(external=True)
    try:
        counts = take(reception, parse(raw, content_type, words), sources=sources, assumed=True)
    except SourceChanged:
        # Read anew, too: judging leaves out what the source as it was did not want.
        counts = take(reception, parse(raw, content_type, words), sources=sources)
    rejected = [Rejected(one.index, one.id, one.errors) for one in sorted(counts.details, key=lambda one: one.index)]
    return Result(counts.accepted, counts.duplicates, counts.quarantined, rejected, counts.skipped or UNSET)


def take(
    reception: Reception,
    items: Sequence[CloudEvent | Refusal],
    *,
    sources: frozenset[str] | None = None,
    first: int = 0,
    live: bool = True,
    assumed: bool = False,
) -> Counts:
    """The same for parsed items, numbered from `first`. A source that is new appears in the list.

    `assumed` goes by what is known of sources, and raises SourceChanged where that holds no more.
    """
    by_source: dict[str, list[tuple[int, Item]]] = {}
    strays: list[Refused] = []
    for index, item in enumerate(items, first):
        if isinstance(item, Refusal):
            item.index = index
        if item.source is None or (sources is not None and item.source not in sources):
            strays.append(_stray(index, item, "is not one that this token may write to"))
        else:
            by_source.setdefault(item.source, []).append((index, item))
    new = {name for name, these in by_source.items() if any(isinstance(item, CloudEvent) for _, item in these)}
    known = _sources(reception, by_source, new, assumed)
    group: list[Prepared] = []
    for name, these in sorted(by_source.items()):
        source = known.get(name)
        if source is None:
            strays += [_stray(index, item, "is paused or was removed") for index, item in these]
            continue
        prepared = intake.judge(reception, source, these, parsed=True)
        prepared.assumed = assumed
        if live:
            prepared.notes.delivery = _line(prepared)
        group.append(prepared)
    if len(group) == 1 and not strays:
        return reception.grouping.commit(reception.db, group[0], intake.commit)
    refusals = [one.refusal for one in strays]
    total = Counts(rejected=len(strays), details=refusals, reasons=Counter(map(notes.reason_of, refusals)))
    for counts in _commit(reception, group, strays):
        total.add(counts)
    return total


def _commit(reception: Reception, group: list[Prepared], strays: list[Refused]) -> list[Counts]:
    def work(conn: Connection) -> list[Counts]:
        counted = intake.write(conn, group)
        notes.write(conn, None, notes.Notes(refused=strays))
        return counted

    return reception.db.retrying(work)


def _sources(
    reception: Reception, names: Collection[str], new: Collection[str], assumed: bool
) -> Mapping[str, SourceInfo | None]:
    """Those that may be written to; None for the others. What is new is made, which alone needs a writer."""
    if assumed:
        known = {name: source for name in names if (source := reception.known.get(name)) is not None}
        if len(known) == len(names):
            return known
    with reception.db.glance() as conn:
        rows = {name: registry.by_name(conn, name) for name in names}
    if any(rows[name] is None for name in new):

        def make(conn: Connection) -> None:
            rows.update((name, registry.ensure(conn, reception.keyring, name)) for name in sorted(new))

        reception.db.retrying(make)
    live = {name: registry.info(row) for name, row in rows.items() if row is not None and row.state == "live"}
    for name in rows.keys() - live.keys():
        reception.known.pop(name, None)
    if len(reception.known) + len(live) > _KNOWN:
        reception.known.clear()
    reception.known.update(live)
    return live


def _stray(index: int, item: Item, message: str) -> Refused:
    """What belongs to no source of ours."""
    if isinstance(item, Refusal):
        return Refused(item)
    assert isinstance(item, CloudEvent)
    return Refused(Refusal(index=index, id=item.id, errors=[FieldError("source", message)]))


def _line(prepared: Prepared) -> Delivery:
    noted, first = prepared.notes, next(iter(prepared.events), None)
    if noted.held:
        return Delivery("quarantined", reason=noted.held[0].reason)
    if noted.refused:
        return Delivery("rejected", reason=noted.refused[0].refusal.errors[0].message)
    if first is None:
        return Delivery("skipped", reason=next(iter(noted.skipped), ("", ""))[0])
    who = first.data.actor.name or first.data.actor.username or first.data.actor.id
    count = len(prepared.events)
    return Delivery("accepted", first.type, who, reason=None if count == 1 else f"{count} events")
