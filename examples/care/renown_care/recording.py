"""From the log to questions: each batch is read once, and whatever it bears on is told anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, select, update

from renown.api import DAY, PluginContext, ScoredEvent
from renown_care import acts, hours, reminding, telling
from renown_care.models import Act, Case

#: The case of each thing that is a question or an answer; None for answers whose question has not come.
Homes: TypeAlias = "dict[int, int | None]"

#: How long an act waits for the question that it belongs to.
_KEPT = 30 * DAY


def record(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    """Keep what bears on customers' questions, and bring those up to date."""
    settings = ctx.settings
    found = [(event, act) for event in events if (act := acts.read(event, settings)) is not None]
    if not found:
        return
    homes = _homes(ctx, {number for _, act in found for number in (act["object"], act["parent"]) if number})
    rows, opened = [], set()
    for event, act in found:
        if act["kind"] == "asked" and homes.get(act["object"]) is None:
            homes[act["object"]] = _open(ctx, event)
            opened.add(act["object"])
        act["case_id"] = _home(homes, act)
        if act["case_id"] is None and not (_awaited(homes, act) or acts.may_come(event, act["kind"])):
            continue
        rows.append(act)
        if act["kind"] == "reply":
            homes[act["object"]] = act["case_id"]
            opened |= {act["object"]} if act["case_id"] is not None else set()
    if rows:
        now = ctx.clock.now()
        ctx.session.execute(insert(Act), [row | {"seen_at": now} for row in rows])
    _adopt(ctx, homes, opened)
    cases = [homes[one] for one in opened] + [row["case_id"] for row in rows]
    settle(ctx, {one for one in cases if one is not None})


def settle(ctx: PluginContext, cases: Collection[int]) -> None:
    """Write down what the acts on these cases come to now."""
    if not cases:
        return
    held = ctx.session.scalars(select(Case).where(Case.id.in_(cases)).order_by(Case.id)).all()
    done: dict[int | None, list[Act]] = {one.id: [] for one in held}
    for act in ctx.session.scalars(select(Act).where(Act.case_id.in_(cases))):
        done[act.case_id].append(act)
    working = hours.of(ctx)
    waited = {one.id for one in held if one.state == "waiting" and one.reminded_at is not None}
    for case in held:
        _write(case, telling.tell(case.object, case.asker_id, done[case.id], case.aside_at), working)
    ctx.session.flush()
    reminding.withdraw(ctx, [one for one in held if one.id in waited and one.state != "waiting"])


def sweep(ctx: PluginContext) -> bool:
    """The job: forget acts whose question never came."""
    ctx.session.execute(delete(Act).where(Act.case_id.is_(None), Act.seen_at < ctx.clock.now() - _KEPT))
    return False


def _write(case: Case, told: telling.Told, working: hours.Hours) -> None:
    answer = told.answer
    case.state, case.settled_at, case.reopened = told.state, told.settled_at, told.reopened
    case.responder_id = answer.actor_id if answer else None
    case.responder_identity = answer.actor_identity if answer else None
    case.team_id = answer.team_id if answer else 0
    case.answered_at = answer.at if answer else None
    case.minutes = working.minutes(case.asked_at, answer.at) if answer else None


def _open(ctx: PluginContext, event: ScoredEvent) -> int:
    assert event.actor is not None
    case = Case(
        object=event.object,
        space_id=event.space_id,
        asker_id=event.actor.person,
        asker_identity=event.actor.identity,
        asked_at=event.occurred_at,
        quiet=event.backfill,
    )
    ctx.session.add(case)
    ctx.session.flush()
    return case.id


def _homes(ctx: PluginContext, numbers: Collection[int]) -> Homes:
    answers = select(Act.object, Act.case_id).where(Act.object.in_(numbers), Act.kind == "reply")
    questions = select(Case.object, Case.id).where(Case.object.in_(numbers))
    return {row[0]: row[1] for query in (answers, questions) for row in ctx.session.execute(query)}


def _home(homes: Homes, act: Mapping[str, Any]) -> int | None:
    """An answer is below its question, or below another answer; a word is on either, or tells what it is below."""
    own, above = homes.get(act["object"]), homes.get(act["parent"] or 0)
    if act["kind"] == "reply":
        return above
    return own if own is not None or act["kind"] != "word" else above


def _awaited(homes: Homes, act: Mapping[str, Any]) -> bool:
    """Whether it has to do with an answer that waits for its question."""
    return act["object"] in homes or act["parent"] in homes


def _adopt(ctx: PluginContext, homes: Homes, opened: Iterable[int]) -> None:
    """Give acts that came before their question, or before the answer they are on, to its case."""
    news = set(opened)
    while news:
        here = Act.object.in_(news) | Act.parent.in_(news)
        waiting = ctx.session.scalars(select(Act).where(Act.case_id.is_(None), here)).all()
        news = set()
        for act in waiting:
            case = _home(homes, {"kind": act.kind, "object": act.object, "parent": act.parent})
            if case is None:
                continue
            ctx.session.execute(update(Act).where(Act.event_id == act.event_id).values(case_id=case))
            if act.kind == "reply":
                homes[act.object] = case
                news.add(act.object)
