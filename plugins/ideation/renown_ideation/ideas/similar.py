"""Ideas that say about the same as what somebody is writing: vote for one of them instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.ideas import matching, words
from renown_ideation.models import Board, Idea

#: How many are looked at, by how many of the rarest words; how many are shown, from which likeness on.
_LOOKED_AT, _WORDS, _SHOWN, _LEAST = 50, 4, 5, 0.3
#: Words of a title that are looked up.
_ASKED = 16


@dataclass(frozen=True)
class Similar:
    id: int
    title: str
    #: 0 to 1.
    likeness: float


def find(ctx: PluginContext, viewer: Viewer, board: Board, title: str, *, but: int | None = None) -> Sequence[Similar]:
    """Of one board, the likest first; one that was merged is shown as the one that it goes on in."""
    asked = words.of(title)[:_ASKED]
    known = matching.counts(ctx, asked)
    if not known:
        return []
    rarest = sorted(known, key=lambda one: (known[one], -len(one)))[:_WORDS]
    weights = _weights(ctx, asked, known)
    best: dict[int, Similar] = {}
    for one in _candidates(ctx, board, rarest):
        likeness, number = _likeness(weights, _words(one.title), _words(one.body)), one.leader or one.id
        if likeness >= _LEAST and number != but and likeness > best.get(number, _NONE).likeness:
            best[number] = Similar(number, one.leader_title or one.title, likeness)
    return sorted(best.values(), key=lambda one: (-one.likeness, one.id))[:_SHOWN]


_NONE = Similar(0, "", 0.0)


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    """Kept, as each letter that is typed asks for much the same ideas."""
    return frozenset(words.of(text))


def _candidates(ctx: PluginContext, board: Board, rarest: Sequence[str]) -> Sequence[Any]:
    values = {"words": matching.any_of(ctx, rarest), "board": board.id}
    return ctx.session.execute(_with_words(matching.lite(ctx)), values).all()


@cache
def _with_words(on_sqlite: bool) -> Select[*tuple[Any, ...]]:
    leader = aliased(Idea)
    return (
        select(Idea.id, Idea.title, Idea.body, leader.id.label("leader"), leader.title.label("leader_title"))
        .outerjoin(leader, leader.id == Idea.into_id)
        .where(matching.beside(on_sqlite, Idea.board_id) == bindparam("board"))
        .where(gate.open_to_all(), Idea.state != "withdrawn")
        .where(matching.found(on_sqlite), or_(Idea.into_id.is_(None), leader.standing == "shown"))
        .order_by(Idea.id.desc())
        .limit(_LOOKED_AT)
    )


def _weights(ctx: PluginContext, asked: Sequence[str], known: Mapping[str, int]) -> Mapping[str, float]:
    """A word that is in few ideas says more. One that is in none could not be found, and counts as the rarest."""
    ideas = ctx.session.scalar(_NEWEST) or 1
    return {one: log(1 + ideas / known.get(one, 1)) for one in asked}


_NEWEST = select(func.max(Idea.id))


def _likeness(weights: Mapping[str, float], said: frozenset[str], below: frozenset[str]) -> float:
    """Mostly how much of what is asked for the other says, in its title or, for less, below it."""
    asked = sum(weights.values())
    covered = sum(weight * (1 if one in said else 0.4 if one in below else 0) for one, weight in weights.items())
    shared, either = len(said & weights.keys()), len(said | weights.keys())
    return 0.7 * covered / asked + 0.3 * shared / either
