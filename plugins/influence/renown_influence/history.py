"""What scores were: a row where one changed by a tenth or more, so that most nights write little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.orm import aliased

from renown.api import PluginContext
from renown_influence.fading import Causes
from renown_influence.models import Run, Score
from renown_influence.moves import TENTH, Levels

Longs = NDArray[np.int64]
#: Days after which a week has one row of somebody's, its last.
WHOLE = 91


def keep(ctx: PluginContext, run: Run, topic: int, former: Levels, now: Levels, causes: Causes | None = None) -> None:
    """`former` was published until now. Those that are no longer there are kept as 0, once. What an earlier run of the
    day said gives way.

    `causes` are of the falls since `former`; who fell earlier on the day, and not since, keeps that one.
    """
    before, after = _laid(former, now[0], -TENTH), now[1]
    changed = np.abs(after - before) >= TENTH
    known = np.where(after < before, -1 if causes is None else causes, -1)
    _write(ctx, _KEEP, run, topic, (now[0][changed], after[changed]), known[changed])
    gone = ~np.isin(former[0], now[0]) & (former[1] != 0)
    nothing = np.zeros(np.count_nonzero(gone), np.int64)
    _write(ctx, _GONE, run, topic, (former[0][gone], nothing), nothing - 1)


def thin(ctx: PluginContext, today: int) -> None:
    """Of weeks that are long over only the last row of each person and topic stays."""
    end = _week(today - WHOLE)
    done = ctx.session.scalars(select(func.max(Run.day)).where(Run.state == "published", Run.day < today)).one()
    begin = 0 if done is None else _week(done - WHOLE)
    if begin >= end:
        return
    later = aliased(Score)
    same = (later.person_id == Score.person_id, later.topic == Score.topic)
    # Days are counted from a Thursday.
    within = (later.day > Score.day, (later.day + 3) // 7 == (Score.day + 3) // 7)
    old = delete(Score).where(Score.day >= begin, Score.day < end, select(later.day).where(*same, *within).exists())
    ctx.session.execute(old.execution_options(synchronize_session=False))


def of(ctx: PluginContext, person: int, topic: int = 0) -> Sequence[Row[int, int, int, bool | None]]:
    """Days and amounts of a person, first to last, with the run that found each, and whether acts had faded.

    Each holds until the next.
    """
    mine = select(Score.day, Score.amount, Score.run_id, Score.faded).order_by(Score.day)
    return ctx.session.execute(mine.where(Score.person_id == person, Score.topic == topic)).all()


def _laid(levels: Levels, people: Longs, none: int) -> Longs:
    """The scores of these people; `none` where there is none. All people ascend."""
    found = np.full(len(people), none, np.int64)
    _, here, there = np.intersect1d(people, levels[0], assume_unique=True, return_indices=True)
    found[here] = levels[1][there]
    return found


# All of a topic as one text: a statement for each row takes ten times as long.
def _write(ctx: PluginContext, statement: str, run: Run, topic: int, levels: Levels, causes: NDArray[Any]) -> None:
    for cause, faded in ((-1, None), (0, False), (1, True)):
        people, amounts = (column[causes == cause].tolist() for column in levels)
        if people:
            rows = msgspec.json.encode(dict(zip(people, amounts, strict=True))).decode()
            values = {"rows": rows, "topic": topic, "day": run.day, "run": run.id, "faded": faded}
            ctx.session.execute(text(statement), values)


def _week(day: int) -> int:
    """Its Monday."""
    return (day + 3) // 7 * 7 - 3


_INTO = "INSERT INTO influence_score (person_id, topic, day, amount, run_id, faded)"
_OR = """
    ON CONFLICT (person_id, topic, day) DO UPDATE SET
        amount = excluded.amount, run_id = excluded.run_id, faded = coalesce(excluded.faded, influence_score.faded)
"""
_NEW = ":topic, :day, CAST(CAST(r.value AS TEXT) AS BIGINT), :run, CAST(:faded AS BOOLEAN) FROM json_each(:rows) r"
_KEEP = f"{_INTO} SELECT CAST(r.key AS INTEGER), {_NEW} WHERE true {_OR}"
# Who was erased has no history, and gets none by going.
_GONE = f"""
    {_INTO} SELECT CAST(r.key AS INTEGER), {_NEW}
    WHERE EXISTS (SELECT 1 FROM influence_score s WHERE s.person_id = CAST(r.key AS INTEGER) AND s.topic = :topic) {_OR}
"""
