"""Votes for ideas, and how many people voted: the same person counts once in a group of merged ideas.

A vote locks the idea against being merged or closed meanwhile, but not against other votes. The number is kept in
shards; `Idea.voters` follows within a second, by `fold`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select, text

from renown.api import DAY, PluginContext, Prepared, among
from renown_ideation import states
from renown_ideation.models import Board, Idea, Shard, Vote

#: Parts of an idea's number where many write at once. On SQLite one does, and the number is read faster in one.
_SHARDS = 16


class NotOpen(ValueError):
    """Nobody votes for this idea (any more). The text says why."""


@dataclass(frozen=True)
class Cast:
    #: Whether that changed anything.
    changed: bool
    #: Whether the person is among the voters now.
    counts: bool


def vote(ctx: PluginContext, idea: int, person: int, given: bool = True, *, by: int | None = None) -> Cast:
    """Give a vote or take it back. `by` is who does it on the person's behalf. Raises NotOpen, LookupError."""
    leader = _hold(ctx, idea)
    group = _group(ctx, leader)
    if len(group) == 1:
        changed = _write(ctx, idea, person, given, counts=given, by=by)
        counts, moved = given, changed
    else:
        before = _hold_voice(ctx, leader, person)
        changed = _write(ctx, idea, person, given, counts=False if idea != leader else before, by=by)
        counts = _any(ctx, group, person)
        moved = counts != before
        if moved:
            _set_voice(ctx, leader, person, counts)
    if moved:
        _add(ctx, leader, person, 1 if counts else -1)
    return Cast(changed, counts)


def number(ctx: PluginContext, idea: int) -> int:
    """People who voted for it or for one merged into it, now."""
    return ctx.session.scalar(select(func.coalesce(func.sum(Shard.voters), 0)).where(Shard.idea_id == idea)) or 0


def shards(ctx: PluginContext) -> int:
    return 1 if ctx.dialect == "sqlite" else _SHARDS


def waiting(now: int) -> Select[int]:
    """What `fold` has to do."""
    return select(Shard.idea_id).where(Shard.fresh)


def fold(ctx: PluginContext, most: int = 500) -> bool:
    """A job: bring what shards say into ideas, where lists sort by it. Whether there may be more."""
    found = select(Shard.idea_id).where(Shard.fresh).distinct().order_by(Shard.idea_id).limit(most)
    ideas = list(ctx.session.scalars(found))
    for idea in ideas:
        # The shards first: what comes after this statement marks them anew.
        ctx.session.execute(_FOLDED, {"idea": idea})
        ctx.session.execute(_FOLD, {"idea": idea})
    return len(ideas) == most


def recount(ctx: PluginContext, leader: int) -> None:
    """Count a group's voters anew, as after a merge. The caller holds the ideas, as by `hold_all`."""
    group = _group(ctx, leader)
    for statement in _RECOUNT:
        ctx.session.execute(text(statement), {"leader": leader, "shards": shards(ctx)})
    assert leader in group


def hold_all(ctx: PluginContext, *ideas: int) -> None:
    """Keep everybody else from voting for these until the transaction ends."""
    held = select(Idea.id).where(Idea.id.in_(ideas)).order_by(Idea.id).with_for_update()
    ctx.session.execute(held).all()


def _hold(ctx: PluginContext, idea: int) -> int:
    """The idea that leads the group, neither of which can be merged or closed until the transaction ends."""
    found = _held(ctx, idea)
    if found is None or found.standing != "shown":
        raise LookupError(idea)
    leader = found if found.into_id is None else _held(ctx, found.into_id)
    assert leader is not None
    if leader.closed_at is not None:
        raise NotOpen("This board is closed.")
    if leader.state in states.CLOSED:
        raise NotOpen(f"Nobody votes for it any more: it is {states.STATES[leader.state].title.lower()}.")
    return int(leader.id)


def _held(ctx: PluginContext, idea: int) -> Any:
    return _HELD.row(ctx, idea=idea)


def _group(ctx: PluginContext, leader: int) -> list[int]:
    return [leader, *_MERGED.scalars(ctx, leader=leader)]


def _write(ctx: PluginContext, idea: int, person: int, given: bool, *, counts: bool, by: int | None) -> bool:
    """Whether it was not so already."""
    values = {"idea": idea, "person": person, "given": given, "counts": counts, "by": by, "at": ctx.clock.now()}
    return (_GIVE if given else _TAKE).row(ctx, **values) is not None


def _hold_voice(ctx: PluginContext, leader: int, person: int) -> bool:
    """Whether the person is among the group's voters. Their other votes in it wait until the transaction ends."""
    _VOICE.rows(ctx, idea=leader, person=person, at=ctx.clock.now())
    return bool(_HELD_VOICE.scalar(ctx, idea=leader, person=person))


def _any(ctx: PluginContext, group: list[int], person: int) -> bool:
    return _GIVEN.row(ctx, group=group, person=person) is not None


def _set_voice(ctx: PluginContext, leader: int, person: int, counts: bool) -> None:
    _SET_VOICE.rows(ctx, idea=leader, person=person, counts=counts)


def _add(ctx: PluginContext, leader: int, person: int, by: int) -> None:
    _ADD.rows(ctx, idea=leader, number=person % shards(ctx), by=by)


_HELD = Prepared(
    select(Idea.id, Idea.state, Idea.standing, Idea.into_id, Board.closed_at)
    .join(Board, Board.id == Idea.board_id)
    .where(Idea.id == bindparam("idea"))
    .with_for_update(read=True, key_share=True, of=Idea)
)
_MERGED = Prepared(select(Idea.id).where(Idea.into_id == bindparam("leader")))
_GIVEN = Prepared(
    select(Vote.idea_id).where(among(Vote.idea_id, "group"), Vote.person_id == bindparam("person"), Vote.given).limit(1)
)
_HELD_VOICE = Prepared(
    select(Vote.counts)
    .where(Vote.idea_id == bindparam("idea"), Vote.person_id == bindparam("person"))
    .with_for_update()
)
_GIVE = Prepared(
    text("""
    INSERT INTO ideation_vote (idea_id, person_id, given, counts, follows, logged, by_id, at)
    VALUES (:idea, :person, true, :counts, true, false, :by, :at)
    ON CONFLICT (idea_id, person_id) DO UPDATE
    SET given = true, counts = excluded.counts, follows = true, by_id = excluded.by_id, at = excluded.at
    WHERE NOT ideation_vote.given
    RETURNING idea_id
""")
)
_TAKE = Prepared(
    text("""
    UPDATE ideation_vote SET given = false, counts = :counts, by_id = :by, at = :at
    WHERE idea_id = :idea AND person_id = :person AND given
    RETURNING idea_id
""")
)
_VOICE = Prepared(
    text("""
    INSERT INTO ideation_vote (idea_id, person_id, given, counts, follows, logged, at)
    VALUES (:idea, :person, false, false, false, false, :at)
    ON CONFLICT (idea_id, person_id) DO NOTHING
""")
)
_SET_VOICE = Prepared(text("UPDATE ideation_vote SET counts = :counts WHERE idea_id = :idea AND person_id = :person"))
_ADD = Prepared(
    text("""
    INSERT INTO ideation_shard (idea_id, number, voters, fresh) VALUES (:idea, :number, :by, true)
    ON CONFLICT (idea_id, number) DO UPDATE SET voters = ideation_shard.voters + excluded.voters, fresh = true
""")
)
_FOLDED = text("UPDATE ideation_shard SET fresh = false WHERE idea_id = :idea AND fresh")
#: How much newer an idea stands among those that need voices, in microseconds, each time 1 + its voters doubles.
DOUBLED = 5 * DAY
_STEPS = " ".join(f"WHEN v.voters < {2**times - 1} THEN {times - 1}" for times in range(1, 32))
_FOLD = text(f"""
    UPDATE ideation_idea SET voters = v.voters, heat = coalesce(submitted_at, 0) + {DOUBLED} * CASE {_STEPS} ELSE 31 END
    FROM (SELECT coalesce(sum(s.voters), 0) AS voters FROM ideation_shard s WHERE s.idea_id = :idea) AS v
    WHERE id = :idea
""")
_GROUP = "(SELECT id FROM ideation_idea WHERE id = :leader OR into_id = :leader)"
_RECOUNT = (
    f"UPDATE ideation_vote SET counts = false WHERE counts AND idea_id IN {_GROUP}",
    f"""
    INSERT INTO ideation_vote (idea_id, person_id, given, counts, follows, logged, at)
    SELECT :leader, person_id, false, true, false, false, min(at) FROM ideation_vote
    WHERE given AND idea_id IN {_GROUP} GROUP BY person_id
    ON CONFLICT (idea_id, person_id) DO UPDATE SET counts = true
    """,
    f"DELETE FROM ideation_shard WHERE idea_id IN {_GROUP}",
    """
    INSERT INTO ideation_shard (idea_id, number, voters, fresh)
    SELECT idea_id, person_id % :shards, count(*), true FROM ideation_vote
    WHERE idea_id = :leader AND counts GROUP BY idea_id, person_id % :shards
    """,
    f"UPDATE ideation_idea SET voters = 0 WHERE id <> :leader AND id IN {_GROUP}",
)
