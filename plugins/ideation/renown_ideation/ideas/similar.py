"""Ideas that say about the same as what somebody is writing: vote for one of them instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from renown.api import PluginContext, Prepared, Viewer, among
from renown_ideation import gate
from renown_ideation.ideas import lately, matching, words
from renown_ideation.models import Board, Idea

#: How many are looked at, by how many of the rarest words; how many are shown, from which likeness on.
_LOOKED_AT, _WORDS, _SHOWN, _LEAST = 50, 4, 5, 0.3
#: What a word below a title counts, beside one in it.
_BELOW = 0.4
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
    wanted = _Asked(_weights(ctx, asked, known))
    best: dict[int, Similar] = {}
    candidates = _candidates(ctx, board, rarest)
    leaders = _leaders(ctx, {one.into_id for one in candidates if one.into_id is not None})
    for one in candidates:
        likeness = wanted.likeness(one.title, one.body)
        number, shown = leaders.get(one.into_id, (one.id, one.title))
        if likeness >= _LEAST and number != but and likeness > best.get(number, _NONE).likeness:
            best[number] = Similar(number, shown, likeness)
    return sorted(best.values(), key=lambda one: (-one.likeness, one.id))[:_SHOWN]


_NONE = Similar(0, "", 0.0)


@lru_cache(maxsize=2048)
def _words(text: str) -> frozenset[str]:
    """Kept, as each letter that is typed asks for much the same ideas."""
    return words.set_of(text)


def _candidates(ctx: PluginContext, board: Board, rarest: Sequence[str]) -> Sequence[Any]:
    values = {"words": matching.any_of(ctx, rarest), "board": board.id}
    return _with_words(matching.lite(ctx)).rows(ctx, **values)


@cache
def _with_words(on_sqlite: bool) -> Prepared:
    leader = aliased(Idea)
    shown = select(leader.id).where(leader.id == Idea.into_id, leader.standing == "shown").correlate(Idea)
    found = (
        select(Idea.id, Idea.title, Idea.body, Idea.into_id)
        .where(matching.beside(on_sqlite, Idea.board_id) == bindparam("board"))
        .where(gate.open_to_all(), Idea.state != "withdrawn")
        .where(matching.found(on_sqlite), or_(Idea.into_id.is_(None), Idea.into_id.in_(shown)))
        .order_by(Idea.id.desc())
        .limit(_LOOKED_AT)
    )
    return Prepared(found, replan=True)


def _leaders(ctx: PluginContext, merged: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """Of the ideas in which others go on: number and title."""
    return {one.id: (one.id, one.title) for one in _TITLES.rows(ctx, ideas=[*merged])} if merged else {}


_TITLES = Prepared(select(Idea.id, Idea.title).where(among(Idea.id, "ideas")))


def _weights(ctx: PluginContext, asked: Sequence[str], known: Mapping[str, int]) -> Mapping[str, float]:
    """A word that is in few ideas says more. One that is in none could not be found, and counts as the rarest."""
    ideas = lately.found(ctx, "ideas", [""], lambda _: {"": _NEWEST.scalar(ctx) or 1})[""]
    return {one: log(1 + ideas / known.get(one, 1)) for one in asked}


_NEWEST = Prepared(select(func.max(Idea.id)))


class _Asked:
    """What is asked for, by how much each word says."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights, self._words = weights, frozenset(weights)
        self._heaviest = sum(weights.values())

    def likeness(self, title: str, body: str) -> float:
        """Mostly how much of what is asked for the other says, in its title or, for less, below it."""
        # Most have none of the words in their titles, and are not like it then, whatever stands below.
        if not words.may_have(title, self._words):
            return 0
        said = _words(title)
        shared = said & self._words
        covered = self._weight(shared)
        rest = 0.3 * len(shared) / (len(said) + len(self._words) - len(shared))
        # Most texts need not be read: said below, all the others would not do.
        if 0.7 * (covered + _BELOW * (self._heaviest - covered)) / self._heaviest + rest < _LEAST:
            return 0
        covered += _BELOW * self._weight((self._words & _words(body)) - shared)
        return 0.7 * covered / self._heaviest + rest

    def _weight(self, several: Collection[str]) -> float:
        return sum([self._weights[one] for one in several])
