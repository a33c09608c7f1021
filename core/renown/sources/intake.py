"""From items of one source to rows: each is taken, or noted with the reason why not. The source's settings hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from renown import clock
from renown.db.engine import Database
from renown.db.spelled import Spelled
from renown.events import log, spaces
from renown.events.receive import FieldError, Refusal, Vocabulary, validate
from renown.events.types import CloudEvent
from renown.hooks.guard import Fault
from renown.sources import notes, registry
from renown.sources.connector import Skipped, SourceInfo
from renown.sources.notes import Held, Notes, Refused
from renown.sources.payload import count_words, text_digest
from renown.sources.reception import Reception

PRIVATE = "in a private space, which this source is set to leave out"
ERASED = "by somebody whose data was erased"

Item = CloudEvent | Skipped | Refusal

_ARRIVED = Spelled("UPDATE core_source SET last_event_at = :now WHERE id = :source")
_encode = msgspec.json.Encoder().encode


@dataclass
class Counts:
    """What became of items. `details` are the refusals, for the sender; `reasons` is why so many did not go on."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    skipped: int = 0
    quarantined: int = 0
    details: list[Refusal] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def figures(self) -> dict[str, int]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("details", "reasons")}


class SourceChanged(Exception):
    """Something was judged by what a source is no more, so nothing was written. It is to be judged anew."""


@dataclass
class Prepared:
    """The items of one source, read and judged, before anything is written.

    `assumed`: by what was known of the source, which must still hold in the transaction that writes. `hidden`: places
    of private events that are left out, which may have been public until then.
    """

    source: SourceInfo
    events: list[CloudEvent] = field(default_factory=list)
    extras: dict[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    assumed: bool = False
    hidden: set[str] = field(default_factory=set)


def prepare(reception: Reception, source: SourceInfo, items: Iterable[Item], *, first: int = 0) -> Prepared:
    """Judge the items of a connector, numbered from `first`."""
    return judge(reception, source, enumerate(items, first))


def judge(
    reception: Reception,
    source: SourceInfo,
    numbered: Iterable[tuple[int, Item]],
    *,
    parsed: bool = False,
    force: bool = False,
) -> Prepared:
    """Judge items, each with its index. `parsed` ones are sound already; `force` passes what plugins would refuse."""
    prepared, words = Prepared(source), Vocabulary() if parsed else reception.words(external=False)
    for index, item in numbered:
        _judge(reception, prepared, item, index, words, parsed, force)
    return prepared


def take(reception: Reception, source: SourceInfo, items: Iterable[Item], *, first: int = 0) -> Counts:
    """Judge and commit the items of one source, in one transaction."""
    return commit(reception.db, [prepare(reception, source, items, first=first)])[0]


def commit(db: Database, group: Sequence[Prepared]) -> list[Counts]:
    """One transaction for all of them; the counts of each."""
    return db.retrying(lambda conn: write(conn, group))


def write(conn: Connection, group: Sequence[Prepared]) -> list[Counts]:
    """The same in the caller's transaction. Raises SourceChanged."""
    extras = {key: extra for prepared in group for key, extra in prepared.extras.items()}
    # Writers go by source, and this may cross another's way, once in a place's life: whoever loses tries again.
    for prepared in sorted(group, key=lambda one: one.source.id):
        spaces.hide(conn, prepared.source.id, prepared.hidden)
    done = log.append(conn, [(prepared.source, prepared.events) for prepared in group], extras)
    assumed = [prepared.source for prepared in group if prepared.assumed]
    if assumed:
        # Under the log's lock: a change is before these events in the log, or after them.
        now = registry.live(conn, {source.id for source in assumed})
        if any(now.get(source.id) != source for source in assumed):
            raise SourceChanged
    left = set(done.taken)
    counted = [_count(prepared, left, done.erased) for prepared in group]
    order = sorted(range(len(group)), key=lambda number: group[number].source.id)
    for number in order:
        notes.write(conn, group[number].source.id, counted[number][1])
    lines = [(group[number].source.id, counted[number][1].delivery) for number in order]
    notes.write_deliveries(conn, [(source_id, line) for source_id, line in lines if line is not None])
    for source_id in sorted({source_id for source_id, _ in done.taken}):
        _ARRIVED(conn, {"source": source_id, "now": clock.now()})
    return [counts for counts, _ in counted]


def _judge(
    reception: Reception,
    prepared: Prepared,
    item: Item,
    index: int,
    words: Vocabulary,
    parsed: bool,
    force: bool,
) -> None:
    source, noted = prepared.source, prepared.notes
    if isinstance(item, Skipped):
        noted.skipped[item.reason, item.what] += 1
        return
    if isinstance(item, CloudEvent):
        item.source = source.name
    checked = item if parsed or isinstance(item, Refusal) else validate(item, index, words)
    if isinstance(checked, Refusal):
        noted.refused.append(Refused(checked, _sealed(reception, noted, item)))
        return
    quality = checked.data.quality
    if quality is not None and quality.private and not source.keep_private:
        noted.skipped[PRIVATE, checked.type] += 1
        if checked.data.target is not None:
            prepared.hidden.add(checked.data.target.id)
        return
    if not source.keep_text:
        _without_text(checked)
    verdict = None if force else reception.screen(checked)
    if isinstance(verdict, Fault):
        noted.held.append(Held(checked.id, verdict.plugin, verdict.reason, reception.keyring.seal(_encode(checked))))
        return
    if verdict is not None:
        plugin, rejection = verdict
        error = FieldError(rejection.field, f"{rejection.message} ({plugin})")
        refusal = Refusal(index=index, id=checked.id, errors=[error])
        noted.refused.append(Refused(refusal, _sealed(reception, noted, checked)))
        return
    prepared.events.append(checked)
    extra = reception.enrich(checked)
    if extra:
        prepared.extras[source.id, checked.id] = extra


def _sealed(reception: Reception, noted: Notes, item: CloudEvent | Refusal) -> bytes | None:
    """The event, to be tried again; of a flood of refusals only the first ones."""
    if isinstance(item, Refusal) or len(noted.refused) >= notes.KEPT:
        return None
    return reception.keyring.seal(_encode(item))


def _without_text(event: CloudEvent) -> None:
    """Keep how many words there were and a digest, and neither title nor text."""
    thing = event.data.object
    if thing.content is not None:
        if thing.words is None:
            thing.words = count_words(thing.content)
        if thing.digest is None:
            thing.digest = text_digest(thing.content)
        thing.content = None
    thing.title = None


def _count(prepared: Prepared, left: set[tuple[int, str]], erased: frozenset[tuple[int, str]]) -> tuple[Counts, Notes]:
    """`left` are the keys that are new: whoever comes first has them. The notes are a copy, as commits are retried."""
    noted = prepared.notes
    if len(prepared.events) == 1 and not (noted.skipped or noted.refused or noted.held):
        # Nearly all single deliveries, of which a group has hundreds.
        key = (prepared.source.id, prepared.events[0].id)
        if key in left:
            left.remove(key)
            return Counts(accepted=1), noted
    counts, noted = Counts(), replace(noted, skipped=noted.skipped.copy())
    for event in prepared.events:
        key = (prepared.source.id, event.id)
        if key in left:
            left.remove(key)
            counts.accepted += 1
        elif key in erased:
            noted.skipped[ERASED, event.type] += 1
        else:
            counts.duplicates += 1
    counts.rejected, counts.skipped, counts.quarantined = len(noted.refused), noted.skipped.total(), len(noted.held)
    counts.details = [one.refusal for one in noted.refused]
    counts.reasons.update(notes.reason_of(one.refusal) for one in noted.refused)
    counts.reasons.update(one.reason for one in noted.held)
    for (reason, _), number in noted.skipped.items():
        counts.reasons[reason] += number
    if noted.delivery is not None and noted.delivery.outcome == "accepted" and not counts.accepted:
        outcome, why = ("duplicate", "there already") if counts.duplicates else ("skipped", ERASED)
        noted.delivery = replace(noted.delivery, outcome=outcome, reason=why)
    return counts, noted
