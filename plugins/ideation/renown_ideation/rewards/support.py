"""Votes, as the event log has them: each once, taken back as they are, and by nobody's name to others.

They follow the votes by a job, some hundred at a time: whoever votes waits for no log. Nothing is told of a board whose
numbers are hidden, before they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from renown.api import Actor, Data, ObjectRef, PluginContext, Quality
from renown_ideation import gate, totals
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Idea, Participant, Vote

SUPPORTED = "ideation.supported.v1"
#: The state of an idea in a vote by one of its own authors: it is worth nothing.
OWN = "own"
BATCH = 500


def waiting(now: int) -> Select[int]:
    return select(Vote.idea_id).where(Vote.given != Vote.logged)


def drain(ctx: PluginContext, most: int = BATCH) -> bool:
    """A job. Whether there may be more. What it appends and what it notes of that is one transaction."""
    rows = ctx.session.execute(
        select(Vote, Idea.author_id, Idea.event_key)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Vote.given != Vote.logged, Idea.board_id.not_in(_hidden(ctx)))
        .order_by(Vote.idea_id, Vote.person_id)
        .limit(most)
        .with_for_update(of=Vote, skip_locked=True)
    ).all()
    # What was brought elsewhere before, or by somebody who was erased, rewards nobody.
    # Nor does a vote that staff entered for somebody: whoever brings an idea could enter votes for it.
    told = [
        (vote, author) for vote, author, key in rows if author is not None and key is not None and vote.by_id is None
    ]
    actors = ctx.people.actors({one for vote, author in told for one in (vote.person_id, author)})
    own = _own(ctx, [vote for vote, _ in told])
    for vote, author in told:
        _append(ctx, vote, actors, author, (vote.idea_id, vote.person_id) in own or vote.person_id == author)
    for vote, *_ in rows:
        vote.logged = vote.given
    ctx.session.flush()
    return len(rows) == most


def _append(ctx: PluginContext, vote: Vote, actors: Mapping[int, Actor], author: int, own: bool) -> None:
    which = f"{vote.idea_id}:{vote.person_id}"
    thing = ObjectRef(
        id=f"idea:{vote.idea_id}", kind=writing.KIND, attributedTo=actors[author], state=OWN if own else None
    )
    ctx.events.append(
        SUPPORTED,
        Data(
            type="Like" if vote.given else "Undo",
            actor=actors[vote.person_id],
            object=thing,
            statekey=f"vote:{which}",
            quality=Quality(private=True),
        ),
        key=f"vote:{which}:{vote.at}:{'on' if vote.given else 'off'}",
        at=vote.at,
    )


def _hidden(ctx: PluginContext) -> Sequence[int]:
    """Boards whose numbers are hidden now."""
    return [one.id for one in ctx.session.scalars(select(Board)) if totals.hidden(ctx, one) is not None]


def _own(ctx: PluginContext, votes: Sequence[Any]) -> set[tuple[int, int]]:
    """Ideas and those of their authors who may be among these votes."""
    wanted = select(Participant.idea_id, Participant.person_id).where(
        Participant.idea_id.in_({one.idea_id for one in votes}), Participant.role.in_(gate.WRITERS)
    )
    return {(row.idea_id, row.person_id) for row in ctx.session.execute(wanted)}
