"""A test event goes the whole way, judged, appended and scored, in a transaction that is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from renown import clock
from renown.events import log
from renown.events.models import Event
from renown.events.types import Activity, Actor, CloudEvent, Data, ObjectRef, Ref, collab
from renown.hooks.dispatch import Dispatcher
from renown.ledger import generations
from renown.ledger.models import Entry, Measure, Rule
from renown.ledger.score import Scorer
from renown.people.models import Identity
from renown.sources import intake
from renown.sources.connector import SourceInfo
from renown.sources.intake import Prepared
from renown.sources.reception import Reception

#: What can be tried: title by name. In each, Test A does what there may be points for, and Test B is the other one.
ACTS = {
    "accepted": "Test A answers a question, and Test B accepts it",
    "message": "Test A writes a message",
    "liked": "Test B reacts to a message by Test A",
    "review": "Test A reviews a change by Test B",
    "merged": "Test B merges a change by Test A",
}
_A, _B = "renown-test-a", "renown-test-b"
_WHO = {_A: "Test A", _B: "Test B"}
_WORDS = 50


@dataclass(frozen=True)
class Given:
    """What one of the two would get by a rule. Amounts are in thousandths; raw - amount a limit took."""

    who: str
    plugin: str
    measure: str
    rule: str
    version: int
    raw: int
    amount: int


@dataclass(frozen=True)
class Rehearsed:
    """`stopped` are reasons why an event was not taken, `failed` why a plugin did not score, each a sentence."""

    taken: int
    stopped: Sequence[str]
    given: Sequence[Given]
    failed: Sequence[str]


class _TakenBack(Exception):
    """Ends the transaction without a trace."""


def rehearse(reception: Reception, dispatcher: Dispatcher, source: SourceInfo, act: str, space: str = "") -> Rehearsed:
    """Let made-up accounts do an act (a name of ACTS) in a space of this source. Nothing is kept of it."""
    prepared = intake.prepare(reception, source, _events(source, act, space))
    stopped, found = _stopped(prepared), Rehearsed(0, (), (), ())
    if not prepared.events:
        return Rehearsed(0, stopped, (), ())
    with suppress(_TakenBack), reception.db.write() as conn:
        done = log.append(conn, [(source, prepared.events)], prepared.extras)
        given, failed = _scored(conn, dispatcher, done.first)
        found = Rehearsed(done.accepted, stopped, given, failed)
        raise _TakenBack
    return found


def _stopped(prepared: Prepared) -> list[str]:
    noted = prepared.notes
    errors = [error for one in noted.refused for error in one.refusal.errors]
    said = [
        f"Refused: {error.field}: {error.message}" if error.field else f"Refused: {error.message}" for error in errors
    ]
    said += [f"Quarantined: {one.plugin}: {one.reason}" for one in noted.held]
    return said + [f"Skipped: {reason}" for reason, _ in noted.skipped]


def _scored(conn: Connection, dispatcher: Dispatcher, first: int) -> tuple[list[Given], list[str]]:
    rows = conn.execute(select(Event.__table__).where(Event.id >= first).order_by(Event.id)).all()
    failed = []
    for plugin in dispatcher.scoring():
        generation = generations.live(conn, plugin)
        if generation is None:
            continue
        # A scorer of its own: what it learns here is never committed.
        scorer = Scorer(plugin, partial(dispatcher.score, plugin))
        try:
            with conn.begin_nested():
                scorer.consume(conn, generation, rows)
        except Exception as error:  # whatever a plugin may raise
            failed.append(f"{plugin}: {error}")
    return _given(conn, first), failed


def _given(conn: Connection, first: int) -> list[Given]:
    found = conn.execute(
        select(
            Identity.key,
            Rule.plugin,
            Measure.name.label("measure"),
            Rule.name.label("rule"),
            Rule.version,
            Entry.raw,
            Entry.amount,
        )
        .join(Measure, (Measure.id == Entry.measure) & (Measure.generation == Entry.generation))
        .join(Rule, Rule.id == Entry.rule_id)
        .join(Identity, Identity.id == Entry.identity_id)
        .where(Entry.act_id >= first)
        .order_by(Entry.id)
    )
    return [
        Given(_WHO.get(one.key, one.key), one.plugin, one.measure, one.rule, one.version, one.raw, one.amount)
        for one in found
    ]


def _events(source: SourceInfo, act: str, space: str) -> Iterable[CloudEvent]:
    told = partial(_event, source, Ref(id=space, name=space) if space else None)
    asked = ObjectRef(id="renown-test:question", kind="question", words=_WORDS)
    if act == "accepted":
        yield told("ask", "Create", _B, asked)
        answer = ObjectRef(id="renown-test:answer", kind="answer", words=_WORDS, inReplyTo=Ref(id=asked.id))
        yield told("answer", "Create", _A, answer)
        yield told("accept", "Accept", _B, ObjectRef(id=answer.id, kind="answer"))
    elif act in ("message", "liked"):
        yield told("create", "Create", _A, ObjectRef(id="renown-test:message", kind="message", words=_WORDS))
        if act == "liked":
            yield told("react", "Like", _B, ObjectRef(id="renown-test:message"))
    elif act in ("review", "merged"):
        maker, other = (_B, _A) if act == "review" else (_A, _B)
        yield told("create", "Create", maker, ObjectRef(id="renown-test:change", kind="change", words=_WORDS))
        state = None if act == "review" else "merged"
        verb = "review" if act == "review" else "resolve"
        yield told(verb, "Update", other, ObjectRef(id="renown-test:change", kind="change", state=state))
    else:
        raise LookupError(f"no act {act!r}")


def _event(
    source: SourceInfo, target: Ref | None, verb: str, activity: Activity, who: str, thing: ObjectRef
) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=f"{thing.id}:{verb}",
        source=source.name,
        type=collab(verb),
        time=clock.to_datetime(clock.now()),
        data=Data(type=activity, actor=Actor(id=who, name=_WHO[who]), object=thing, target=target),
    )
