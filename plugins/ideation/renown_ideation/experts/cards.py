"""Scorecards: what experts say of an idea, criterion by criterion. No single number is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import bindparam, delete, select

from renown.api import PluginContext, Prepared, clean_text
from renown_ideation.experts import asking
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Asked, Board, Idea, Judged, Participant

LOWEST, HIGHEST = 1, 5
NOTE = 2000
#: Where a board has none of its own; what 5 says of it.
CRITERIA = {
    "Reach": "how many people it would help",
    "Impact": "how much it would help each of them",
    "Confidence": "how sure you are of that",
    "Effort": "how much work it is: 5 is the most",
}


@dataclass(frozen=True)
class Criterion:
    """What experts say of one: the middle, from where to where they reach, and how many of them said something."""

    name: str
    median: float
    low: int
    high: int
    number: int


@dataclass(frozen=True)
class Card:
    """One expert's."""

    person: int
    values: Mapping[str, int]
    note: str
    at: int


def criteria(board: Board) -> Sequence[str]:
    return tuple(board.criteria or CRITERIA)


def of(ctx: PluginContext, idea: int) -> Sequence[Card]:
    """In the order in which they were written."""
    asked = _ANSWERED.scalars(ctx, idea=idea)
    values: dict[int, dict[str, int]] = {}
    for one in _JUDGED.scalars(ctx, idea=idea) if asked else ():
        values.setdefault(one.person_id, {})[one.criterion] = one.value
    return [Card(one.person_id, values.get(one.person_id, {}), one.note, one.answered_at or one.at) for one in asked]


_ANSWERED = Prepared(
    select(Asked)
    .where(Asked.idea_id == bindparam("idea"), Asked.state == "answered")
    .order_by(Asked.answered_at, Asked.id)
)
_JUDGED = Prepared(select(Judged).where(Judged.idea_id == bindparam("idea")))


def summed_up(board: Board, found: Sequence[Card]) -> Sequence[Criterion]:
    """By the board's criteria, then by those that it had earlier."""
    names = [*criteria(board), *sorted({name for one in found for name in one.values} - set(criteria(board)))]
    said = {name: sorted(one.values[name] for one in found if name in one.values) for name in names}
    return [Criterion(name, median(all_), all_[0], all_[-1], len(all_)) for name, all_ in said.items() if all_]


def judge(ctx: PluginContext, board: Board, idea: Idea, asked: Asked, given: Mapping[str, str]) -> None:
    """Write or change one's card: `c1`, `c2`, ... by the board's criteria, "" for no opinion. Raises Refused."""
    if not asking.open_to_judge(idea):
        raise Refused({"note": ["It is decided: nobody judges it any more."]})
    values, note = _read(board, given)
    now = ctx.clock.now()
    ctx.session.execute(delete(Judged).where(Judged.idea_id == idea.id, Judged.person_id == asked.person_id))
    ctx.session.add_all(
        Judged(idea_id=idea.id, person_id=asked.person_id, criterion=name, value=value, at=now)
        for name, value in values.items()
    )
    asked.state, asked.answered_at, asked.note = "answered", now, note
    if ctx.session.get(Participant, (idea.id, asked.person_id, "expert")) is None:
        ctx.session.add(Participant(idea_id=idea.id, person_id=asked.person_id, role="expert", follows=True, at=now))
    ctx.session.flush()
    asking.settled(ctx, asked)


def _read(board: Board, given: Mapping[str, str]) -> tuple[dict[str, int], str]:
    errors: dict[str, list[str]] = {}
    values: dict[str, int] = {}
    allowed = {str(one): one for one in range(LOWEST, HIGHEST + 1)}
    for number, name in enumerate(criteria(board), 1):
        said = given.get(f"c{number}", "").strip()
        if said in allowed:
            values[name] = allowed[said]
        elif said:
            errors[f"c{number}"] = [f"{name}: from {LOWEST} to {HIGHEST}, or no opinion."]
    note = clean_text(given.get("note", ""), 2 * NOTE)
    if len(note) > NOTE:
        errors["note"] = [f"At most {NOTE} characters: this is {len(note)}."]
    if not errors and not values:
        errors["c1"] = ["Judge by at least one, or decline."]
    if errors:
        raise Refused(errors)
    return values, note
