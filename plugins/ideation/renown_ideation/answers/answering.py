"""What staff say to an idea: a step, an answer in public, and the date of the next one."""

from __future__ import annotations

from typing import cast

from renown.api import DAY, Data, ObjectRef, PluginContext
from renown_ideation import gate, promises, states
from renown_ideation.answers import followers
from renown_ideation.delivery import plans
from renown_ideation.ideas import voters, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea, Participant, Status
from renown_ideation.states import STATES, State

ANSWERED = "ideation.answered"
DELIVERED = "ideation.delivered.v1"
#: How far ahead the next answer may be promised.
LONGEST = 366 * DAY


def step(
    ctx: PluginContext, idea: Idea, board: Board, to: str, answer: str, by: int, due_at: int | None = None
) -> Status:
    """Bring an idea on, with what everybody may read. `due_at`: when the next answer is due, else as the board says.

    A step to the state that it has is an answer alone. Raises Refused.
    """
    voters.hold_all(ctx, idea.id)
    ctx.session.refresh(idea)
    before, said = cast(State, idea.state), answer.strip()
    if to != before and not (to in STATES and states.leads(before, cast(State, to))):
        raise Refused({"state": [f"From “{STATES[before].title}” it cannot become that."]})
    if not said and (to == before or to in states.ANSWERED):
        raise Refused({"answer": ["Write what you tell the people who wait for it."]})
    now, late = ctx.clock.now(), max(0, ctx.clock.now() - (idea.due_at or ctx.clock.now()))
    if to == "delivered" and before != to:
        plans.require_outcome(ctx, idea.id)
    owes = to in states.OPEN
    if owes and due_at is not None and due_at <= now:
        raise Refused({"due": ["Choose a day that is to come."]})
    if owes and due_at is not None and due_at > now + LONGEST:
        raise Refused({"due": ["Choose a day within a year: until then they hear at least how it stands."]})
    idea.due_at = (due_at or promises.due(ctx, board.answer_days)) if owes else None
    idea.state, idea.changed_at, idea.reminded = to, now, 0
    idea.acknowledged_at = idea.acknowledged_at or now
    idea.owner_id = idea.owner_id or by
    if said:
        idea.answered_at = idea.answered_at or now
    if to == "delivered" and before != to:
        idea.delivered_at = now
    if to != before and "delivered" in (to, before):
        _delivered(ctx, idea, there=to == "delivered")
    made = Status(
        idea_id=idea.id, before=before, state=to, answer=said, by_id=by, at=now, due_at=idea.due_at, late=late
    )
    ctx.session.add(made)
    ctx.session.flush()
    ctx.audit.record("answer", by=by, target=f"idea:{idea.id}", details={"state": to, "late": late > 0})
    followers.tell(ctx, idea.id, ANSWERED, f"{STATES[cast(State, to)].title}: {idea.title}", said, by)
    return made


def due(ctx: PluginContext, typed: str) -> int | None:
    """When the next answer is due, from the day that was typed; None for none. Raises Refused."""
    errors: dict[str, list[str]] = {}
    found = plans.day(ctx, typed, "due", errors)
    if errors:
        raise Refused(errors)
    return found


def own(ctx: PluginContext, idea: Idea, board: Board, owner: int, by: int) -> None:
    """Somebody who works here owes the answers from now on. Raises Refused."""
    require_reader(ctx, board, owner)
    idea.owner_id, idea.changed_at = owner, ctx.clock.now()
    ctx.session.merge(
        Participant(idea_id=idea.id, person_id=owner, role="stakeholder", follows=True, at=ctx.clock.now())
    )
    ctx.session.flush()
    ctx.audit.record("own", by=by, target=f"idea:{idea.id}", person=owner)


def require_reader(ctx: PluginContext, board: Board, owner: int) -> None:
    """Whoever owes the answers works here and reads the board. Raises Refused."""
    if not ctx.people.employees([owner]):
        raise Refused({"owner": ["Only somebody who works here can own an idea."]})
    if not gate.readers(ctx, board, [owner]):
        raise Refused({"owner": [f"They may not read “{board.title}”: name somebody who may, or let them in first."]})


def _delivered(ctx: PluginContext, idea: Idea, *, there: bool) -> None:
    """Into the event log; and out of it again, where it was said too early."""
    if idea.author_id is None:
        return
    author = ctx.people.actor(idea.author_id)
    thing = ObjectRef(
        id=f"idea:{idea.id}", kind=writing.KIND, attributedTo=author, state="delivered" if there else None
    )
    ctx.events.append(
        DELIVERED,
        Data(
            type="Accept" if there else "Undo",
            actor=ctx.people.actor(idea.owner_id or idea.author_id),
            object=thing,
            statekey=f"delivered:{idea.id}",
        ),
        key=f"delivered:{idea.id}:{ctx.clock.now()}{'' if there else ':off'}",
    )
